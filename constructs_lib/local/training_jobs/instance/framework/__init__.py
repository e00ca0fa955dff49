"""Runs the sources of a framework image as sagemaker-training-toolkit 5.1.4 runs them.

https://github.com/aws/sagemaker-training-toolkit; the tests hold all of it against the toolkit itself.
"""

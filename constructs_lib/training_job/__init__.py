"""The CreateTrainingJob request: what may stand in it, and what one attempt of a run asks for.

Pure: imports no construct library and calls no AWS.
"""

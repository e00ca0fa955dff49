"""What SageMaker refuses, and what it takes though it is in vain."""

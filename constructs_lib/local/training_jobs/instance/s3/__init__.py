"""What is copied between S3 and the container's directories, as SageMaker's training agent does it."""

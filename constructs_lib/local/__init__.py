"""The embedded AWS: moto, plus a SageMaker that really trains and really interrupts. It never imports `aws_cdk`."""

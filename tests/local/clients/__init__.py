"""The AWS CLI and the SageMaker SDKs against the embedded AWS, each in an environment of its own: `make clients`."""

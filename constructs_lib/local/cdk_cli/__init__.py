"""The real CDK CLI, and the Node it runs on."""

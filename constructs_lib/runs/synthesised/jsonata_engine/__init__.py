"""JSONata as Step Functions evaluates it, by jsonata-python."""

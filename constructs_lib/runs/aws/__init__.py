"""What is asked of AWS: clients, the state machine, and errors as sentences."""

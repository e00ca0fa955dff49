"""What is read from a synthesised template, without AWS."""

"""What is refused, one subject a file."""

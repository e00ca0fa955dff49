"""What is evaluated: expressions, and what they see."""

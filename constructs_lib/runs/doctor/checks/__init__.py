"""What is looked at: one idea a file, each a function of what is asked and what it is asked about."""

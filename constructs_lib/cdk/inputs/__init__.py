"""What a job reads: its channels, and its program."""

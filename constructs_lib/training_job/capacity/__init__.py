"""What a job runs on: instance types, their markets, and lists of them."""

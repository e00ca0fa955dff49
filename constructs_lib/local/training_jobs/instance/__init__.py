"""The instance that a job runs on: its directories, its program, its copies to and from S3."""

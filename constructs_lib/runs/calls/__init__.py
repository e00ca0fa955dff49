"""The calls that a run makes, as IAM sees them: recorded, documented, and held against policies."""

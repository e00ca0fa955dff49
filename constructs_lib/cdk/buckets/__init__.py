"""The buckets for checkpoints and models."""

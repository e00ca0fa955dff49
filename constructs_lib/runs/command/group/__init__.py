"""The click group of the command, and what pyproject.toml says of its options."""

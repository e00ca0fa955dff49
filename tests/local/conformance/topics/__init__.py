"""The cases, by topic."""

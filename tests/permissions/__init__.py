"""The permissions of the two roles, proven both ways: enough for every call of a run, and nothing without a reason."""

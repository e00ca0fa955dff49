"""The tasks that call other services, and the shapes of what they say."""

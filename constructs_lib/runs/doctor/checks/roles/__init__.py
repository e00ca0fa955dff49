"""Whether the roles may do what a run does, and nothing else, as AWS itself evaluates their policies."""

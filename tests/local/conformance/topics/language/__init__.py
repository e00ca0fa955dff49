"""What the language itself does: expressions, variables, the context object."""

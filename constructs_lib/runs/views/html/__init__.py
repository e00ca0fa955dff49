"""Pages that need nothing else: one file with its style and its pictures in it, and no script."""

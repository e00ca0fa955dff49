"""What must hold of every seed, whatever happened to it."""

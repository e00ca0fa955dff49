"""One state in somebody else's machine: the languages it speaks, and where it may stand."""

"""One state in somebody else's machine: what it is given, the languages it speaks, and where it may stand."""

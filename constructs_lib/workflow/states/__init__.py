"""The states of a run, one idea a file; `run` wires them."""

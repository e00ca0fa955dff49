"""What the command does with runs: start, watch, list, stop; each verb a file."""

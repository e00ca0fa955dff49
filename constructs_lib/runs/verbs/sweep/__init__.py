"""What is done with sweeps: start, watch, show and stop them."""

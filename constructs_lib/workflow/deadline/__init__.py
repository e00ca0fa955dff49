"""A deadline that is kept at least cost: when a run waits for spot capacity, and when it buys on-demand."""

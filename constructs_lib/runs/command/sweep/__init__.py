"""The commands for sweeps."""

"""Seeded trouble for sweeps: many runs by one execution, and what must hold of them together."""

"""Seeded trouble against the deployed machine, and what must hold of a run whatever happens to it."""

"""When a run ends: by a deadline that is kept at least cost, and at the latest."""

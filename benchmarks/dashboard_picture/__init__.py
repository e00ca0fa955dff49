"""Draws the picture of the dashboard in the docs: `python -m benchmarks.dashboard_picture` from the top."""

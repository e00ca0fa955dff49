"""Draws the picture of the dashboard in the docs: `python -m tools.dashboard_picture` from the top."""

"""The `spot-training` command."""

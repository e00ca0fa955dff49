"""The generated pages of `docs/`: `make docs` writes them, and a test says when they are out of date."""

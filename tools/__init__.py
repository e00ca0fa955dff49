"""What writes the generated pages of `docs/` and their pictures; not part of the package."""

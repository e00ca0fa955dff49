"""The calls that a run makes, recorded and held against what is documented."""

"""Cannot be judged: fails by itself."""

raise ValueError("no such layer: dense_7")

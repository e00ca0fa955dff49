"""`spot-training local`: the embedded AWS from a terminal."""

"""What of a definition is decided at synth: the tags of jobs, and where it stands."""

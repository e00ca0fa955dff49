"""How a run is shown: as lines, as a report, in a terminal."""

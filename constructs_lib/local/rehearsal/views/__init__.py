"""How a rehearsal is shown: in a terminal, as JSON, as JUnit XML, as a page."""

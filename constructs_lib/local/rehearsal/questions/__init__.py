"""The questions that a rehearsal answers, one a file, each from evidence."""

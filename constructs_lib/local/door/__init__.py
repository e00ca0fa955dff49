"""Who may speak to the embedded AWS: its user, and neither web pages nor other users of the machine."""

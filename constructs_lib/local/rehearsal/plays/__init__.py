"""Plays of a program: undisturbed, or with its instance lost at a place that matters."""

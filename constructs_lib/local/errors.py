"""The error of the local tools."""

from __future__ import annotations


class LocalError(Exception):
    """Something that the person at the keyboard can mend; its text is one sentence that says how."""

"""What keeps a rehearsal from taking place."""

from __future__ import annotations

from constructs_lib.local.errors import LocalError


class RehearsalError(LocalError):
    """A rehearsal cannot take place; the message is for a person."""

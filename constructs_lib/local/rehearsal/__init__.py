"""Rehearsals: a training program played on the embedded SageMaker with interruptions, ending in a verdict on it.

`rehearse` is imported when it is first used: moto is slow to import.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from constructs_lib.local.rehearsal.rehearsing import rehearse

__all__ = ["rehearse"]


def __getattr__(name: str) -> Any:
    """Import `rehearse` on its first use (PEP 562)."""
    if name != "rehearse":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from constructs_lib.local.rehearsal.rehearsing import rehearse  # noqa: PLC0415 - see above

    return rehearse

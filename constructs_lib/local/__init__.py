"""The embedded AWS: moto, plus a SageMaker that really trains and really interrupts. It never imports `aws_cdk`.

`EmbeddedAws` is imported when it is first used: moto is slow to import, and nobody should wait for it in vain.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from constructs_lib.local.embedded_aws import EmbeddedAws

__all__ = ["EmbeddedAws"]


def __getattr__(name: str) -> Any:
    """Import EmbeddedAws on its first use (PEP 562)."""
    if name != "EmbeddedAws":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from constructs_lib.local.embedded_aws import EmbeddedAws  # noqa: PLC0415 - see above

    return EmbeddedAws

"""What binding a channel gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from constructs_lib.workflow.permission import Permission


@dataclass(frozen=True, kw_only=True)
class TrainingChannelConfig:
    """What binding a channel gives."""

    members: Mapping[str, Any]
    """The channel's entry in `InputDataConfig`."""
    permissions: Sequence[Permission]
    """What the job's role needs to read the data."""

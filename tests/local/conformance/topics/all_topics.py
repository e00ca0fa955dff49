"""Every topic by its name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tests.local.conformance.case import Case
from tests.local.conformance.topics.services import sdk_tasks, start_execution

TOPICS: Mapping[str, Sequence[Case]] = {
    "AWS SDK tasks": sdk_tasks.CASES,
    "startExecution": start_execution.CASES,
}
"""The topics, in the order of the table."""

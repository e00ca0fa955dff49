"""What findings say, short."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import contextmanager
from typing import Any

from botocore.stub import Stubber

from constructs_lib.runs.doctor.asking import Asking
from constructs_lib.runs.doctor.finding import Finding


def told(findings: Iterable[Finding]) -> list[str]:
    return [f"{finding.status.value}: {finding.text}" for finding in findings]


def statuses(findings: Iterable[Finding]) -> set[str]:
    return {finding.status.value for finding in findings}


@contextmanager
def stubbed(asking: Asking, service: str, *answers: tuple[str, Mapping[str, Any]]) -> Any:
    """Answer a service's calls in their order, in the form that botocore's model of it has."""
    with Stubber(asking.client(service)) as stubber:
        for operation, answer in answers:
            stubber.add_response(operation, answer)
        yield
        stubber.assert_no_pending_responses()

"""The report of a run that has ended: what it did, what it cost, where the model is. Pure; calls nothing."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from constructs_lib.runs.reports.attempt import LIVE, Attempt, Totals, number, text, whole
from constructs_lib.workflow.failures import ENDS

EXIT_STATUS = {end.status: end.exit_status for end in ENDS}
"""The command's exit status by how a run ended."""


CUT_OFF = ("ABORTED", "TIMED_OUT")
"""The ends of runs that leave no report: what they took is asked of SageMaker."""


@dataclass(frozen=True, kw_only=True)
class Report:
    """How a run ended; times in seconds, None where nobody says.

    `message` is for a person: of a failed run its cause and what to do next. `resumed_from` tells of a run that goes on
    with another one what it has from there, and what was trained before. `deadline` tells of a run that has one when
    that is, what time was left to it, and how long it trained on each market. `final_metrics` are those of the job that
    completed.
    """

    run_name: str
    status: str
    error: str | None = None
    message: str = ""
    model: str | None = None
    final_metrics: Mapping[str, float] = field(default_factory=dict)
    checkpoints: str | None = None
    resumed_from: Mapping[str, Any] | None = None
    deadline: Mapping[str, Any] | None = None
    attempts: tuple[Attempt, ...] = ()
    training_seconds: float | None = None
    billable_seconds: float | None = None
    savings_percent: float | None = None
    interruptions: int = 0
    elapsed_seconds: float | None = None

    @classmethod
    def from_execution(cls, execution: Mapping[str, Any], attempts: Iterable[Attempt] = ()) -> Self:
        """Read DescribeExecution's answer for a run that has ended.

        Args:
            execution: The answer. A success has the report as its output; a failure has it in its cause, behind the
                sentences for a person.
            attempts: What SageMaker says of the run's jobs, for a run that has left no report because it was
                stopped or timed out. Defaults to nothing.
        """
        message, document = split_cause(str(execution.get("cause") or ""))
        if execution.get("status") == "SUCCEEDED":
            message, document = "", _document(str(execution.get("output") or ""))
        started, ended = execution.get("startDate"), execution.get("stopDate")
        found: dict[str, Any] = {
            "run_name": str(execution.get("name", "")),
            "status": str(execution.get("status", "")),
            "error": text(execution.get("error")),
            "message": message,
            "elapsed_seconds": (ended - started).total_seconds() if started and ended else None,
        }
        return cls(**found, **(_from_attempts(attempts) if document is None else _from_document(document)))

    @staticmethod
    def is_left_by(execution: Mapping[str, Any]) -> bool:
        """Return whether an execution left a report; one that was cut off did not, nor did somebody else's machine."""
        if execution.get("status") == "SUCCEEDED":
            return _document(str(execution.get("output") or "")) is not None
        return split_cause(str(execution.get("cause") or ""))[1] is not None

    @property
    def live_jobs(self) -> list[str]:
        """The jobs that had not ended when they were looked at; only a run that was cut off can have any."""
        return [attempt.job_name for attempt in self.attempts if attempt.job_name and attempt.status in LIVE]

    @property
    def may_be_resumed(self) -> bool:
        """Whether it was cut off, and so has no cause that says how to go on, and has trained before."""
        return self.status in CUT_OFF and any(attempt.job_name for attempt in self.attempts)

    @property
    def exit_status(self) -> int:
        """The command's exit status for this end."""
        return EXIT_STATUS.get(self.status, 1)

    def as_document(self) -> dict[str, Any]:
        """Return the report for a program to read: the output document's own names, and how the run ended."""
        return {
            "RunName": self.run_name,
            "Status": self.status,
            **({"Error": self.error} if self.error else {}),
            **({"Message": self.message} if self.message else {}),
            **({"ModelArtifacts": {"S3ModelArtifacts": self.model}} if self.model else {}),
            **({"FinalMetrics": dict(self.final_metrics)} if self.model or self.final_metrics else {}),
            **({"CheckpointS3Uri": self.checkpoints} if self.checkpoints else {}),
            **({"ResumedFrom": dict(self.resumed_from)} if self.resumed_from else {}),
            **({"Deadline": dict(self.deadline)} if self.deadline else {}),
            "Attempts": [_attempt_document(attempt) for attempt in self.attempts],
            "TrainingTimeInSeconds": self.training_seconds,
            "BillableTimeInSeconds": self.billable_seconds,
            "SavingsPercent": self.savings_percent,
            "Interruptions": self.interruptions,
            "ElapsedTimeInSeconds": self.elapsed_seconds,
        }


def split_cause(cause: str) -> tuple[str, dict[str, Any] | None]:
    """Split a failed run's cause into its sentences and its report.

    The report follows the last blank line: a reason among the sentences may have blank lines, JSON text never has.

    Returns:
        The sentences, and the report or None; text that is no report stays with the sentences.
    """
    sentences, blank_line, rest = cause.rpartition("\n\n")
    document = _document(rest)
    if document is None:
        return cause.strip(), None
    return sentences.strip() if blank_line else "", document


def _document(json_text: str) -> dict[str, Any] | None:
    try:
        document = json.loads(json_text)
    except (ValueError, RecursionError):
        return None
    # the output of somebody else's state machine is JSON too
    is_report = isinstance(document, dict) and ("Attempts" in document or "SweepName" in document)
    return document if is_report else None


def _from_document(document: Mapping[str, Any]) -> dict[str, Any]:
    # a sweep's has sums and no attempts
    listed = document.get("Attempts", [])
    # JSONata writes an array of one as the one where a program is careless
    items = [listed] if isinstance(listed, dict) else listed if isinstance(listed, list) else []
    artifacts = document.get("ModelArtifacts")
    earlier, deadline = document.get("ResumedFrom"), document.get("Deadline")
    metrics = document.get("FinalMetrics")
    return {
        "model": text(artifacts.get("S3ModelArtifacts")) if isinstance(artifacts, dict) else None,
        "final_metrics": {
            name: value
            for name, found in (metrics if isinstance(metrics, dict) else {}).items()
            if (value := number(found)) is not None
        },
        "checkpoints": text(document.get("CheckpointS3Uri")),
        "resumed_from": earlier if isinstance(earlier, dict) else None,
        "deadline": deadline if isinstance(deadline, dict) else None,
        "attempts": tuple(Attempt.from_document(item) for item in items if isinstance(item, dict)),
        "training_seconds": number(document.get("TrainingTimeInSeconds")),
        "billable_seconds": number(document.get("BillableTimeInSeconds")),
        "savings_percent": number(document.get("SavingsPercent")),
        "interruptions": whole(document.get("Interruptions")) or 0,
    }


def _from_attempts(attempts: Iterable[Attempt]) -> dict[str, Any]:
    every = tuple(attempts)
    return {"attempts": every, **(asdict(Totals.of(every)) if every else {})}


def _attempt_document(attempt: Attempt) -> dict[str, Any]:
    return {
        **({"TrainingJobName": attempt.job_name} if attempt.job_name else {}),
        "InstanceType": attempt.instance_type,
        "InstanceCount": attempt.instance_count,
        "Market": attempt.market,
        **({"Settings": attempt.settings} if attempt.settings else {}),
        "TrainingJobStatus": attempt.status,
        "SecondaryStatus": attempt.secondary_status,
        **({"Verdict": attempt.verdict} if attempt.verdict else {}),
        "Reason": attempt.reason,
        "TrainingTimeInSeconds": attempt.training_seconds,
        "BillableTimeInSeconds": attempt.billable_seconds,
        "WaitingTimeInSeconds": attempt.waiting_seconds,
        "Interruptions": attempt.interruptions,
        **({"InterruptionCosts": list(attempt.costs)} if attempt.costs else {}),
    }

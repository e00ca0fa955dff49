"""Where a run is: a snapshot made from what Step Functions and SageMaker say of it. Pure; calls nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from constructs_lib.runs.prices.price_book import PriceBook
from constructs_lib.runs.reports.attempt import Attempt, Totals
from constructs_lib.runs.reports.cost import Cost
from constructs_lib.runs.reports.history import newest_of_each
from constructs_lib.runs.reports.saved_work import SavedWork


@dataclass(frozen=True, kw_only=True)
class RunProgress:
    """A run at one moment; times in seconds, None where nobody says."""

    run_name: str
    status: str
    state: str | None
    attempt_number: int
    attempt: Attempt
    interruptions: int
    training_seconds: float
    billable_seconds: float | None
    savings_percent: float | None
    elapsed_seconds: float | None
    cost: Cost | None = None
    saved: SavedWork | None = None
    others: tuple[Attempt, ...] = ()
    """The present attempts of further runs in the same execution, where tasks stand in a Map or a Parallel."""

    @classmethod
    def of(
        cls,
        execution: Mapping[str, Any],
        *,
        state: str | None,
        job_names: Sequence[str],
        jobs: Mapping[str, Mapping[str, Any]],
        now: datetime,
        prices: PriceBook | None = None,
        saved: SavedWork | None = None,
    ) -> Self:
        """Make the snapshot.

        Args:
            execution: DescribeExecution's answer.
            state: The state that was entered last, from the history.
            job_names: The run's own jobs, oldest first; the last is the present attempt's, and may not exist yet.
            jobs: DescribeTrainingJob's answers, by job name; a job that does not exist yet is not among them.
            now: The present time.
            prices: The prices of the Region. Defaults to saying nothing of dollars.
            saved: How much of the work is saved. Defaults to saying nothing of it.
        """
        present = job_names[-1] if job_names else None
        attempts = [Attempt.from_description(job, now) for job in jobs.values()]
        totals = Totals.of(attempts)
        others = [name for name in newest_of_each(job_names) if name != present]
        started = execution.get("startDate")
        ended = execution.get("stopDate") or now
        return cls(
            run_name=str(execution.get("name", "")),
            status=str(execution.get("status", "")),
            state=state,
            attempt_number=len(job_names),
            attempt=Attempt.from_description(jobs[present], now)
            if present and present in jobs
            else Attempt(job_name=present),
            interruptions=totals.interruptions,
            training_seconds=totals.training_seconds,
            billable_seconds=totals.billable_seconds,
            savings_percent=totals.savings_percent,
            elapsed_seconds=max(0.0, (ended - started).total_seconds()) if started else None,
            cost=None if prices is None else Cost.of(attempts, prices),
            saved=saved,
            others=tuple(
                Attempt.from_description(jobs[name], now) if name in jobs else Attempt(job_name=name) for name in others
            ),
        )

    @property
    def what_matters(self) -> tuple[object, ...]:
        """What makes two snapshots differ for a reader; seconds passing do not."""
        return (
            self.status,
            self.state,
            self.attempt_number,
            self.attempt.capacity,
            self.attempt.status,
            self.attempt.secondary_status,
            self.interruptions,
            self.saved and int(self.saved.fraction * 10),
            *((other.job_name, other.status, other.secondary_status) for other in self.others),
        )

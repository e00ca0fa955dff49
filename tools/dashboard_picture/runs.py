"""The runs in the picture: real ones on the embedded AWS, laid out over two weeks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from moto.cloudwatch.models import cloudwatch_backends

from constructs_lib.training_job.capacity.capacity import Capacity
from tests.support.run_bench import RunBench, run_bench

NOW = datetime(2026, 1, 15, tzinfo=UTC)
DAYS = 14

PLAN = (Capacity.spot("ml.g5.xlarge"), Capacity.spot("ml.g4dn.xlarge"), Capacity.on_demand("ml.g5.xlarge"))
HOUR = 3600

SPEED = 3600.0
"""An hour of a run passes in a second."""


@dataclass(frozen=True)
class Kind:
    """Runs with the same trouble: the market, how far the program counts, and the days they ended on, 0 the oldest."""

    market: str
    steps: tuple[int, ...]
    days: tuple[float, ...]
    hyperparameters: dict[str, str] = field(default_factory=dict)


KINDS = (
    Kind("always", (30, 44, 36, 50, 28, 40, 34, 42), (0.4, 1.4, 3.3, 5.4, 7.3, 9.4, 12.4, 13.4)),
    Kind("ml.g5.xlarge=scripted:checkpoints=6+1800,checkpoints=8+900", (38, 46, 42), (2.5, 6.6, 10.5)),
    Kind("ml.g5.xlarge=scripted:checkpoints=12+2400", (32, 40), (4.5, 12.8)),
    Kind("ml.g5.xlarge=never;ml.g4dn.xlarge=scripted:checkpoints=5+1200", (44, 40), (8.4, 11.3)),
    Kind("never", (36,), (9.7,)),
    Kind("always", (12,), (5.8,), {"fail": "ValueError: no such column: churned"}),
)


@dataclass(frozen=True, kw_only=True)
class Told:
    """What CloudWatch knows of one run."""

    end: datetime
    name: str
    status: str
    milliseconds: float
    figures: list[dict[str, Any]]
    failure: dict[str, str]


def told() -> list[Told]:
    """Run them all; the oldest first."""
    return sorted((run for kind in KINDS for run in _runs(kind)), key=lambda run: run.end)


def running(bench: RunBench, name: str) -> dict[str, str]:
    """Start a run that goes on, and return what the table of running ones shows of it."""
    arn = bench.start(name=name)
    bench.until(arn, lambda: any(job["SecondaryStatus"] == "Training" for job in bench.jobs()))
    events = bench.sfn.get_execution_history(executionArn=arn, reverseOrder=True, maxResults=100)["events"]
    entered = next(event for event in events if "stateEnteredEventDetails" in event)
    return {"execution_arn": arn, "state": entered["stateEnteredEventDetails"]["name"]}


def _runs(kind: Kind) -> Iterator[Told]:
    for steps, day in zip(kind.steps, kind.days, strict=True):
        with run_bench(
            *PLAN,
            market=kind.market,
            hyperparameters={"steps": str(steps), "pause": "0.06", **kind.hyperparameters},
            max_runtime_seconds=6 * HOUR,
            max_wait_seconds=7 * HOUR,
            speed=SPEED,
        ) as bench:
            yield _told(bench, NOW - timedelta(days=DAYS - day))


def _told(bench: RunBench, end: datetime) -> Told:
    run = bench.run(name=f"nightly-{end:%m-%d-%H%M}")
    execution = bench.sfn.describe_execution(executionArn=run.arn)
    data: list[Any] = cloudwatch_backends["123456789012"][bench.aws.region].metric_data
    return Told(
        end=end,
        name=execution["name"],
        status=run.status,
        milliseconds=(execution["stopDate"] - execution["startDate"]).total_seconds() * 1000,
        figures=[
            {
                "MetricName": datum.name,
                "Dimensions": [{"Name": d.name, "Value": d.value} for d in datum.dimensions],
                "Value": datum.value,
            }
            for datum in data
        ],
        failure={"state": run.states[-1], "error": run.error, "cause": run.cause.partition("\n")[0]}
        if run.error
        else {},
    )

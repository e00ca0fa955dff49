"""A run to draw: a real one on the embedded AWS, kept in `run.json`, from which its pictures are drawn.

It loses its instance twice; the second time there is no more of its type, nor of the next, and on-demand ends the run.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from constructs_lib.runs.aws.clients import Clients
from constructs_lib.runs.reports.progress import RunProgress
from constructs_lib.runs.verbs.watch import watch_run
from constructs_lib.runs.views.lines import change_line
from constructs_lib.training_job.capacity.capacity import Capacity
from tests.support.run_bench import RunBench, run_bench

FILE = Path(__file__).with_name("run.json")

PLAN = (Capacity.spot("ml.g5.xlarge"), Capacity.spot("ml.g4dn.xlarge"), Capacity.on_demand("ml.g5.xlarge"))
MARKET = "ml.g5.xlarge=scripted:checkpoints=4+1200,checkpoints=4+never;ml.g4dn.xlarge=never"
HOUR = 3600
SPEED = 900.0
"""A quarter of an hour of a run passes in a second."""

KEPT = (
    "TrainingJobName", "TrainingJobStatus", "SecondaryStatus", "SecondaryStatusTransitions", "CreationTime",
    "TrainingStartTime", "TrainingEndTime", "TrainingTimeInSeconds", "BillableTimeInSeconds",
    "EnableManagedSpotTraining", "ResourceConfig",
)  # fmt: skip
"""What of a job's description the pictures are drawn from."""

TIMES = ("CreationTime", "TrainingStartTime", "TrainingEndTime", "StartTime", "EndTime", "startDate", "stopDate", "At")


class Recorder:
    """A view that keeps the changes, and the moment of the picture: waiting for capacity after an interruption."""

    def __init__(self, bench: RunBench) -> None:
        self._bench = bench
        self._before: RunProgress | None = None
        self.changes: list[dict[str, Any]] = []
        self.moment: dict[str, Any] = {}

    def __enter__(self) -> Recorder:
        """Begin."""
        return self

    def __exit__(self, *_: object) -> None:
        """End."""

    def show(self, progress: RunProgress) -> None:
        """Keep a snapshot's line, and the whole of the one that is drawn."""
        if self._before is None or progress.what_matters != self._before.what_matters:
            self.changes.append({"At": self._bench.aws.clock.now(), "Line": change_line(progress)})
        self._before = progress
        if progress.attempt.secondary_status == "Interrupted" and progress.interruptions == 2 and not self.moment:
            jobs = [_kept(job) for job in self._bench.jobs()]
            self.moment = {"At": self._bench.aws.clock.now(), "State": progress.state, "Jobs": jobs}
            self.moment["Changes"] = len(self.changes)

    def note(self, text: str) -> None:
        """Keep a sentence."""
        self.changes.append({"At": self._bench.aws.clock.now(), "Line": text})


def main() -> None:
    """Run, and keep what the pictures need."""
    with run_bench(
        *PLAN,
        market=MARKET,
        hyperparameters={"steps": "16", "pause": "0.5"},
        max_runtime_seconds=6 * HOUR,
        max_wait_seconds=7 * HOUR,
        capacity_patience_seconds=HOUR // 2,
        speed=SPEED,
    ) as bench:
        arn = bench.start(name="nightly-7")
        clients = Clients(
            sfn=bench.sfn,
            sagemaker=bench.sagemaker,
            cloudformation=bench.aws.client("cloudformation"),
            s3=bench.s3,
            logs=bench.aws.client("logs"),
        )
        recorder = Recorder(bench)
        watch_run(clients, arn, recorder, seconds_between_looks=0.1, now=bench.aws.clock.now)
        execution = bench.sfn.describe_execution(executionArn=arn)
        document = {
            "Execution": {key: execution[key] for key in ("name", "status", "startDate", "stopDate")},
            "Report": json.loads(execution["output"]),
            "Jobs": [_kept(job) for job in bench.jobs()],
            "States": list(_entered(bench, arn)),
            "Changes": recorder.changes,
            "Moment": recorder.moment,
        }
    FILE.write_text(json.dumps(document, indent=1, default=_text) + "\n", encoding="utf-8")


def read() -> dict[str, Any]:
    """Return the run that was kept, with its times as times."""
    found: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"), object_hook=_with_times)
    return found


def _kept(job: Mapping[str, Any]) -> dict[str, Any]:
    return {name: job[name] for name in KEPT if name in job}


def _entered(bench: RunBench, arn: str) -> Iterator[dict[str, Any]]:
    for event in bench.sfn.get_execution_history(executionArn=arn, maxResults=1000)["events"]:
        if "stateEnteredEventDetails" in event:
            yield {"At": event["timestamp"], "State": event["stateEnteredEventDetails"]["name"]}


def _text(value: object) -> str:
    if not isinstance(value, datetime):
        raise TypeError(f"{value!r} is no time")
    return value.isoformat()


def _with_times(found: dict[str, Any]) -> dict[str, Any]:
    return {name: datetime.fromisoformat(value) if name in TIMES else value for name, value in found.items()}


if __name__ == "__main__":
    main()

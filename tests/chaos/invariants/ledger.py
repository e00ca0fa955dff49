"""What happened to the jobs of one seed, as it happened."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import Any

from constructs_lib.runs.reports.history import is_look_out
from tests.chaos.program import step_of

LIVE = ("InProgress", "Stopping")


@dataclass(kw_only=True)
class Launch:
    """The moment at which a job got an instance, and the newest checkpoint that was in S3 just then."""

    at: float
    step: int


@dataclass(kw_only=True)
class JobStory:
    """One job's statuses with their wall times, and its launches."""

    name: str
    prefix: str
    mark: list[str]
    """What the job bears of its run: the execution's ARN first, then when that began, and more."""
    statuses: list[tuple[float, str]] = field(default_factory=list)
    launches: list[Launch] = field(default_factory=list)
    status: str = "InProgress"

    @property
    def number(self) -> int:
        """The number that ends its name."""
        return int(self.name.rpartition("-")[2])

    @property
    def execution(self) -> str:
        """The ARN of the execution that asked for it."""
        return self.mark[0]


class Ledger:
    """Subscribes to the training jobs, and writes down every change."""

    def __init__(self, s3: Any, bucket: str) -> None:
        self._s3, self._bucket = s3, bucket
        self._lock = threading.Lock()
        self._jobs: dict[str, JobStory] = {}
        self._look_outs: dict[str, str] = {}

    def begin(self) -> None:
        """Forget the jobs of the seed before."""
        with self._lock:
            self._jobs, self._look_outs = {}, {}

    def note(self, description: dict[str, Any]) -> None:
        """Take note of a job's change; called in the job's own thread, before it downloads its checkpoints."""
        name, secondary = description["TrainingJobName"], description["SecondaryStatus"]
        mark = description["Environment"]["SPOT_TRAINING_RUN"].split()
        if is_look_out(name):
            with self._lock:
                self._look_outs[name] = mark[0]
            return
        prefix = description["CheckpointConfig"]["S3Uri"]
        now = time.monotonic()
        downloading = secondary == "Downloading" and description["TrainingJobStatus"] == "InProgress"
        newest = self.newest_step(prefix) if downloading else 0
        with self._lock:
            job = self._jobs.setdefault(name, JobStory(name=name, prefix=prefix, mark=mark))
            job.statuses.append((now, secondary))
            if job.status in LIVE:
                job.status = description["TrainingJobStatus"]
            if downloading:
                job.launches.append(Launch(at=now, step=newest))

    def newest_step(self, prefix: str) -> int:
        """Return the newest checkpoint's step under a prefix in S3."""
        key = prefix.removeprefix(f"s3://{self._bucket}/")
        listed = self._s3.list_objects_v2(Bucket=self._bucket, Prefix=key)
        return max((step_of(found["Key"]) for found in listed.get("Contents", [])), default=0)

    def jobs(self) -> list[JobStory]:
        """Return what is known of every job."""
        with self._lock:
            return list(self._jobs.values())

    def of_run(self, root: str) -> list[JobStory]:
        """Return the jobs of a run's name and of those that resume it, by their numbers."""
        of_name = (job for job in self.jobs() if job.prefix.split("/")[4].partition("~")[0] == root)
        return sorted(of_name, key=lambda job: job.number)

    def first(self, secondary: str, since: float) -> float | None:
        """Return when, after a time, a job first took a status; `None` if none did."""
        with self._lock:
            times = [at for job in self._jobs.values() for at, status in job.statuses if status == secondary]
        return min((at for at in times if at >= since), default=None)

    @property
    def sent(self) -> int:
        """How many look-outs there were."""
        with self._lock:
            return len(self._look_outs)

    def look_outs(self, execution: str) -> list[str]:
        """Name the look-outs of an execution."""
        with self._lock:
            return [name for name, of in self._look_outs.items() if of == execution]

    def live(self) -> list[str]:
        """Name the jobs that have not ended."""
        return [job.name for job in self.jobs() if job.status in LIVE]

"""Notes from which checkpoint a training job goes on after it has lost its instance."""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from constructs_lib.runs.calls.recorded import Call

_NUMBER_AT_END = re.compile(r"(\d+)(?:\.\w+)*$")


@dataclass(frozen=True, kw_only=True)
class Resume:
    """One return of a job.

    Attributes:
        job_name: The job.
        checkpoint: The newest checkpoint's file name; empty when there was none, so that the job began anew.
        step: The number that ends its name; 0 without one.
        written: The first checkpoint that it wrote then; empty when it wrote none.
    """

    job_name: str
    checkpoint: str
    step: int
    written: str = ""

    @property
    def resumed(self) -> bool:
        """Whether it went on: there was a checkpoint, and none before it was written again."""
        return bool(self.checkpoint) and not 0 < step_of(self.written) < self.step

    @property
    def text(self) -> str:
        """The return in words."""
        there = f"{self.step} ({self.checkpoint or 'no checkpoint'})"
        return there if self.resumed or not self.written else f"{there}, but then it wrote {self.written}"


class ResumeBook:
    """Looks into S3 whenever a job trains again; subscribe `see` to TrainingJobs, and `hear` to the calls.

    Args:
        s3: A boto3 client.
    """

    def __init__(self, s3: Any) -> None:
        self._s3 = s3
        self._lock = threading.Lock()
        self._seen: dict[tuple[str, int], Resume] = {}
        self._places: dict[str, tuple[tuple[str, int], str]] = {}

    def see(self, job: Mapping[str, Any]) -> None:
        """Take note of a job's description."""
        statuses = [transition["Status"] for transition in job["SecondaryStatusTransitions"]]
        starts = statuses.count("Training")
        if statuses[-1] != "Training" or starts < 2 or "CheckpointConfig" not in job:
            return
        with self._lock:
            key = (str(job["TrainingJobName"]), starts)
            if key not in self._seen:
                uri = str(job["CheckpointConfig"]["S3Uri"])
                self._seen[key] = self._resume(key[0], uri)
                self._places[key[0]] = key, f":s3:::{uri.removeprefix('s3://').rstrip('/')}/"

    def hear(self, call: Call) -> None:
        """Take note of a call: the first checkpoint that is copied to S3 after a return."""
        if call.action != "s3:PutObject":
            return
        with self._lock:
            for key, place in self._places.values():
                if place in call.resource and not self._seen[key].written:
                    name = call.resource.rpartition("/")[2]
                    self._seen[key] = replace(self._seen[key], written=name)

    def of(self, job_name: str) -> list[Resume]:
        """Return a job's returns, in order."""
        with self._lock:
            return [resume for (name, _), resume in sorted(self._seen.items()) if name == job_name]

    def _resume(self, job_name: str, uri: str) -> Resume:
        bucket, _, prefix = uri.removeprefix("s3://").partition("/")
        pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
        names = [str(item["Key"]).rpartition("/")[2] for page in pages for item in page.get("Contents", [])]
        newest = max(names, key=step_of, default="")
        return Resume(job_name=job_name, checkpoint=newest, step=step_of(newest))


def step_of(file_name: str) -> int:
    """Return the number that ends a checkpoint's name, before its endings: `checkpoint-00000422.npz` has 422."""
    match = _NUMBER_AT_END.search(file_name)
    return int(match[1]) if match else 0

"""What all jobs of one emulated account share, and how long things take."""

from __future__ import annotations

import fnmatch
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from constructs_lib.local.clock import Clock
from constructs_lib.local.spot_market.supply import SpotMarket
from constructs_lib.local.training_jobs.instance.namespace import Isolation
from constructs_lib.local.training_jobs.instance.s3.transfer import S3Client
from constructs_lib.local.training_jobs.log_stream import LogsClient
from constructs_lib.runs.calls.recorded import Record, ignore


@dataclass(frozen=True, kw_only=True)
class Timing:
    """How long the service takes for its own work; seconds are the clock's unless said otherwise.

    Attributes:
        starting_seconds: From capacity to a running instance. Defaults to 2.
        downloading_seconds: At least so long for image and data. Defaults to 1.
        grace_seconds: From SIGTERM to SIGKILL. Defaults to SageMaker's 120.
        shortest_grace_wall_seconds: What the grace is at least on the wall, because a program needs real time to write
            a checkpoint. Defaults to 2.
        longest_grace_wall_seconds: What the grace is at most on the wall, because nobody wants to wait longer for a
            program that ignores SIGTERM. Defaults to 30.
        sync_wall_seconds: Wall seconds between two looks at the checkpoint directory. Defaults to 0.1.
    """

    starting_seconds: float = 2.0
    downloading_seconds: float = 1.0
    grace_seconds: float = 120.0
    shortest_grace_wall_seconds: float = 2.0
    longest_grace_wall_seconds: float = 30.0
    sync_wall_seconds: float = 0.1

    def grace_wall_seconds(self, clock: Clock) -> float:
        """Return the grace on the wall."""
        grace = clock.wall_seconds(self.grace_seconds)
        return min(max(grace, self.shortest_grace_wall_seconds), self.longest_grace_wall_seconds)


@dataclass(frozen=True, kw_only=True)
class Host:
    """What all jobs share.

    Attributes:
        clock: The clock.
        market: Where spot jobs get their instances from.
        s3: The client.
        work_dir: Where jobs have their directories.
        region: The region.
        isolation: How programs get their own `/opt/ml`.
        publish: Called with a description after each change of a job, outside of all locks.
        logs: The client for CloudWatch Logs. Defaults to none: output goes to a file only.
        python: The interpreter that runs the sources of framework images. Defaults to the one that runs this.
        install_requirements: Whether a source's `requirements.txt` is installed, into an environment of its own.
            Defaults to not.
        programs: Commands that stand in for images, by patterns of image URIs. Defaults to none.
        environment: Variables for every program, such as the endpoint of the embedded AWS. Defaults to none.
        timing: How long things take. Defaults to `Timing()`.
        spot_discount: The part of the training time that spot does not bill. Defaults to 0.7.
        record: Takes note of what is called in the name of a job's role. Defaults to nobody.
    """

    clock: Clock
    market: SpotMarket
    s3: S3Client
    work_dir: Path
    region: str
    isolation: Isolation
    publish: Callable[[dict[str, Any]], None]
    logs: LogsClient | None = None
    python: str = sys.executable
    install_requirements: bool = False
    programs: Mapping[str, Sequence[str]] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)
    timing: Timing = field(default_factory=Timing)
    spot_discount: float = 0.7
    record: Record = ignore

    def program_for(self, image: str) -> Sequence[str] | None:
        """Return the command for an image: of the first pattern that matches its URI or name, or is a part of it."""
        name = image.rpartition("/")[2]
        for pattern, command in self.programs.items():
            if fnmatch.fnmatchcase(image, pattern) or fnmatch.fnmatchcase(name, pattern) or pattern in image:
                return command
        return None

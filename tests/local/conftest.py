"""One embedded AWS for each module of tests: empty, fast, with the counting program behind its image."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from constructs_lib.local.embedded_aws import EmbeddedAws
from constructs_lib.local.training_jobs.instance.host import Timing
from tests.local.machines import BUCKET, Machines
from tests.support.places import training_program

PROGRAMS = {"count:*": training_program("count.py")}
QUICK = Timing(
    starting_seconds=1,
    downloading_seconds=1,
    shortest_grace_wall_seconds=1.5,
    longest_grace_wall_seconds=1.5,
    sync_wall_seconds=0.02,
)


@pytest.fixture(scope="module")
def aws() -> Iterator[EmbeddedAws]:
    with EmbeddedAws(speed=100, programs=PROGRAMS, timing=QUICK) as embedded:
        embedded.client("s3").create_bucket(Bucket=BUCKET)
        yield embedded


@pytest.fixture(scope="module")
def machines(aws: EmbeddedAws) -> Machines:
    return Machines(aws)

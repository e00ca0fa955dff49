"""What several modules here begin with: an S3 of their own, jobs that wait, both ways of running a program."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from constructs_lib.local.training_jobs.instance.namespace import Isolation, isolation
from tests.local.training_jobs.bench import PLAIN, Bench, s3_server


@pytest.fixture(scope="module")
def s3() -> Iterator[Any]:
    with s3_server() as client:
        yield client


@pytest.fixture
def waiting(s3: Any, tmp_path: Path) -> Iterator[Bench]:
    """Give a SageMaker whose spot jobs wait for ever."""
    with Bench(s3, tmp_path, market="never") as bench:
        yield bench


@pytest.fixture(params=["namespace", "plain"])
def way(request: pytest.FixtureRequest) -> Isolation:
    """Give both ways of running a program; where the system has only the plain one, that twice."""
    return isolation() if request.param == "namespace" else PLAIN

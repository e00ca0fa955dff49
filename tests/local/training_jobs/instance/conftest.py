"""What several modules here begin with."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.local.training_jobs.instance.checkpoint_pair import Pair


@pytest.fixture
def pair(s3: Any, tmp_path: Path) -> Pair:
    return Pair(s3, tmp_path)

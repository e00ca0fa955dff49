"""A checkpoint directory and its prefix in S3, for tests that take the looks by hand."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import Any

from constructs_lib.local.training_jobs.instance.s3.checkpoint_sync import CheckpointSync
from constructs_lib.local.training_jobs.instance.s3.transfer import S3Location
from tests.local.training_jobs.bench import BUCKET


class Pair:
    """A checkpoint directory and its prefix, with the looks taken by hand."""

    def __init__(self, s3: Any, tmp_path: Path, *, wall_seconds: float = 3600.0) -> None:
        self.s3, self.prefix = s3, f"{tmp_path.name}/run"
        self.directory = tmp_path / "checkpoints"
        self.arrived = threading.Event()
        self.sync = CheckpointSync(
            s3,
            S3Location(BUCKET, self.prefix),
            self.directory,
            staging=tmp_path / "staging",
            wall_seconds=wall_seconds,
            on_upload=self.arrived.set,
        )

    def put(self, name: str, body: str = "x") -> None:
        self.s3.put_object(Bucket=BUCKET, Key=f"{self.prefix}/{name}", Body=body)

    def write(self, name: str, body: str = "x", *, age: int = 0) -> None:
        file = self.directory / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(body)
        os.utime(file, ns=(1, 10**18 - age * 10**9))

    def look(self) -> None:
        """Take one look, as the thread does."""
        self.sync._copy(settled=False)

    def remote(self) -> dict[str, str]:
        listed = self.s3.list_objects_v2(Bucket=BUCKET, Prefix=f"{self.prefix}/").get("Contents", [])
        return {
            item["Key"].removeprefix(f"{self.prefix}/"): self.s3.get_object(Bucket=BUCKET, Key=item["Key"])["Body"]
            .read()
            .decode()
            for item in listed
        }

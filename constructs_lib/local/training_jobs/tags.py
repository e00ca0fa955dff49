"""The tags of training jobs: AddTags, DeleteTags, ListTags."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from typing import Any

from constructs_lib.local.training_jobs.api.errors import not_found, validation

_MOST_TAGS = 50


class Tags:
    """The tags of each job, by its ARN."""

    def __init__(self) -> None:
        self._tags: dict[str, dict[str, str]] = {}
        self._lock = threading.Lock()

    def begin(self, arn: str, tags: Sequence[Mapping[str, str]]) -> None:
        """Note the tags that a job is created with."""
        with self._lock:
            self._tags[arn] = {tag["Key"]: tag["Value"] for tag in tags}

    def end(self, arn: str) -> None:
        """Forget the tags of a job."""
        with self._lock:
            del self._tags[arn]

    def add(self, arn: str, tags: Sequence[Mapping[str, str]]) -> dict[str, Any]:
        """AddTags: add tags, or overwrite their values.

        Raises:
            SageMakerError: `ValidationException` if there is no such job, or it would have more than 50 tags.
        """
        with self._lock:
            merged = {**self._of(arn), **{tag["Key"]: tag["Value"] for tag in tags}}
            if len(merged) > _MOST_TAGS:
                raise validation([f"'Tags' must be at most {_MOST_TAGS} for a resource, got {len(merged)}"])
            self._tags[arn] = merged
        return self.list(arn)

    def delete(self, arn: str, keys: Sequence[str]) -> None:
        """DeleteTags.

        Raises:
            SageMakerError: `ValidationException` if there is no such job.
        """
        with self._lock:
            self._tags[arn] = {key: value for key, value in self._of(arn).items() if key not in keys}

    def list(self, arn: str) -> dict[str, Any]:
        """ListTags, all in one page.

        Raises:
            SageMakerError: `ValidationException` if there is no such job.
        """
        with self._lock:
            return {"Tags": [{"Key": key, "Value": value} for key, value in self._of(arn).items()]}

    def _of(self, arn: str) -> dict[str, str]:
        if arn not in self._tags:
            raise not_found()
        return self._tags[arn]

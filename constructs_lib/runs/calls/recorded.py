"""What an embedded AWS has been called for, and in whose name: what IAM would have to allow.

moto enforces no policy. So each call is noted as IAM would see it, with the role, the action, the resource and the
condition keys of the request, and somebody who can evaluate policies may ask afterwards whether they allow it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

Context: TypeAlias = Mapping[str, str | tuple[str, ...]]
"""Condition keys with the value that a request has, or with all of them where there may be several."""


@dataclass(frozen=True, kw_only=True)
class Call:
    """One call of an AWS API, as IAM sees it.

    Attributes:
        role_arn: The role in whose name it was made.
        action: The action, such as `s3:GetObject`; often, but not always, the name of the operation.
        resource: The resource's ARN, or `*` for an action that has no resource type.
        context: The condition keys of the request that policies of this library look at. Defaults to none.
        page: The AWS page that says that the call is made; empty for a call that was seen here. Defaults to empty.
    """

    role_arn: str
    action: str
    resource: str
    context: Context = field(default_factory=dict, hash=False)
    page: str = ""


Record: TypeAlias = Callable[[Call], None]
"""Takes note of a call; may be called from any thread."""


class CallRecord:
    """Keeps each different call once, in the order in which they were first made.

    Args:
        kept: How many of them are kept; of more, the oldest are forgotten. Defaults to all.
    """

    def __init__(self, kept: int | None = None) -> None:
        self._kept = kept
        self._calls: dict[Call, None] = {}
        self._listeners: list[Record] = []
        self._lock = threading.Lock()

    def add(self, call: Call) -> None:
        """Take note of a call."""
        with self._lock:
            self._calls.setdefault(call)
            if self._kept is not None and len(self._calls) > self._kept:
                del self._calls[next(iter(self._calls))]
            listeners = list(self._listeners)
        for listener in listeners:
            listener(call)

    def listen(self, listener: Record) -> None:
        """Have every call from now on, each time that it is made; the listener must be quick and thread-safe."""
        with self._lock:
            self._listeners.append(listener)

    def calls(self) -> list[Call]:
        """Return the calls so far."""
        with self._lock:
            return list(self._calls)


def ignore(_: Call) -> None:
    """Take no note."""


def partition_of(arn: str) -> str:
    """Return the partition of an ARN; `aws` for a text that is none, because nothing here checks the ARN of a role."""
    parts = arn.split(":")
    return parts[1] if parts[0] == "arn" and len(parts) > 1 else "aws"


def bucket_arn(partition: str, bucket: str) -> str:
    """Render a bucket's ARN."""
    return f"arn:{partition}:s3:::{bucket}"


def object_arn(partition: str, bucket: str, key: str) -> str:
    """Render an object's ARN."""
    return f"{bucket_arn(partition, bucket)}/{key}"

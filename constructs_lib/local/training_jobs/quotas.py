"""How many instances of a type may train at once, for spot and for on-demand apart.

https://docs.aws.amazon.com/general/latest/gr/sagemaker.html
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from typing import Literal

from constructs_lib.local.training_jobs.api.errors import over_quota
from constructs_lib.local.training_jobs.api.request import JobRequest

QuotaMarket = Literal["spot", "on-demand"]


class Quotas:
    """The account's limits; they can be changed while jobs run, as a support case does.

    Args:
        limits: Instances by (instance type, market). Defaults to none, so that there is no limit at all.
    """

    def __init__(self, limits: Mapping[tuple[str, QuotaMarket], int] | None = None) -> None:
        self._limits: dict[tuple[str, str], int] = dict((limits or {}).items())
        self._lock = threading.Lock()

    def set(self, instance_type: str, market: QuotaMarket, limit: int | None) -> None:
        """Change a limit; `None` lifts it."""
        with self._lock:
            if limit is None:
                self._limits.pop((instance_type, market), None)
            else:
                self._limits[instance_type, market] = limit

    def check(self, request: JobRequest, live: Iterable[JobRequest]) -> None:
        """Refuse a job that would exceed a limit.

        Args:
            request: The job that is to be created.
            live: The jobs that have not ended.

        Raises:
            SageMakerError: `ResourceLimitExceeded`.
        """
        asked = _instances(request)
        used: dict[tuple[str, str], int] = {}
        for job in live:
            for key, count in _instances(job).items():
                used[key] = used.get(key, 0) + count
        with self._lock:
            limits = dict(self._limits)
        for key, count in asked.items():
            limit = limits.get(key)
            if limit is not None and used.get(key, 0) + count > limit:
                raise over_quota(_name(*key), limit, used.get(key, 0), count)


def _instances(request: JobRequest) -> dict[tuple[str, str], int]:
    market = "spot" if request.spot else "on-demand"
    counts: dict[tuple[str, str], int] = {}
    for instance_type, count in request.instances:
        counts[instance_type, market] = counts.get((instance_type, market), 0) + count
    return counts


def _name(instance_type: str, market: str) -> str:
    return f"{instance_type} for {'spot ' if market == 'spot' else ''}training job usage"

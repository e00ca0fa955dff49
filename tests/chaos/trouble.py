"""The market and the faults of an embedded AWS whose seeds come one after the other."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from typing import Any

from constructs_lib.local.spot_market.script import Scripted
from constructs_lib.local.spot_market.supply import Steady, Supply
from constructs_lib.local.training_jobs.faults import CreateFault, JobFault
from tests.chaos.schedule import Schedule


class Trouble:
    """Deals out what the present seed's schedule orders: a spot market and faults in one.

    Creates and jobs are counted from the seed's beginning, and spot jobs for each instance type apart, so that what one
    seed did does not reach into the next.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._schedule: Schedule | None = None
        self._creates = self._jobs = 0
        self._spot_jobs: dict[str, int] = {}
        self.dealt: list[str] = []
        """What creates and jobs have met since the seed's beginning."""
        self._refused: list[float] = []

    def begin(self, schedule: Schedule | None) -> None:
        """Begin with a seed, or let nothing go wrong any more."""
        with self._lock:
            self._schedule = schedule
            if schedule is not None:
                self._creates = self._jobs = 0
                self._spot_jobs, self.dealt, self._refused = {}, [], []

    def supply(self, instance_type: str, instance_count: int, now: float) -> Supply:
        """Return the market that the next spot job of this type gets."""
        with self._lock:
            number = self._spot_jobs.get(instance_type, 0)
            self._spot_jobs[instance_type] = number + 1
            fates = self._schedule.fates.get(instance_type, ()) if self._schedule else ()
        if number >= len(fates):
            return Steady(available=True)
        fate = fates[number]
        market = Scripted(fate.interruptions, first_wait=fate.first_wait)
        return market.supply(instance_type, instance_count, now)

    def on_create(self, number: int, request: Mapping[str, Any]) -> CreateFault | None:
        """Return the trouble of this create."""
        with self._lock:
            self._creates += 1
            fault = self._schedule.creates.get(self._creates) if self._schedule else None
            if fault is not None:
                self.dealt.append("ambiguous create" if fault.created else fault.code)
                self._refused.append(time.monotonic())
            return fault

    def refusals(self) -> list[float]:
        """Return when creates were refused, by the wall."""
        with self._lock:
            return list(self._refused)

    def on_job(self, number: int, request: Mapping[str, Any]) -> JobFault | None:
        """Return the trouble of this job."""
        with self._lock:
            self._jobs += 1
            fault = self._schedule.jobs.get(self._jobs) if self._schedule else None
            if fault is not None:
                self.dealt.append(fault.kind)
            return fault

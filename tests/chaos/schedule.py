"""What happens to one seed's runs: the same for the same seed, drawn before anything starts."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from constructs_lib.local.spot_market.script import Interruption
from constructs_lib.local.training_jobs.faults import (
    ERROR_AFTER_CREATE,
    ERROR_BEFORE_CREATE,
    THROTTLED,
    UNAVAILABLE,
    CreateFault,
    JobFault,
)
from constructs_lib.local.training_jobs.quotas import QuotaMarket
from tests.chaos.app import BY_DEADLINE, PLANS, WITH_LOOK_OUT

SPOT_TYPES = ("ml.m5.xlarge", "ml.g5.xlarge")

Deed = Literal["abort", "abort in vain", "stop job", "abort run"]
"""What people do; an abort in vain ends the execution alone, because the stop of its job fails. Of a sweep one run
can be aborted by itself."""

FollowUp = Literal["resume", "resume twice", "redrive", "redrive and resume", "same name", "another"]
"""How people go on; `same name` starts a fresh run whose name was there before, `another` a sweep beside the first."""


@dataclass(frozen=True, kw_only=True)
class Fate:
    """What the market does to one spot job."""

    first_wait: float = 0.0
    interruptions: tuple[Interruption, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Quota:
    """A limit of zero instances, and the clock seconds after which somebody lifts it."""

    instance_type: str
    market: QuotaMarket
    lifted_after: float


@dataclass(frozen=True, kw_only=True)
class Intervention:
    """What a person does once while a run goes on, and when.

    Attributes:
        deed: What.
        moment: A SecondaryStatus that a job of the run takes, `refused` for a create that fails, or `start`.
        delay: Wall seconds after that.
    """

    deed: Deed
    moment: str
    delay: float


@dataclass(frozen=True, kw_only=True)
class Act:
    """One run, or two at once, after what became of those before."""

    follow_up: FollowUp
    patient: bool
    """Whether the person waits until no job lives before going on."""
    intervention: Intervention | None


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """One seed's story."""

    seed: int
    plan: str
    stopped_jobs_fail: bool
    hyperparameters: Mapping[str, str]
    fates: Mapping[str, tuple[Fate, ...]]
    creates: Mapping[int, CreateFault]
    jobs: Mapping[int, JobFault]
    quotas: tuple[Quota, ...]
    listing_lag: float
    """Clock seconds that a job exists before ListTrainingJobs has it."""
    intervention: Intervention | None
    acts: tuple[Act, ...]
    deadline: int | None = None
    """The clock seconds that each run has to its deadline, of the plan that is for one."""

    @property
    def steps(self) -> int:
        """How far the program trains."""
        return int(self.hyperparameters["steps"])


def stopped_jobs_fail(seed: int) -> bool:
    """Which of the two undocumented ways of `.sync` a seed gets; known apart, because it is set on the emulator."""
    return seed % 2 == 0


def draw(seed: int) -> Schedule:
    """Draw a seed's story."""
    numbers = random.Random(f"chaos/{seed}")
    steps = numbers.randint(8, 30)
    creates = _creates(numbers)
    drawn = Schedule(
        seed=seed,
        plan=numbers.choice([name for name in PLANS if name not in (BY_DEADLINE, WITH_LOOK_OUT)]),
        stopped_jobs_fail=stopped_jobs_fail(seed),
        hyperparameters={
            "seed": f"seed-{seed}",
            "steps": str(steps),
            "pause": str(numbers.choice([0.005, 0.01, 0.02])),
            "every": str(numbers.randint(1, 3)),
            "keep": str(numbers.choice([1, 2, 100])),
            "on-term": numbers.choice(["default", "save", "slow", "ignore"]),
        },
        fates={kind: tuple(_fate(numbers, steps) for _ in range(numbers.randint(0, 4))) for kind in SPOT_TYPES},
        creates=creates,
        jobs=_jobs(numbers),
        quotas=_quotas(numbers),
        listing_lag=numbers.choice([0.0, numbers.uniform(1, 60), numbers.uniform(60, 600)]),
        intervention=_intervention(numbers, 0.6, refusals=bool(creates)),
        acts=tuple(_act(numbers) for _ in range(numbers.randint(0, 3))),
    )
    return _in_time(drawn)


def _in_time(drawn: Schedule) -> Schedule:
    """Give one seed of six a deadline; drawn apart, so that all else of a seed is what it was."""
    numbers = random.Random(f"chaos/deadline/{drawn.seed}")
    if numbers.randrange(6):
        return drawn
    # a run asks for on-demand until there is some: let it not be for ever
    quotas = tuple(
        replace(quota, lifted_after=min(quota.lifted_after, 200)) if quota.market == "on-demand" else quota
        for quota in drawn.quotas
    )
    deadline = numbers.choice([320, 700, 1200, 1500, 1800])
    timely = replace(drawn, plan=BY_DEADLINE, quotas=quotas, deadline=deadline)
    return _looking_out(timely, numbers) if numbers.randrange(2) else timely


def _looking_out(timely: Schedule, numbers: random.Random) -> Schedule:
    """Let a seed look out: it trains for longer, has more slack, and spot is away when it begins."""
    fates = {
        kind: (*(Fate(first_wait=numbers.uniform(100, 900)) for _ in range(2)), *timely.fates.get(kind, ()))
        for kind in SPOT_TYPES
    }
    longer = {**timely.hyperparameters, "pause": "0.05"}
    deadline = numbers.choice([1200, 1500, 1800])
    return replace(timely, plan=WITH_LOOK_OUT, hyperparameters=longer, fates=fates, deadline=deadline)


def _fate(numbers: random.Random, steps: int) -> Fate:
    first = numbers.choice([0.0, 0.0, 0.0, numbers.uniform(1, 200), numbers.uniform(100, 160), math.inf])
    return Fate(
        first_wait=first, interruptions=tuple(_interruption(numbers, steps) for _ in range(numbers.randint(0, 3)))
    )


def _interruption(numbers: random.Random, steps: int) -> Interruption:
    away = numbers.choice([0.0, numbers.uniform(1, 60), numbers.uniform(1, 60), numbers.uniform(60, 400), math.inf])
    kind = numbers.randrange(3)
    if kind == 0:
        return Interruption(away=away, after_seconds=numbers.uniform(0, 80))
    if kind == 1:
        return Interruption(away=away, after_checkpoints=numbers.randint(1, 4))
    return Interruption(away=away, after_step=numbers.randint(1, steps))


def _creates(numbers: random.Random) -> dict[int, CreateFault]:
    if numbers.random() < 0.5:
        return {}
    kinds = [THROTTLED, THROTTLED, ERROR_BEFORE_CREATE, UNAVAILABLE, ERROR_AFTER_CREATE, ERROR_AFTER_CREATE]
    return {numbers.randint(1, 6): numbers.choice(kinds) for _ in range(numbers.randint(1, 3))}


def _jobs(numbers: random.Random) -> dict[int, JobFault]:
    faults: dict[int, JobFault] = {}
    if numbers.random() < 0.4:
        for _ in range(numbers.randint(1, 3)):
            after = numbers.choice([None, numbers.uniform(0, 60)])
            kind = numbers.choice(["CapacityError", "CapacityError", "InternalServerError", "AlgorithmError"])
            faults[numbers.randint(1, 4)] = JobFault(kind=kind, after_training_seconds=after)  # type: ignore[arg-type]
    return faults


def _quotas(numbers: random.Random) -> tuple[Quota, ...]:
    if numbers.random() < 0.75:
        return ()
    places: list[tuple[str, QuotaMarket]] = [
        ("ml.m5.xlarge", "spot"), ("ml.g5.xlarge", "spot"), ("ml.m5.xlarge", "on-demand")
    ]  # fmt: skip
    lifted = numbers.choice([math.inf, numbers.uniform(5, 200), numbers.uniform(5, 200)])
    instance_type, market = numbers.choice(places)
    return (Quota(instance_type=instance_type, market=market, lifted_after=lifted),)


def _intervention(numbers: random.Random, probability: float, *, refusals: bool = False) -> Intervention | None:
    if numbers.random() > probability:
        return None
    moments = ["start", "Starting", "Downloading", "Training", "Training", "Interrupted", "Stopping", "Failed"]
    if refusals:
        moments += ["refused"] * 5
    delay = numbers.choice([0.0, numbers.uniform(0, 0.1), numbers.uniform(0, 0.6)])
    return Intervention(
        deed=numbers.choice(["abort", "abort", "abort", "abort in vain", "stop job"]),
        moment=numbers.choice(moments),
        delay=delay,
    )


def _act(numbers: random.Random) -> Act:
    follow_ups: list[FollowUp] = ["resume", "resume", "resume twice", "redrive", "redrive and resume", "same name"]
    return Act(
        follow_up=numbers.choice(follow_ups),
        patient=numbers.random() < 0.3,
        intervention=_intervention(numbers, 0.4),
    )

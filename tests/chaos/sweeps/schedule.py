"""What happens to one seed's sweep: the troubles of a run's seed, and its own items, aborts and ways on."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from tests.chaos import schedule
from tests.chaos.app import HALVED, SWEPT
from tests.chaos.schedule import SPOT_TYPES, Act, Deed, Fate, FollowUp, Intervention, Quota, Schedule

LONGEST_AWAY = 200.0
"""Clock seconds: many items wait one after the other, and a seed should take seconds."""


@dataclass(frozen=True, kw_only=True)
class SweepSchedule:
    """One seed's story."""

    troubles: Schedule
    """The market, the faults, the quotas, the interventions and the acts; its plan is what the sweep trains by."""
    given: Mapping[str, Any]
    """The input that the sweep is started with."""
    names: tuple[str, ...]
    """What its items are called, in their order."""

    @property
    def halves(self) -> bool:
        """Whether the sweep has rungs."""
        return self.troubles.plan == HALVED


def draw(seed: int) -> SweepSchedule:
    """Draw a seed's story."""
    numbers = random.Random(f"chaos/sweep/{seed}")
    base = schedule.draw(seed)
    plan = numbers.choice(list(SWEPT))
    troubles = replace(
        base,
        plan=plan,
        deadline=None,
        fates={kind: tuple(map(_shorter, fates)) for kind, fates in base.fates.items()},
        quotas=_quotas(numbers),
        intervention=_intervention(numbers, 0.8),
        acts=tuple(_act(numbers) for _ in range(numbers.randint(0, 2))),
    )
    items = [_item(numbers, troubles, place) for place in range(1, numbers.randint(4, 8) + 1)]
    # of numbers of its own, so that the stories of lists stay what they are
    kind = random.Random(f"chaos/sweep/kind/{seed}").choice(["Runs", "Runs", "Grid", "Random"])
    if kind == "Runs":
        names = tuple(item.get("Name", f"trial-{place:04}") for place, item in enumerate(items, 1))
        return SweepSchedule(troubles=troubles, given={"Runs": items}, names=names)
    given = _grid(items) if kind == "Grid" else _draws(seed, items)
    count = len(items) - len(items) % 2 if kind == "Grid" else len(items)
    places = range(1, count + 1)
    return SweepSchedule(troubles=troubles, given=given, names=tuple(f"trial-{place:04}" for place in places))


def _grid(items: list[dict[str, Any]]) -> dict[str, Any]:
    """Make a grid of as many points as there are items, or one fewer: two ways to answer a SIGTERM for each seed."""
    seeds = [item["HyperParameters"]["seed"] for item in items[: len(items) // 2]]
    return {"Grid": {"seed": seeds, "on-term": ["default", "save"]}, "HyperParameters": _common(items)}


def _draws(seed: int, items: list[dict[str, Any]]) -> dict[str, Any]:
    asked = {
        "seed": {"Choice": [item["HyperParameters"]["seed"] for item in items]},
        "pause": {"LogUniform": [0.005, 0.02]},
        "on-term": {"Choice": ["default", "save", "ignore"]},
    }
    common = {name: value for name, value in _common(items).items() if name != "pause"}
    return {"Random": asked, "Count": len(items), "Seed": seed, "HyperParameters": common}


def _common(items: list[dict[str, Any]]) -> dict[str, Any]:
    first = items[0]["HyperParameters"]
    return {name: value for name, value in first.items() if name not in ("seed", "on-term")}


def _shorter(fate: Fate) -> Fate:
    interruptions = (replace(one, away=min(one.away, LONGEST_AWAY)) for one in fate.interruptions)
    return Fate(first_wait=min(fate.first_wait, LONGEST_AWAY), interruptions=tuple(interruptions))


def _quotas(numbers: random.Random) -> tuple[Quota, ...]:
    """No instance of some types for a while; where that is longer than a run asks for one, the sweep tries again."""
    if numbers.random() < 0.5:
        return ()
    lifted = numbers.choice([numbers.uniform(20, 300), numbers.uniform(900, 2000)])
    kinds = SPOT_TYPES if numbers.random() < 0.7 else SPOT_TYPES[:1]
    found = [Quota(instance_type=kind, market="spot", lifted_after=lifted) for kind in kinds]
    if numbers.random() < 0.7:
        found.append(Quota(instance_type="ml.m5.xlarge", market="on-demand", lifted_after=lifted))
    return tuple(found)


def _intervention(numbers: random.Random, probability: float) -> Intervention | None:
    if numbers.random() > probability:
        return None
    deeds: list[Deed] = ["abort", "abort", "abort", "abort in vain", "abort run", "stop job"]
    moments = ["start", "Starting", "Downloading", "Training", "Training", "Interrupted", "Completed", "Completed"]
    delay = numbers.choice([0.0, numbers.uniform(0, 0.3), numbers.uniform(0, 2)])
    return Intervention(deed=numbers.choice(deeds), moment=numbers.choice(moments), delay=delay)


def _act(numbers: random.Random) -> Act:
    follow_ups: list[FollowUp] = ["redrive", "redrive", "another"]
    return Act(
        follow_up=numbers.choice(follow_ups),
        patient=numbers.random() < 0.5,
        intervention=_intervention(numbers, 0.5),
    )


def _item(numbers: random.Random, troubles: Schedule, place: int) -> dict[str, Any]:
    own = {
        **troubles.hyperparameters,
        "seed": f"seed-{troubles.seed}-{place}",
        "pause": str(numbers.choice([0.005, 0.01, 0.02])),
        "on-term": numbers.choice(["default", "save", "ignore"]),
    }
    if troubles.plan == HALVED:
        del own["steps"]  # that is what the rungs give
    # every second one has a name, the others are called by their place
    return {"HyperParameters": own, **({"Name": f"item-{place}"} if place % 2 else {})}

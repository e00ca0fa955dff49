"""Deadline: by when a run is to have ended, and what is known of its training."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from constructs_lib.training_job.durations import HasSeconds, readable, whole_seconds
from constructs_lib.training_job.kinds import kind_problems
from constructs_lib.training_job.limits import MAX_JOB_SECONDS, MAX_RUNTIME_SECONDS
from constructs_lib.training_job.refusal import refuse
from constructs_lib.workflow.deadline.rule import Parameters, first_market

_STINT_IN_CHANGEOVERS = 25
_LOOKOUT_STINT_IN_CHANGEOVERS = 10
_SHORTEST_POLL_SECONDS = 60
_MOST_LOOKS, _MOST_LOOKS_WITH_LOOKOUT = 1000, 750
"""How often a run is looked at before its deadline: a look takes up to 14 of the 25,000 events of a history, and 21
with a look-out; after the deadline there are 300 more at most."""


@dataclass(frozen=True, kw_only=True)
class Deadline:
    """By when a run is to have ended, at least cost; made by `Deadline.after`.

    A run waits for spot capacity as long as there is slack to spare, buys on-demand in stints and leaves them again,
    and stays on-demand when nothing else keeps the deadline. It is kept under three assumptions: an on-demand job
    trains within `on_demand_start` of the decision for it and is not interrupted, there is never more work left than
    `expected_runtime` says, and the run is looked at every `poll`. What breaks one makes the run late by as much, and
    no more; a late run goes on.

    A training program may keep a file `progress.json` beside its checkpoints, `{"fraction": 0.42}`: how much of the
    work they hold, from 0 to 1. It corrects `expected_runtime` and says what an interruption has lost. The fraction
    stands within the first 1,024 bytes, without an exponent; anything else is as if there were no file.

    Attributes:
        after_seconds: The time from a run's start to its deadline.
        expected_runtime_seconds: The training time that it has before it.
        on_demand_start_seconds: The longest time that on-demand capacity takes.
        changeover_seconds: The usual time until a job trains.
        checkpoint_interval_seconds: What an interruption loses at most.
        hold: The slack that is kept for each hour of work left.
        patience_seconds: The shortest wait for spot.
        stint_seconds: The shortest on-demand attempt.
        lookout: Whether a job that does nothing waits for spot capacity while the run is on-demand.
        lookout_stint_seconds: The shortest on-demand attempt with a look-out.
        poll_seconds: The time between two looks.
    """

    after_seconds: int
    expected_runtime_seconds: int
    on_demand_start_seconds: int = 3600
    changeover_seconds: int = 720
    checkpoint_interval_seconds: int = 900
    hold: float = 0.2
    patience_seconds: int = 1200
    stint_seconds: int = _STINT_IN_CHANGEOVERS * 720
    poll_seconds: int = 300
    lookout: bool = False
    lookout_stint_seconds: int = _LOOKOUT_STINT_IN_CHANGEOVERS * 720

    @classmethod
    def after(
        cls,
        time: HasSeconds,
        *,
        expected_runtime: HasSeconds,
        on_demand_start: HasSeconds | None = None,
        changeover: HasSeconds | None = None,
        checkpoint_interval: HasSeconds | None = None,
        hold: float = 0.2,
        stint: HasSeconds | None = None,
        patience: HasSeconds | None = None,
        poll: HasSeconds | None = None,
        lookout: bool = False,
    ) -> Deadline:
        """A deadline some time after a run's start; a run's input may say another one.

        Args:
            time: How long a run may last, up to 30 days.
            expected_runtime: How long it trains in all on the last on-demand capacity of the plan, at most: an upper
                bound, with what is saved at its end. Where it is too low, the run is late by as much.
            on_demand_start: The longest time that on-demand capacity takes from the decision for it until the program
                trains there, with the stop of the job before. Defaults to one hour.
            changeover: The usual time from asking for a job until its program trains. Defaults to 12 minutes.
            checkpoint_interval: The time between two checkpoints, which is what an interruption loses at most. Defaults
                to 15 minutes.
            hold: How much slack is kept for each hour of work left before on-demand is bought, 0.2 for 12 minutes; with
                0 on-demand is bought when nothing else keeps the deadline. Defaults to 0.2.
            stint: The shortest on-demand attempt before spot is tried again. Defaults to 25 changeovers, 5 hours, and
                to 10 changeovers, 2 hours, with a look-out.
            patience: The shortest wait for spot before on-demand is bought early, longer than a job usually takes to
                start; with several spot capacities, how long each is waited for in turn. Defaults to 20 minutes.
            poll: The time between two looks at the run, at least one minute. Defaults to 5 minutes, and to a thousandth
                of the time to the deadline where that is longer (1/750 with a look-out), whatever is said here.
            lookout: Whether a look-out tells when spot capacity is back: while the run is on-demand and could go back,
                one spot job of the plan's first spot capacity waits, unbilled, for its instances, does nothing with
                them and ends, so that the run moves when there is something to move to. It has the training's image,
                network and role, no channels and no checkpoints, and is billed for the minute or two that it has
                instances. For a training image that has the program `true`. Defaults to no look-out: the run then
                tries spot after each stint.

        Raises:
            ValueError: Times that are not known, not positive or do not go together; all of them at once.
        """
        given = {
            "time": time,
            "expected_runtime": expected_runtime,
            "on_demand_start": on_demand_start,
            "changeover": changeover,
            "checkpoint_interval": checkpoint_interval,
            "stint": stint,
            "patience": patience,
            "poll": poll,
        }
        problems, seconds = [], {}
        for name, value in given.items():
            if value is None and name not in ("time", "expected_runtime"):
                continue
            found = list(kind_problems(name, HasSeconds, value)) or list(_length_problems(name, value))  # type: ignore[arg-type]
            problems += found
            if not found:
                seconds[name] = whole_seconds(name, value)  # type: ignore[arg-type]
        problems += list(kind_problems("hold", float, hold)) or list(_hold_problems(hold))
        problems += kind_problems("lookout", bool, lookout)
        refuse(problems)
        changeover_seconds = seconds.get("changeover", cls.changeover_seconds)
        seconds["lookout_stint"] = seconds.get("stint", _LOOKOUT_STINT_IN_CHANGEOVERS * changeover_seconds)
        seconds.setdefault("stint", _STINT_IN_CHANGEOVERS * changeover_seconds)
        seconds["after"] = seconds.pop("time")
        made = cls(hold=hold, lookout=lookout, **{f"{name}_seconds": length for name, length in seconds.items()})
        refuse(made._problems())
        return made

    def _problems(self) -> Iterator[str]:
        slack = self.after_seconds - self.expected_runtime_seconds
        if self.after_seconds > MAX_JOB_SECONDS:
            yield f"'time' must be at most 30 days, got {readable(self.after_seconds)}"
        if self.expected_runtime_seconds > MAX_RUNTIME_SECONDS:
            yield f"'expected_runtime' must be at most 28 days, got {readable(self.expected_runtime_seconds)}"
        if self.changeover_seconds > self.on_demand_start_seconds:
            yield (
                f"'on_demand_start' must be at least 'changeover' ({readable(self.changeover_seconds)}), got "
                f"{readable(self.on_demand_start_seconds)}"
            )
        if first_market(slack, parameters_of(self)) is None:
            least = self.expected_runtime_seconds + self.changeover_seconds
            yield (
                "'time' must be at least 'expected_runtime' and a 'changeover' "
                f"({readable(self.expected_runtime_seconds)} and {readable(self.changeover_seconds)}), got "
                f"{readable(self.after_seconds)}, which no capacity keeps; it takes {readable(least)} or more"
            )


def most_looks(deadline: Deadline) -> int:
    """Return how often a run is looked at before its deadline, at most."""
    return _MOST_LOOKS_WITH_LOOKOUT if deadline.lookout else _MOST_LOOKS


def parameters_of(deadline: Deadline) -> Parameters:
    """Return what the rule reckons with."""
    return Parameters(
        on_demand_start=deadline.on_demand_start_seconds,
        changeover=deadline.changeover_seconds,
        loss=deadline.checkpoint_interval_seconds,
        hold=deadline.hold,
        patience=deadline.patience_seconds,
        stint=deadline.stint_seconds,
        poll=deadline.poll_seconds,
    )


def _length_problems(name: str, value: HasSeconds) -> Iterator[str]:
    try:
        seconds = whole_seconds(name, value)
    except ValueError as error:
        yield str(error)
        return
    least = {"poll": _SHORTEST_POLL_SECONDS, "checkpoint_interval": 0, "stint": 0, "patience": 0}.get(name, 1)
    if seconds < least:
        yield f"'{name}' must be at least {readable(least)}, got {readable(seconds)}"


def _hold_problems(hold: float) -> Iterator[str]:
    if not 0 <= hold <= 10:
        yield f"'hold' must be from 0 to 10 hours for each hour of work, got {hold!r}"

"""The rule of a deadline, in one place: from where a run stands to the market of its next attempt.

`jsonata/deadline/move.jsonata` and `first_market.jsonata` say the same to Step Functions, and are held to it by tests.
Times are numbers of one unit; the deployed machine counts in seconds.

The promise. Say that an on-demand attempt trains within `on_demand_start` of the decision for it and is not
interrupted, that there is never more work left than `work_left` says, and that `decide` is asked every `poll`. Then a
run that begins with a slack of `on_demand_start` or more ends by its deadline: on spot each look saw a slack of
`on_demand_start + poll` or more, until the next look it falls by a `poll` at most, and on-demand, once it trains, keeps
it where it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Market = Literal["spot", "on-demand"]
Move = Literal["stay", "spot", "on-demand"]


@dataclass(frozen=True, kw_only=True)
class Parameters:
    """What the rule reckons with, as a deployment fixes it; times in seconds.

    Args:
        on_demand_start: The longest time from the decision for on-demand until it trains. Defaults to an hour.
        changeover: The usual time from asking for a job until it trains, on either market. Defaults to 12 minutes.
        loss: The most work that an interruption or a stop loses. Defaults to 15 minutes.
        hold: The slack that is kept for each hour of work left, as a share of it; with 0 on-demand is bought when
            nothing else keeps the deadline, and only then. Defaults to 0.2, 12 minutes for each hour.
        patience: The shortest wait before on-demand is bought earlier than it must be. Defaults to 20 minutes.
        stint: The shortest on-demand attempt. Defaults to 5 hours, 25 changeovers.
        poll: The time between two looks. Defaults to 5 minutes.
    """

    on_demand_start: float = 3600
    changeover: float = 720
    loss: float = 900
    hold: float = 0.2
    patience: float = 1200
    stint: float = 18000
    poll: float = 300

    @property
    def least(self) -> float:
        """The slack that a move to on-demand needs."""
        return self.on_demand_start + self.poll

    @property
    def margin(self) -> float:
        """The slack that one more try of spot needs: it may be in vain, and lose work, before on-demand is tried."""
        return self.least + self.changeover + self.loss + self.poll


@dataclass(frozen=True, kw_only=True)
class State:
    """Where a run stands at a look.

    Args:
        market: The market of the present attempt.
        time_left: The time to the deadline.
        work_left: The training time that is left, at most; what is not saved for certain counts as left.
        whole_work: The work at the run's start.
        first_slack: The slack at the run's start: the time to the deadline less the work.
        waiting: Whether the attempt has no instance.
        waited: How long the run has been without an instance, over all spot attempts since it last had one.
        waited_here: How long of that on the present spot capacity. Defaults to all of it.
        ran: How long the present attempt has had an instance that trains, or trained.
        spots: How many spot capacities the plan has. Defaults to one.
        sighted: Whether spot capacity may be there, for all one knows. Defaults to yes.
    """

    market: Market
    time_left: float
    work_left: float
    whole_work: float
    first_slack: float
    waiting: bool
    waited: float = 0
    waited_here: float | None = None
    ran: float = 0
    spots: int = 1
    sighted: bool = True

    @property
    def slack(self) -> float:
        """The time that may be spent without training."""
        return self.time_left - self.work_left


def first_market(slack: float, parameters: Parameters, spots: int = 1) -> Market | None:
    """Return where a run begins, or nothing where no market keeps the deadline even when all goes as usual.

    Args:
        slack: The time to the deadline less the work.
        parameters: What the rule reckons with.
        spots: How many spot capacities the plan has. Defaults to one.
    """
    if slack < parameters.changeover:
        return None
    return "spot" if spots and slack >= parameters.margin else "on-demand"


def held(state: State, parameters: Parameters) -> float:
    """Return the slack that is kept beyond the margin for the work left: no larger a share than there was at first."""
    room = max(0.0, state.first_slack - parameters.margin)
    return min(parameters.hold, room / state.whole_work) * state.work_left


def decide(state: State, parameters: Parameters) -> Move:
    """Return what the run does now.

    `spot` on a spot attempt means the next spot capacity of the plan.

    Args:
        state: Where it stands.
        parameters: What the rule reckons with.
    """
    return _on_spot(state, parameters) if state.market == "spot" else _on_demand(state, parameters)


def _on_spot(state: State, parameters: Parameters) -> Move:
    if state.slack < parameters.least:
        return "on-demand"
    if not state.waiting:
        return "stay"
    if state.slack < parameters.margin:
        return "on-demand"
    short = state.slack < parameters.margin + held(state, parameters)
    worth_it = state.work_left > 2 * parameters.stint
    if short and worth_it and state.waited >= parameters.patience * state.spots:
        return "on-demand"
    here = state.waited if state.waited_here is None else state.waited_here
    return "spot" if state.spots > 1 and here >= parameters.patience else "stay"


def _on_demand(state: State, parameters: Parameters) -> Move:
    vain = parameters.changeover + parameters.patience
    enough = state.slack >= parameters.margin + max(held(state, parameters) / 2, vain)
    return "spot" if state.spots and state.sighted and state.ran >= parameters.stint and enough else "stay"

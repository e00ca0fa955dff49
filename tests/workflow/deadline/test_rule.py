"""The rule in Python: each of its lines at its boundary, and the promise in markets that mean it ill."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from constructs_lib.workflow.deadline.rule import Parameters, State, decide, first_market, held

HOUR = 3600
PARAMETERS = Parameters()
LEAST, MARGIN = 3900, 3900 + 720 + 900 + 300
WAITING = State(
    market="spot",
    time_left=60 * HOUR,
    work_left=48 * HOUR,
    whole_work=48 * HOUR,
    first_slack=12 * HOUR,
    waiting=True,
)
HELD = 0.2 * 48 * HOUR


def with_slack(state: State, slack: float) -> State:
    return replace(state, time_left=state.work_left + slack)


def test_the_slacks_are_made_of_what_a_deployment_says() -> None:
    assert (PARAMETERS.least, PARAMETERS.margin) == (LEAST, MARGIN)


@pytest.mark.parametrize(
    ("slack", "waiting", "move"),
    [(LEAST, False, "stay"), (LEAST - 1, False, "on-demand"), (MARGIN, True, "stay"), (MARGIN - 1, True, "on-demand")],
)
def test_the_net_catches_a_spot_attempt(slack: float, waiting: bool, move: str) -> None:
    assert decide(with_slack(replace(WAITING, waiting=waiting), slack), PARAMETERS) == move


@pytest.mark.parametrize(
    ("change", "move"),
    [
        ({}, "on-demand"),
        ({"waited": 1199}, "stay"),
        ({"waiting": False}, "stay"),
        ({"work_left": 36000.0}, "stay"),
    ],
    ids=["waited long enough", "not yet", "trains", "too little work for a stint"],
)
def test_on_demand_is_bought_early_where_slack_is_short_for_the_work_left(change: dict[str, object], move: str) -> None:
    state = with_slack(replace(WAITING, waited=1200), MARGIN + HELD - 1)
    assert decide(replace(state, **change), PARAMETERS) == move  # type: ignore[arg-type]


def test_enough_slack_for_the_work_left_is_waited_with() -> None:
    assert decide(with_slack(replace(WAITING, waited=10 * HOUR), MARGIN + HELD), PARAMETERS) == "stay"


def test_without_hold_there_is_the_net_alone() -> None:
    state = with_slack(replace(WAITING, waited=10 * HOUR), MARGIN)
    assert decide(state, replace(PARAMETERS, hold=0)) == "stay"


def test_no_more_is_held_than_there_was_at_first() -> None:
    tight = replace(WAITING, first_slack=MARGIN + 4800, work_left=24 * HOUR)
    assert held(tight, PARAMETERS) == 2400
    assert held(replace(tight, first_slack=MARGIN - 1), PARAMETERS) == 0


@pytest.mark.parametrize(
    ("change", "move"),
    [
        ({}, "spot"),
        ({"ran": 17999}, "stay"),
        ({"sighted": False}, "stay"),
        ({"spots": 0}, "stay"),
        ({"time_left": WAITING.work_left + MARGIN + HELD / 2 - 1}, "stay"),
        ({"time_left": 1000 + MARGIN + 1920, "work_left": 1000}, "spot"),
        ({"time_left": 1000 + MARGIN + 1919, "work_left": 1000}, "stay"),
    ],
    ids=["enough", "too soon", "not sighted", "no spot", "slack short", "little work", "too little for a vain look"],
)
def test_a_stint_is_left_again(change: dict[str, object], move: str) -> None:
    state = replace(with_slack(WAITING, MARGIN + HELD / 2), market="on-demand", waiting=False, ran=18000)
    assert decide(replace(state, **change), PARAMETERS) == move  # type: ignore[arg-type]


def test_spot_capacities_are_waited_for_in_turn() -> None:
    two = replace(WAITING, spots=2, waited=1200, waited_here=1200)
    assert decide(two, PARAMETERS) == "spot"
    assert decide(replace(two, waited_here=1199), PARAMETERS) == "stay"
    assert decide(replace(two, spots=1), PARAMETERS) == "stay"
    short = with_slack(two, MARGIN + HELD - 1)
    assert decide(short, PARAMETERS) == "spot"
    assert decide(replace(short, waited=2400), PARAMETERS) == "on-demand"


@pytest.mark.parametrize(
    ("slack", "market"), [(719, None), (720, "on-demand"), (MARGIN - 1, "on-demand"), (MARGIN, "spot")]
)
def test_a_run_begins_where_its_slack_allows(slack: float, market: str | None) -> None:
    assert first_market(slack, PARAMETERS) == market


def test_a_run_without_spot_capacity_begins_on_demand() -> None:
    assert first_market(100 * HOUR, PARAMETERS, spots=0) == "on-demand"


def test_the_promise_holds_in_ten_thousand_harsh_markets() -> None:
    for seed in range(10_000):
        world = HarshMarket(random.Random(seed))
        world.play()
        assert world.now <= world.deadline + 1e-6, f"market {seed} made the run late"


class HarshMarket:
    """A run in minutes: spot comes and goes as it likes, on-demand as late as it may, and work is lost to the full."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.parameters = Parameters(
            on_demand_start=rng.choice([20, 60, 120]),
            changeover=rng.choice([5, 12, 30]),
            loss=rng.choice([0, 10, 40]),
            hold=rng.choice([0, 0.05, 0.2, 1]),
            patience=rng.choice([0, 20, 60]),
            stint=rng.choice([0, 60, 300]),
            poll=rng.choice([15, 30]),
        )
        self.work = float(rng.choice([120, 300, 600]))
        self.slack = self.parameters.on_demand_start + rng.random() * self.work
        self.deadline = self.work + self.slack
        self.speed = rng.choice([1, 1, 0.4])
        self.up, self.down = rng.choice([5, 30, 200]), rng.choice([5, 30, 200])
        self.spots = rng.choice([1, 1, 2])
        self.market = first_market(self.slack, self.parameters, self.spots) or "on-demand"
        self.now = self.done = self.saved = 0.0
        self.change = self.trains = 0.0
        self.credit: float = 0
        self.begin()

    def begin(self) -> None:
        """Ask for a job; on-demand it trains within the time that was promised, on spot whenever it likes."""
        self.trains, self.has, self.asked = 0.0, False, self.now
        late = self.rng.choice([1, self.rng.random()])
        wait = (
            self.parameters.on_demand_start * late
            if self.market == "on-demand"
            else self.rng.expovariate(1 / self.down)
        )
        self.change = self.now + wait

    def lose(self) -> None:
        """End an interval of training: what is certainly saved is less than what was trained by the loss, at most."""
        if self.has:
            speed = self.speed if self.market == "spot" else 1
            lost = min(self.parameters.loss, self.trains) * self.rng.choice([1, 1, self.rng.random()])
            self.saved += (self.trains - lost) * speed
            self.credit += max(0, self.trains - self.parameters.loss) * speed

    def advance(self, to: float) -> bool:
        """Live until a time; say whether the work was done before it."""
        while self.now < to:
            until = min(to, self.change)
            if self.has:
                speed = self.speed if self.market == "spot" else 1
                end = self.now + (self.work - self.saved - self.trains * speed) / speed
                if end <= until:
                    self.now = max(self.now, end)
                    return True
                self.trains += until - self.now
            self.now = until
            if until == self.change:
                self.lose()
                self.has, self.trains, self.asked = not self.has, 0.0, until
                self.change = until + self.rng.expovariate(1 / (self.up if self.has else self.down))
                if self.market == "on-demand":
                    self.change, self.ran_from = float("inf"), until
        return False

    def play(self) -> None:
        """Look every poll and do what the rule says, until the work is done."""
        while not self.advance(self.now + self.parameters.poll):
            speed = self.speed if self.market == "spot" else 1
            live = max(0, self.trains - self.parameters.loss) * speed if self.has else 0
            state = State(
                market=self.market,
                time_left=self.deadline - self.now,
                work_left=self.work - self.credit - live,
                whole_work=self.work,
                first_slack=self.slack,
                waiting=not self.has,
                waited=self.now - self.asked,
                ran=self.now - self.ran_from if self.market == "on-demand" and self.has else 0,
                spots=self.spots,
            )
            # what the proof says: wherever spot is left, on-demand can still keep the deadline
            assert self.market == "on-demand" or state.slack >= self.parameters.on_demand_start - 1e-6
            move = decide(state, self.parameters)
            if move != "stay":
                self.lose()
                self.market = move
                self.begin()

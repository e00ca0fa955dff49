"""Plays one run against one market, second by second where something happens. All times are whole seconds."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from benchmarks.deadline.markets import NEVER, Market

Name = Literal["spot", "on-demand"]


@dataclass(frozen=True, kw_only=True)
class Job:
    """What a run is, and how the world treats it.

    Attributes:
        work: What it was told that training takes.
        deadline: When it is to have ended, after its start.
        changeover: From having capacity to training, on either market.
        launching: How long of that a spot job cannot be told from one that waits. With 0, capacity is seen as it comes.
        poll: Decisions are made every so many seconds.
        start: The longest time from a decision to training on on-demand that is reckoned with. Defaults to
            `changeover`.
        lost: The work that is written off whenever an attempt loses its instance or is stopped.
        true_work: What training really takes. Defaults to `work`.
        true_lost: The work that an interruption really loses, at most. A stop loses none.
        queue: How long on-demand capacity really takes to come, each time; not billed.
        lookout_billed: What a look-out that found capacity is billed.
        lookout_news: From capacity to the news of it.
    """

    work: int = 48 * 3600
    deadline: int = 60 * 3600
    changeover: int = 720
    launching: int = 0
    poll: int = 300
    start: int | None = None
    lost: int = 0
    true_work: int | None = None
    true_lost: int = 0
    queue: int = 0
    lookout_billed: int = 180
    lookout_news: int = 600

    @property
    def least(self) -> int:
        """What is needed to get to on-demand from here: a start, and the time until a poll sees the need."""
        return (self.changeover if self.start is None else self.start) + self.poll

    @property
    def margin(self) -> int:
        """What is needed to try spot once more: that, and a vain start with what it loses, seen by a poll."""
        return self.least + self.changeover + self.lost + self.poll


@dataclass(slots=True)
class Seen:
    """What a policy may look at.

    Attributes:
        market: Of the attempt.
        now: Since the run's start.
        left: The work that is left, as far as one can tell.
        slack: The time to the deadline beyond that.
        waiting: The spot job has no instance.
        waited: For how long.
        ran: How long this on-demand attempt has been there.
        capacity: A spot job would start now. SageMaker does not tell; for policies that get it free.
        sighted: A look-out has come back.
    """

    market: Name
    now: int
    left: int
    slack: int
    waiting: bool
    waited: int
    ran: int
    capacity: bool
    sighted: bool


class Policy(Protocol):
    """Decides on which market a run is."""

    @property
    def name(self) -> str:
        """What it is called in tables."""

    @property
    def ends_at_deadline(self) -> bool:
        """Whether it is stopped there, finished or not."""

    @property
    def lookout(self) -> bool:
        """Whether it sends a look-out while on on-demand."""

    def spot(self, seen: Seen) -> bool:
        """Return whether to be on the spot side: to train there, or to wait for it."""


@dataclass
class Played:
    """What became of a run. Hours are seconds here, too.

    Attributes:
        end: When it ended; `None` if it was stopped before.
        spot: What is billed of spot, look-outs too.
        demand: What is billed of on-demand.
        interruptions: How often a spot instance was taken away.
        lookouts: How many look-outs found capacity.
        attempts: The market of each attempt, and when it began.
    """

    end: int | None = None
    spot: int = 0
    demand: int = 0
    interruptions: int = 0
    lookouts: int = 0
    attempts: list[tuple[int, Name]] = field(default_factory=list)

    def cost(self, job: Job, ratio: float) -> float:
        """Return the cost, in that of the same work on on-demand without a changeover."""
        return (self.demand * ratio + self.spot) / ((job.true_work or job.work) * ratio)

    def late(self, job: Job) -> int:
        """Return the seconds between the deadline and its end: 0 or more."""
        return NEVER if self.end is None else max(0, self.end - job.deadline)


def play(market: Market, job: Job, policy: Policy, looks: Sequence[int] = (), switches: Sequence[int] = ()) -> Played:
    """Play a run to its end.

    Args:
        market: When there is capacity.
        job: What the run is.
        policy: Decides on which market it is.
        looks: When it is asked, in seconds from the start on, 0 first; after the last of them it is asked every poll.
            Defaults to every poll.
        switches: What passes from each decision for a market, in turn, to its job; not billed. Defaults to nothing.
    """
    run = _Run(market, job, policy, looks, switches)
    for now in run.moments():
        run.at(now)
    return run.played


class _Run:
    """One run as it goes."""

    def __init__(self, market: Market, job: Job, policy: Policy, looks: Sequence[int], switches: Sequence[int]) -> None:
        self.world, self.job, self.policy, self.looks, self.switches = market, job, policy, looks, iter(switches)
        self.played = Played()
        self.work = job.work if job.true_work is None else job.true_work
        self.done = self.credited = 0
        self.life = 0  # the work of this instance so far
        self.on: Name | None = None
        self.has = False  # an instance, or on on-demand the promise of one
        self.billed_from = self.trains_from = self.since = 0  # since: of the wait, or of the attempt
        self.asks_from = 0  # when its job is there
        self.found = NEVER  # when the look-out that is out gets its capacity
        self.calm = False  # trains on spot, and a poll has seen it: slack stands still, so no poll decides otherwise

    def moments(self) -> Iterator[int]:
        """Yield when something may happen, until the work is done."""
        now = 0
        while self.played.end is None:
            yield now
            following = NEVER if self.calm else self.next_look(now)
            if self.on == "spot":
                change = self.asks_from if now < self.asks_from else self.world.next_change(now)
                following = min(following, change)
            if self.has:
                following = min(following, max(now, self.trains_from) + self.work - self.done)
            if self.policy.ends_at_deadline:
                following = min(following, self.job.deadline)
            self.pass_by(now, following)
            now = following
            if self.done >= self.work:
                self.played.end = now
            if self.policy.ends_at_deadline and now >= self.job.deadline:
                break
        self.call_back(now)

    def next_look(self, now: int) -> int:
        """Return when the policy is asked again."""
        told = bisect(self.looks, now)
        return self.looks[told] if told < len(self.looks) else now - now % self.job.poll + self.job.poll

    def pass_by(self, now: int, following: int) -> None:
        """Let time go by in which nothing changes."""
        if not self.has:
            return
        trained = max(0, following - max(now, self.trains_from))
        billed = max(0, following - max(now, self.billed_from))
        self.done, self.credited, self.life = self.done + trained, self.credited + trained, self.life + trained
        if self.on == "spot":
            self.played.spot += billed
        else:
            self.played.demand += billed

    def at(self, now: int) -> None:
        """Take capacity away or give it, and ask the policy when it is its time."""
        up = self.world.up(now)
        if self.on == "spot" and self.has and not up:
            self.done -= min(self.job.true_lost, self.life)
            self.write_off()
            self.has, self.calm, self.since = False, False, now
            self.played.interruptions += 1
        self.give(now, up)
        if not self.calm and self.next_look(now - 1) == now:
            self.decide(now, up)
            self.give(now, up)
            self.calm = self.on == "spot" and self.has and now >= self.trains_from

    def write_off(self) -> None:
        """Count as saved what is saved for certain of an instance's work."""
        self.credited -= min(self.job.lost, self.life)
        self.life = 0

    def give(self, now: int, up: bool) -> None:
        """Give a spot job that waits its instance."""
        if self.on == "spot" and not self.has and up and now >= self.asks_from:
            self.has, self.billed_from, self.trains_from = True, now, now + self.job.changeover

    def decide(self, now: int, up: bool) -> None:
        """Ask the policy, and move."""
        seen = self.seen(now, up)
        if self.on == "on-demand" and self.policy.lookout and self.found == NEVER and self.would_return(seen):
            self.found = self.world.next_up(now)
        market: Name = "spot" if self.policy.spot(seen) else "on-demand"
        if market == self.on:
            return
        self.call_back(now)
        self.write_off()
        self.played.attempts.append((now, market))
        self.asks_from = now + next(self.switches, 0)
        self.on, self.has, self.since = market, market == "on-demand", self.asks_from
        if self.has:
            self.billed_from = self.asks_from + self.job.queue
            self.trains_from = self.billed_from + self.job.changeover

    def seen(self, now: int, up: bool) -> Seen:
        """Tell what can be seen."""
        left = max(self.job.work - self.credited + min(self.job.lost, self.life), 0)
        starting = self.has and now < self.trains_from - self.job.changeover + self.job.launching
        waiting = self.on != "on-demand" and (not self.has or starting)
        return Seen(
            market=self.on or "spot",
            now=now,
            left=left,
            slack=self.job.deadline - now - left,
            waiting=waiting,
            waited=now - self.since if waiting else 0,
            ran=now - self.since if self.on == "on-demand" else 0,
            capacity=up,
            sighted=self.found + self.job.lookout_news <= now,
        )

    def would_return(self, seen: Seen) -> bool:
        """Ask whether news of capacity would lead back to spot: only then is a look-out sent."""
        seen.sighted, before = True, seen.sighted
        answer = self.policy.spot(seen)
        seen.sighted = before
        return answer

    def call_back(self, now: int) -> None:
        """Stop the look-out; it costs when it found something."""
        if self.found <= now:
            self.played.lookouts += 1
            self.played.spot += self.job.lookout_billed
        self.found = NEVER

"""Compares the rules: what each costs, and how often it is late, for deadlines from loose to tight."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from benchmarks.deadline.markets import Market, Trace, starts
from benchmarks.deadline.omniscient import least_cost
from benchmarks.deadline.policies import GREEDY, all_policies
from benchmarks.deadline.world import Job, Played, Policy, play

FRACTIONS = (0.5, 0.6, 0.7, 0.8, 0.9)
"""The work as a share of the time to the deadline."""


@dataclass(frozen=True, kw_only=True)
class Setup:
    """What is compared on.

    Attributes:
        traces: The markets.
        work: What training takes, in seconds.
        changeover: From having capacity to training, in seconds.
        ratio: The price of on-demand, in that of spot.
        each: How many runs start in each trace.
        bounded: For how many of them the least possible cost is computed.
        seed: Decides where they start.
        cautious: The rules reckon with the library's defaults, an hour for on-demand to come and 15 minutes lost at an
            interruption, in a world where it takes 5 minutes and loses 5.
    """

    traces: Sequence[Trace]
    work: int = 48 * 3600
    changeover: int = 720
    ratio: float = 3.06 / 0.9731  # of p3.2xlarge in us-west-2, as in the paper
    each: int = 20
    bounded: int = 4
    seed: int = 0
    cautious: bool = False

    def job(self, fraction: float) -> Job:
        """Return the job with a deadline of whole minutes."""
        deadline = round(self.work / fraction / 60) * 60
        job = Job(work=self.work, deadline=deadline, changeover=self.changeover, poll=_poll(self.traces[0].gap))
        return replace(job, start=3600, lost=900, queue=300, true_lost=300) if self.cautious else job


def _poll(gap: int) -> int:
    """Return the library's poll, or a shorter one that is in step with the gaps of a market."""
    if gap < Job.poll:
        return Job.poll // gap * gap
    parts = -(-gap // Job.poll)
    return Job.poll if gap % parts else gap // parts


@dataclass(frozen=True)
class Figures:
    """What a rule comes to at one deadline.

    Attributes:
        rule: Its name.
        fraction: The work as a share of the time to the deadline.
        cost: The mean cost in that of on-demand without a changeover.
        late: The share of the runs that end after the deadline.
        unfinished: The share of the runs that do not end.
    """

    rule: str
    fraction: float
    cost: float
    late: float = 0.0
    unfinished: float = 0.0

    def cell(self) -> str:
        """Write them into a table."""
        if self.unfinished:
            return f"{self.unfinished:.0%} do not end"
        return f"{self.cost:.3f}" + (f", {self.late:.1%} late" if self.late else "")


def compare(setup: Setup, fractions: Sequence[float] = FRACTIONS) -> Iterator[list[Figures]]:
    """Yield, deadline by deadline, the figures of each rule, and last those of the omniscient bound.

    Raises:
        ArithmeticError: If a run in time is cheaper than the least cost there can be.
    """
    for fraction in fractions:
        job = setup.job(fraction)
        markets = starts(setup.traces, each=setup.each, seconds=job.deadline, seed=setup.seed)
        some = [at for at in range(len(markets)) if at % setup.each < setup.bounded]
        least = {at: least_cost(markets[at], job, setup.ratio) for at in some}
        found, greedy = [], 0.0
        for policy in all_policies(job):
            runs = [play(market, job, policy) for market in markets]
            _hold(policy, [(runs[at], bound, markets[at]) for at, bound in least.items()], job, setup.ratio)
            found.append(_figures(policy.name, fraction, runs, job, setup.ratio))
            if policy.name == GREEDY:
                greedy = sum(runs[at].cost(job, setup.ratio) for at in some)
        if some:
            bound = f"omniscient, {len(some)} of the {len(markets)} runs"
            found.append(Figures(bound, fraction, sum(least.values()) / len(some)))
            found.append(Figures(f"{GREEDY} on those", fraction, greedy / len(some)))
        yield found


def _figures(rule: str, fraction: float, runs: Sequence[Played], job: Job, ratio: float) -> Figures:
    ended = [run for run in runs if run.end is not None]
    return Figures(
        rule,
        fraction,
        sum(run.cost(job, ratio) for run in runs) / len(runs),
        sum(run.late(job) > 0 for run in ended) / len(runs),
        1 - len(ended) / len(runs),
    )


def _hold(policy: Policy, runs: Sequence[tuple[Played, float, Market]], job: Job, ratio: float) -> None:
    for run, bound, market in runs:
        if not run.late(job) and run.cost(job, ratio) < bound - 1e-9:
            raise ArithmeticError(f"{policy.name} is below the bound in {market.trace.name} from {market.first}")


def markdown(columns: Sequence[Sequence[Figures]]) -> str:
    """Write a table, the deadlines beside each other."""
    head = "".join(f" {column[0].fraction:g} |" for column in columns)
    lines = [f"| work / time to the deadline |{head}", "|---|" + "---|" * len(columns)]
    rows = zip(*columns, strict=True)
    lines += [f"| {row[0].rule} |" + "".join(f" {figures.cell()} |" for figures in row) for row in rows]
    return "\n".join(lines)

"""The deployed machine against the simulator: the same starts in the same markets; `make deadlines` plays them.

    python -m benchmarks.deadline.deployed [TRACES] [--starts 5] [--speed 300] [--workers 2] [--lookout]

TRACES is a folder of recorded spot markets; without one they are made up, always the same. The machine runs in the
embedded AWS with a fast clock, on its market of a trace, and its programs train by that clock; the simulator is
`benchmarks/deadline/replay.py`. Each run is to go through the same markets in the same order, to cost what the
simulator says within 5 %, and not to be late. The clock is as fast as the computer allows: what a move takes on the
wall, some tenths of a second, is minutes of the clock, and more where the computer has other work.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import sys
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from benchmarks.deadline.markets import Trace, made_up, recorded
from benchmarks.deadline.replay import Replayed, replay
from benchmarks.deadline.table import Setup
from benchmarks.deadline.world import Job
from constructs_lib.local.spot_market.supply import Supply
from constructs_lib.local.spot_market.timeline import Trace as TraceMarket
from constructs_lib.workflow.deadline.deadline import Deadline, parameters_of
from constructs_lib.workflow.deadline.rule import Parameters
from tests.support.run_bench import ON_DEMAND, SPOT, RunBench, run_bench

SPEED = 300.0
"""Clock seconds in a second of the wall."""

SLOW_SECONDS = 0.4
"""What a job takes on the wall until its program trains: Python is started, and looks come now and then."""

PROGRAM = Path(__file__).with_name("training.py")

TELLS = 0.05
"""By how much of it a cost may differ from the simulator's."""


@dataclass(frozen=True)
class Start:
    """A run to be: where in which market, with what work and which deadline."""

    trace: Trace
    at: int
    job: Job
    deadline: Deadline


@dataclass(frozen=True)
class Both:
    """What a run was on the machine and in the simulator."""

    start: Start
    markets: list[str]
    cost: float
    slack: float
    simulated: Replayed

    @property
    def alike(self) -> bool:
        """Whether they agree."""
        same = self.markets == self.simulated.markets
        return same and abs(self.cost / self.simulated.cost - 1) <= TELLS and self.slack >= 0


def start(trace: Trace, at: int, *, work: int, after: int, speed: float = SPEED, lookout: bool = False) -> Start:
    """Make a run of which both are told the same; what a job takes to train follows from the speed of the clock."""
    changeover = round(SLOW_SECONDS * speed)
    deadline = Deadline(
        after_seconds=after,
        expected_runtime_seconds=work,
        on_demand_start_seconds=5 * changeover,
        changeover_seconds=changeover,
        checkpoint_interval_seconds=changeover,
        patience_seconds=2 * changeover,
        stint_seconds=8 * changeover,
        poll_seconds=300,
        lookout=lookout,
        lookout_stint_seconds=4 * changeover,
    )
    # a look-out has its instances for as long as a job takes to start, and ends
    job = Job(
        work=work,
        deadline=after,
        changeover=changeover,
        lost=changeover,
        lookout_billed=changeover,
        lookout_news=changeover,
    )
    return Start(trace, at, job, deadline)


class Anchored:
    """A trace that has its start where a run begins."""

    def __init__(self) -> None:
        self._market = TraceMarket([0], gap_seconds=1)

    def begin(self, of: Start, now: float) -> None:
        """Go to a run's start."""
        trace = of.trace
        self._market = TraceMarket([int(up) for up in trace.up], gap_seconds=trace.gap, start=of.at - now)

    def supply(self, instance_type: str, instance_count: int, now: float) -> Supply:
        """Return the trace's."""
        return self._market.supply(instance_type, instance_count, now)


def play(starts: Sequence[Start], speed: float = SPEED) -> list[Both]:
    """Play runs one after the other, all of one deadline.

    Args:
        starts: The runs.
        speed: Of the clock.
    """
    market, first = Anchored(), starts[0]
    with run_bench(
        SPOT,
        ON_DEMAND,
        market=market,
        deadline=first.deadline,
        program=PROGRAM,
        hyperparameters={"wall-seconds": str(first.job.work / speed)},
        max_runtime_seconds=4 * first.job.deadline,
        max_wait_seconds=4 * first.job.deadline,
        speed=speed,
    ) as bench:
        return [_both(bench, market, one) for one in starts]


def _both(bench: RunBench, market: Anchored, one: Start) -> Both:
    market.begin(one, bench.aws.clock.elapsed())
    arn = bench.start()
    # to ask whether it has ended takes time that the run is to have
    bench.aws.clock.sleep(one.job.work)
    run = bench.end(arn)
    if run.status != "SUCCEEDED":
        raise RuntimeError(run.cause)
    told = run.report["Deadline"]
    names = [each["TrainingJobName"] for each in run.report["Attempts"]]
    jobs = [bench.sagemaker.describe_training_job(TrainingJobName=name) for name in names]
    return Both(
        start=one,
        markets=[each["Market"] for each in run.report["Attempts"]],
        cost=(sum(map(_cost, jobs)) + told.get("LookOutBillableTimeInSeconds", 0)) / (one.job.work * Setup.ratio),
        slack=told["SlackInSeconds"],
        simulated=replay(one.trace, one.at, one.job, _parameters(one.deadline), lookout=one.deadline.lookout),
    )


def _parameters(deadline: Deadline) -> Parameters:
    rule = parameters_of(deadline)
    return replace(rule, stint=deadline.lookout_stint_seconds) if deadline.lookout else rule


def _cost(job: dict[str, Any]) -> float:
    """Return what a job's instances are billed for, in spot seconds."""
    seconds = sum(
        _seconds(step["StartTime"], step.get("EndTime", job["LastModifiedTime"]))
        for step in job["SecondaryStatusTransitions"]
        if step["Status"] in ("Downloading", "Training", "Uploading")
    )
    return seconds * (1 if job.get("EnableManagedSpotTraining") else Setup.ratio)


def _seconds(begin: datetime, end: datetime) -> float:
    return (end - begin).total_seconds()


def drawn(
    traces: Iterable[Trace], *, each: int, hours: float, speed: float, lookout: bool = False
) -> list[list[Start]]:
    """Draw so many starts in each trace, always the same."""
    numbers = random.Random(0)  # noqa: S311 - a simulation, no secret
    work = round(hours * 3600)
    after = round(work / 0.7)
    found = []
    for trace in traces:
        last = len(trace.up) - 2 * after // trace.gap
        if last < 1:
            raise ValueError(f"'traces' must be longer than two deadlines, got {trace.name}; say fewer --hours")
        places = [numbers.randrange(last) * trace.gap for _ in range(each)]
        found.append([start(trace, at, work=work, after=after, speed=speed, lookout=lookout) for at in places])
    return found


def main() -> int:
    """Read the arguments, play, and say how the two agree."""
    parser = argparse.ArgumentParser(
        prog="benchmarks.deadline.deployed", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("traces", nargs="?", type=Path, help="a folder of traces; without one they are made up")
    parser.add_argument("--starts", type=int, default=5, help="runs in each trace")
    parser.add_argument("--hours", type=float, default=4, help="what training takes, by the clock")
    parser.add_argument("--speed", type=float, default=SPEED, help="clock seconds in a second")
    parser.add_argument("--workers", type=int, default=2, help="how many runs at a time")
    parser.add_argument("--lookout", action="store_true", help="look out for spot capacity while on-demand")
    given = parser.parse_args()
    try:
        traces = recorded(given.traces) if given.traces else made_up(0)
        shares = drawn(traces, each=given.starts, hours=given.hours, speed=given.speed, lookout=given.lookout)
    except ValueError as error:
        parser.error(str(error))
    found: list[Both] = []
    with ProcessPoolExecutor(given.workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        for share in pool.map(play, shares, [given.speed] * len(shares)):
            found += share
            for one in share:
                print(_line(one), flush=True)
    alike, late = sum(one.alike for one in found), sum(one.slack < 0 for one in found)
    print(f"\n{alike} of {len(found)} runs alike, {late} late")
    return 0 if alike == len(found) else 1


def _line(one: Both) -> str:
    told = f"{one.start.trace.name:24} {one.start.at:8}  {one.cost:.3f} {one.simulated.cost:.3f}  "
    markets = " ".join(one.markets)
    same = "" if one.markets == one.simulated.markets else f", simulated: {' '.join(one.simulated.markets)}"
    return f"{told}{'' if one.alike else 'OTHER '}{'' if one.slack >= 0 else 'LATE '}{markets}{same}"


if __name__ == "__main__":
    sys.exit(main())

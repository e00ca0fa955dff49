"""Runs with a deadline on the deployed machine, in the embedded AWS with a fast clock, and each in the simulator.

The machine is on the embedded AWS's market of a trace, and its programs train by the clock. What a job takes on the
wall to train, a tenth of a second or some, is a minute of the clock, and more where the computer has other work; and a
look is late by what it takes itself. So the simulator is told when the run looked, how long after a look the next job
was there, and what a job took to train on average.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from benchmarks.deadline.markets import Trace
from benchmarks.deadline.policies import BLIND_STINT, LOOKOUT_STINT
from benchmarks.deadline.replay import Replayed, replay
from benchmarks.deadline.table import Setup
from benchmarks.deadline.world import Job
from constructs_lib.local.spot_market.supply import Supply
from constructs_lib.local.spot_market.timeline import Trace as TraceMarket
from constructs_lib.workflow import names
from constructs_lib.workflow.deadline.deadline import Deadline, parameters_of
from constructs_lib.workflow.deadline.rule import Parameters
from tests.support.run_bench import ON_DEMAND, SPOT, Ended, RunBench, run_bench

SPEED = 400.0
"""Clock seconds in a second of the wall."""

SLOW_SECONDS = 0.4
"""What the rule is told that a job takes on the wall until its program trains."""

POLL = 300
"""Clock seconds between two looks, and a whole part of a gap of the recorded markets."""

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


def start(
    trace: Trace,
    at: int,
    *,
    work: int,
    after: int,
    stints: tuple[int, int] = (BLIND_STINT, LOOKOUT_STINT),
    speed: float = SPEED,
    lookout: bool = False,
) -> Start:
    """Make a run of which both are told the same.

    Args:
        trace: The market.
        at: Where in it the run begins, in seconds.
        work: What training takes, in seconds.
        after: When it is to have ended, in seconds after its start.
        stints: The shortest on-demand attempt, in changeovers, and the shortest with a look-out. Defaults to the
            library's.
        speed: Of the clock; what a job takes to train follows from it. Defaults to `SPEED`.
        lookout: Whether it looks out for spot capacity while on-demand. Defaults to not.
    """
    changeover = round(SLOW_SECONDS * speed)
    # times that fall between two looks, or between two changes of the market, would be decided by chance
    stint, lookout_stint = (_whole(parts * changeover, POLL) for parts in stints)
    deadline = Deadline(
        after_seconds=after,
        expected_runtime_seconds=work,
        on_demand_start_seconds=5 * changeover,
        changeover_seconds=changeover,
        checkpoint_interval_seconds=changeover,
        patience_seconds=_whole(2 * changeover, trace.gap),
        stint_seconds=stint,
        poll_seconds=POLL,
        lookout=lookout,
        lookout_stint_seconds=lookout_stint,
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


def _whole(seconds: int, of: int) -> int:
    return -(-seconds // of) * of


class Anchored:
    """A trace that has its start where a run begins."""

    def __init__(self) -> None:
        self._market = TraceMarket([1], gap_seconds=1)

    def begin(self, of: Start, now: float) -> None:
        """Go to a run's start.

        Args:
            of: The run.
            now: The clock's time.
        """
        trace = of.trace
        self._market = TraceMarket([int(up) for up in trace.up], gap_seconds=trace.gap, start=of.at - now)

    def supply(self, instance_type: str, instance_count: int, now: float) -> Supply:
        """Return the trace's."""
        return self._market.supply(instance_type, instance_count, now)


def play(starts: Sequence[Start], speed: float = SPEED) -> list[Both]:
    """Play runs one after the other, all of one deadline.

    Args:
        starts: The runs.
        speed: Of the clock. Defaults to `SPEED`.

    Raises:
        RuntimeError: If a run fails.
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
        # the first run of a process imports much
        bench.run({"HyperParameters": {"wall-seconds": "0"}})
        return [_both(bench, market, one) for one in starts]


def _both(bench: RunBench, market: Anchored, one: Start) -> Both:
    market.begin(one, bench.aws.clock.elapsed())
    begun = bench.aws.clock.now()
    arn = bench.start()
    # to ask whether it has ended takes time that the run is to have
    bench.aws.clock.sleep(one.job.work)
    run = bench.end(arn)
    if run.status != "SUCCEEDED":
        raise RuntimeError(run.cause)
    told = run.report["Deadline"]
    jobs = [
        bench.sagemaker.describe_training_job(TrainingJobName=each["TrainingJobName"])
        for each in run.report["Attempts"]
    ]
    changeover, looks = round(_changeover(jobs, one.job.work)), _looks(bench, run, begun)
    job = replace(
        one.job,
        changeover=changeover,
        # the machine takes a program's start for training, too
        lost=max(0, one.job.lost - changeover),
    )
    return Both(
        start=one,
        markets=[each["Market"] for each in run.report["Attempts"]],
        cost=(sum(map(_cost, jobs)) + told.get("LookOutBillableTimeInSeconds", 0)) / (one.job.work * Setup.ratio),
        slack=told["SlackInSeconds"],
        simulated=replay(
            one.trace,
            one.at,
            job,
            _parameters(one.deadline),
            lookout=one.deadline.lookout,
            looks=looks,
            switches=_switches(jobs, begun, looks),
        ),
    )


def _switches(jobs: Sequence[dict[str, Any]], begun: datetime, looks: Sequence[int]) -> list[int]:
    """Return what passed from the run's start, and from each look that ended an attempt, to the next job."""
    created = [round(_seconds(begun, job["CreationTime"])) for job in jobs]
    return [at - looks[bisect(looks, at) - 1] for at in created]


def _parameters(deadline: Deadline) -> Parameters:
    rule = parameters_of(deadline)
    return replace(rule, stint=deadline.lookout_stint_seconds) if deadline.lookout else rule


def _looks(bench: RunBench, run: Ended, begun: datetime) -> list[int]:
    """Return when a run looked where it stood, in seconds since its start."""
    pages = bench.sfn.get_paginator("get_execution_history").paginate(executionArn=run.arn)
    events = [event for page in pages for event in page["events"]]
    looks = [
        event["timestamp"] for event in events if event.get("stateEnteredEventDetails", {}).get("name") == names.LOOK
    ]
    return [0, *sorted(round(_seconds(begun, look)) for look in looks)]


def _changeover(jobs: Sequence[dict[str, Any]], work: int) -> float:
    """Return what a run's instances were billed for beside their training, each on the average."""
    instances: int = sum(step["Status"] == "Training" for job in jobs for step in job["SecondaryStatusTransitions"])
    return (sum(map(_billed, jobs)) - work) / instances


def _cost(job: dict[str, Any]) -> float:
    """Return what a job's instances cost, in spot seconds."""
    return _billed(job) * (1 if job.get("EnableManagedSpotTraining") else Setup.ratio)


def _billed(job: dict[str, Any]) -> float:
    """Return the seconds that a job's instances are billed for."""
    return sum(
        _seconds(step["StartTime"], step.get("EndTime", job["LastModifiedTime"]))
        for step in job["SecondaryStatusTransitions"]
        if step["Status"] in ("Downloading", "Training", "Uploading")
    )


def _seconds(begin: datetime, end: datetime) -> float:
    return (end - begin).total_seconds()

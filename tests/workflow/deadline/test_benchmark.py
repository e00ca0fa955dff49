"""The simulation of deadlines: its figures, the promise in it, and what a broken assumption costs there."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from pathlib import Path
from random import Random

import pytest

from benchmarks.deadline.markets import Market, Trace, made_up, recorded, starts
from benchmarks.deadline.omniscient import least_cost
from benchmarks.deadline.policies import Fallback, Ruled, all_policies
from benchmarks.deadline.replay import replay
from benchmarks.deadline.table import Setup, compare, markdown
from benchmarks.deadline.world import Job, Played, Policy, play
from constructs_lib.workflow.deadline.rule import Parameters
from tests.support.places import DOCS
from tools.docs.deadline import FILE, PAGE, picture

MINUTE, HOUR = 60, 3600
RATIO = 3.0
JOB = Job(work=24 * HOUR, deadline=30 * HOUR)
MARKETS = starts(made_up(seed=1, days=7), each=4, seconds=JOB.deadline, seed=0)


def ruled(job: Job) -> list[Policy]:
    return [Ruled("Greedy", job, hold=0), Ruled("Paced", job), Ruled("Paced with look-out", job, lookout=True)]


def played(policy: Policy, job: Job) -> list[Played]:
    return [play(market, job, policy) for market in MARKETS]


def test_known_figures_on_a_made_up_market() -> None:
    setup = Setup(traces=made_up(seed=1, days=7), work=24 * HOUR, ratio=RATIO, each=4, bounded=1)
    (column,) = compare(setup, [0.8])
    found = {figures.rule: figures.cell() for figures in column}
    assert found == {
        "on-demand only": "1.008",
        "bare spot": "94% do not end",
        "patience 2 h, then on-demand": "0.879, 15.6% late",
        "Greedy (hold 0)": "0.835",
        "Uniform Progress, told of capacity": "0.766",
        "Paced": "0.806",
        "Paced with look-out": "0.773",
        "omniscient, 8 of the 32 runs": "0.725",
        "Greedy (hold 0) on those": "0.877",
    }
    assert markdown([column]).splitlines()[0] == "| work / time to the deadline | 0.8 |"


@pytest.mark.parametrize(
    "job",
    [
        JOB,
        replace(JOB, start=HOUR, queue=HOUR - 720),
        replace(JOB, lost=15 * MINUTE, true_lost=15 * MINUTE),
        replace(JOB, start=HOUR, queue=10 * MINUTE, lost=15 * MINUTE, true_lost=15 * MINUTE, launching=5 * MINUTE),
        replace(JOB, true_work=20 * HOUR),
    ],
)
def test_no_run_is_late_under_the_assumptions(job: Job) -> None:
    for policy in ruled(job):
        assert [run.late(job) for run in played(policy, job)] == [0] * len(MARKETS)


def test_an_on_demand_start_longer_than_told_is_late_by_at_most_that() -> None:
    job = replace(JOB, queue=15 * MINUTE)
    for policy in ruled(job):
        assert 0 < max(run.late(job) for run in played(policy, job)) <= 15 * MINUTE


def test_more_work_than_told_is_late_by_at_most_that() -> None:
    job = replace(JOB, true_work=26 * HOUR)
    for policy in ruled(job):
        assert 0 < max(run.late(job) for run in played(policy, job)) <= 2 * HOUR


def test_losses_that_are_not_written_off_are_late_by_at_most_their_sum() -> None:
    job = replace(JOB, true_lost=15 * MINUTE)
    for policy in ruled(job):
        runs = played(policy, job)
        assert any(run.late(job) for run in runs)
        assert all(run.late(job) <= run.interruptions * 15 * MINUTE for run in runs)


def test_nothing_is_cheaper_than_the_omniscient_bound() -> None:
    for market in MARKETS[::2]:
        least = least_cost(market, JOB, RATIO)
        for policy in all_policies(JOB):
            run = play(market, JOB, policy)
            assert run.late(JOB) or run.cost(JOB, RATIO) >= least - 1e-9


def test_the_omniscient_bound_is_what_trying_everything_finds() -> None:
    numbers = Random(1)
    for _ in range(8):
        job = Job(work=numbers.choice([90, 120, 135]) * MINUTE, deadline=4 * HOUR, changeover=1800, poll=1800)
        market = Market(Trace("tiny", 1800, [numbers.random() < 0.6 for _ in range(10)]))
        plans = (
            cost for plan in product(("wait", "spot", "on-demand"), repeat=8) for cost in _follow(plan, market, job)
        )
        assert least_cost(market, job, RATIO) == pytest.approx(min(plans))


def _follow(plan: tuple[str, ...], market: Market, job: Job) -> list[float]:
    done = starting = cost = 0.0
    before = "wait"
    for tick, on in enumerate(plan):
        if on == "spot" and not market.up(tick * 1800):
            return []
        starting = job.changeover if on != before else starting
        trained = 0.0 if on == "wait" else min(1800 - min(starting, 1800), job.work - done)
        cost += (trained + min(starting, 1800)) * {"wait": 0, "spot": 1, "on-demand": RATIO}[on]
        done, starting, before = done + trained, max(0.0, starting - 1800), on
        if done >= job.work:
            return [cost / (job.work * RATIO)]
    return []


def test_a_run_by_hand() -> None:
    # capacity for 2 h, none for 4 h, then for good
    market = Market(Trace("by hand", 600, [True] * 12 + [False] * 24 + [True] * 60))
    job = Job(work=4 * HOUR, deadline=12 * HOUR)
    patient, hasty = (play(market, job, Fallback(hours * HOUR)) for hours in (5, 1))
    assert (patient.attempts, patient.spot, patient.demand) == ([(0, "spot")], 4 * HOUR + 2 * 720, 0)
    assert patient.end == 6 * HOUR + 720 + 4 * HOUR - (2 * HOUR - 720)
    assert hasty.attempts == [(0, "spot"), (3 * HOUR, "on-demand")]
    assert (hasty.spot, hasty.demand) == (2 * HOUR, 720 + 4 * HOUR - (2 * HOUR - 720))


def test_a_replay_says_which_markets_a_run_goes_through() -> None:
    trace = made_up(seed=1, days=7)[3]
    job = Job(work=24 * HOUR, deadline=30 * HOUR, lost=15 * MINUTE, true_lost=15 * MINUTE)
    found = replay(trace, 1200, job, lookout=True)
    run = play(Market(trace, 2), job, Ruled("rule", job, lookout=True))
    assert list(zip(found.begins, found.markets, strict=True)) == run.attempts
    assert found.markets[:2] == ["spot", "on-demand"]
    assert found.cost == pytest.approx(
        (found.demand_seconds * Setup.ratio + found.spot_seconds) / (24 * HOUR * Setup.ratio)
    )
    assert (found.late, found.end) == (0, run.end)
    with pytest.raises(ValueError, match=r"'start' must be a multiple of the trace's gap \(600 s\), got 100"):
        replay(trace, 100, job)
    with pytest.raises(ValueError, match="'start' must leave the run time to end before the trace does"):
        replay(trace, 6 * 24 * HOUR, job)


def test_a_parameter_of_the_rule_may_be_given() -> None:
    late = replace(JOB, deadline=26 * HOUR)
    runs = [play(market, late, Ruled("rule", late, given=Parameters(on_demand_start=4 * HOUR))) for market in MARKETS]
    assert {tuple(market for _, market in run.attempts) for run in runs} == {("on-demand",)}


def test_a_rule_is_asked_when_it_is_told_and_then_every_poll() -> None:
    never = Market(Trace("never", 600, [False] * 400))
    job = Job(work=4 * HOUR, deadline=6 * HOUR, changeover=600)
    # the slack is two hours, and the net catches the run below half an hour of it
    assert play(never, job, Ruled("Greedy", job, hold=0)).attempts == [(0, "spot"), (5700, "on-demand")]
    for last in (5401, 5402):
        told = [0, 2000, 3777, last]
        assert play(never, job, Ruled("Greedy", job, hold=0), told).attempts == [(0, "spot"), (last, "on-demand")]
    assert play(never, job, Ruled("Greedy", job, hold=0), [0, 5399]).attempts == [(0, "spot"), (5700, "on-demand")]


def test_what_passes_between_two_jobs_is_not_billed_and_trains_nothing() -> None:
    never = Market(Trace("never", 600, [False] * 400))
    job = Job(work=4 * HOUR, deadline=6 * HOUR, changeover=600)
    at_once, later = (play(never, job, Ruled("Greedy", job, hold=0), switches=told) for told in ((), (0, 250)))
    assert (at_once.end, later.end) == (5700 + 600 + 4 * HOUR, 5700 + 250 + 600 + 4 * HOUR)
    assert at_once.demand == later.demand == 600 + 4 * HOUR
    assert at_once.attempts == later.attempts


def test_a_spot_job_gets_its_instance_when_it_is_there() -> None:
    always = Market(Trace("always", 600, [True] * 400))
    run = play(always, JOB, Ruled("Greedy", JOB, hold=0), switches=(100,))
    assert (run.end, run.spot) == (100 + JOB.changeover + JOB.work, JOB.changeover + JOB.work)


@pytest.mark.parametrize(("gap", "poll"), [(600, 300), (195, 195), (60, 300), (700, 300), (900, 300), (301, 300)])
def test_rules_are_asked_in_step_with_the_gaps_of_a_market(gap: int, poll: int) -> None:
    assert Setup(traces=[Trace("one", gap, [True])]).job(0.8).poll == poll


def test_the_picture_is_up_to_date() -> None:
    page = (DOCS / PAGE).read_text(encoding="utf-8")
    assert (DOCS / FILE).read_text(encoding="utf-8") == picture(page), "run: make docs"
    assert "on those" not in picture(page)
    with pytest.raises(ValueError, match=r"deadline\.md must have a table of the benchmark"):
        picture("")


def test_traces_are_read_and_what_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="'traces' must be a folder with traces"):
        recorded(tmp_path)
    (tmp_path / "a.json").write_text('{"metadata": {"gap_seconds": 600}, "data": [1, 0, 4, 0]}')
    (trace,) = recorded(tmp_path, slice(1, 3))
    assert (trace.name, trace.gap, list(trace.up)) == ("a", 600, [False, True])
    with pytest.raises(ValueError, match="'traces' must be longer than the deadline, got a with 2 gaps"):
        starts([trace], each=1, seconds=HOUR, seed=0)
    (tmp_path / "b.json").write_text("[]")
    with pytest.raises(ValueError, match=r"b\.json must hold"):
        recorded(tmp_path)


def test_the_same_seed_makes_up_the_same_markets() -> None:
    assert made_up(seed=3, days=2) == made_up(seed=3, days=2) != made_up(seed=4, days=2)
    share = [sum(trace.up) / len(trace.up) for trace in made_up(seed=0, days=365)]
    # as they are told to be: up 6 h of 6.4 h, down to 0.4 h of 4.4 h
    assert share == pytest.approx([0.94, 0.71, 0.67, 0.33, 0.67, 0.33, 0.33, 0.09], abs=0.06)

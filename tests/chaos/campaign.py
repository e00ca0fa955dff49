"""Plays many seeds, and counts what came of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from tests.chaos.app import synthesise
from tests.chaos.invariants.every_seed import broken
from tests.chaos.invariants.evidence import report_of
from tests.chaos.schedule import draw, stopped_jobs_fail
from tests.chaos.stage import Stage, stage
from tests.chaos.story import Player, Story
from tests.chaos.sweeps.invariants import broken_sweeps
from tests.chaos.sweeps.schedule import draw as draw_sweep
from tests.chaos.sweeps.story import SweepPlayer, described


@dataclass(kw_only=True)
class Tally:
    """What came of some seeds."""

    seeds: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    broken: dict[str, list[str]] = field(default_factory=dict)
    """What does not hold, by what plays the seed again."""

    def add(self, other: Tally) -> None:
        """Add what came of other seeds."""
        self.seeds += other.seeds
        self.counts += other.counts
        self.broken.update(other.broken)


def play(seeds: Iterable[int], template: str | None = None, *, sweeps: Iterable[int] = ()) -> Tally:
    """Play seeds one after the other.

    Args:
        seeds: Which of runs.
        template: What `synthesise` gave. Defaults to synthesising now.
        sweeps: Which of sweeps, played on the same embedded AWS. Defaults to none.
    """
    template = synthesise() if template is None else template
    tally = Tally()
    by_way: dict[bool, list[tuple[int, bool]]] = {}
    for seed, sweep in [*((seed, False) for seed in seeds), *((seed, True) for seed in sweeps)]:
        by_way.setdefault(stopped_jobs_fail(seed), []).append((seed, sweep))
    for way, its_seeds in by_way.items():
        with stage(template, stopped_jobs_fail=way) as its_stage:
            for seed, sweep in its_seeds:
                again, found = _sweep(tally, its_stage, seed) if sweep else _run(tally, its_stage, seed)
                if found:
                    tally.broken[again] = found
                tally.counts["jobs"] += len(its_stage.ledger.jobs())
                tally.counts["look-outs"] += its_stage.ledger.sent
                tally.counts.update(f"trouble: {kind}" for kind in its_stage.trouble.dealt)
    return tally


def _run(tally: Tally, its_stage: Stage, seed: int) -> tuple[str, list[str]]:
    story = Player(its_stage, draw(seed)).play()
    found = broken(its_stage, story)
    _count(tally, story)
    return f"--seed {seed}", found


def _sweep(tally: Tally, its_stage: Stage, seed: int) -> tuple[str, list[str]]:
    schedule = draw_sweep(seed)
    story = SweepPlayer(its_stage, schedule).play()
    found = broken_sweeps(its_stage, schedule, story)
    tally.seeds += 1
    for sweep in story.runs:
        runs = described(its_stage, story, sweep)
        tally.counts["sweeps"] += 1
        tally.counts["sweeps with rungs"] += schedule.halves
        tally.counts["redrives of sweeps"] += sweep.redrives
        tally.counts["runs of sweeps"] += len(runs)
        tally.counts["redriven runs of sweeps"] += sum(run.description.get("redriveCount", 0) > 0 for run in runs)
        tally.counts["further tries after a quota"] += sum(".t" in run.name.replace("trial", "") for run in runs)
        tally.counts.update(f"done to a sweep: {deed}" for deed in sweep.deeds)
        tally.counts[f"sweep ended: {sweep.description.get('error') or sweep.description['status']}"] += 1
        for run in runs:
            tally.counts[f"run of a sweep ended: {run.description.get('error') or run.description['status']}"] += 1
            tally.counts["interruptions"] += (report_of(run) or {}).get("Interruptions", 0)
    return f"--sweeps 1 --first {seed}", found


def _count(tally: Tally, story: Story) -> None:
    tally.seeds += 1
    for run in story.runs:
        tally.counts["runs"] += 1
        tally.counts["resumed runs"] += run.resumes
        tally.counts["runs of a used name"] += not run.resumes and not run.unknown
        tally.counts["redrives"] += run.redrives
        tally.counts.update(f"done: {deed}" for deed in run.deeds)
        tally.counts[f"ended: {run.description.get('error') or run.description['status']}"] += 1
        report = report_of(run)
        if report is not None:
            tally.counts["interruptions"] += report["Interruptions"]
            tally.counts.update(f"verdict: {attempt['Verdict']}" for attempt in report["Attempts"])

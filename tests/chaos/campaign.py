"""Plays many seeds, and counts what came of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from tests.chaos.app import synthesise
from tests.chaos.invariants.every_seed import broken
from tests.chaos.invariants.evidence import report_of
from tests.chaos.schedule import draw, stopped_jobs_fail
from tests.chaos.stage import stage
from tests.chaos.story import Player, Story


@dataclass(kw_only=True)
class Tally:
    """What came of some seeds."""

    seeds: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    broken: dict[int, list[str]] = field(default_factory=dict)
    """What does not hold, by seed."""

    def add(self, other: Tally) -> None:
        """Add what came of other seeds."""
        self.seeds += other.seeds
        self.counts += other.counts
        self.broken.update(other.broken)


def play(seeds: Iterable[int], template: str | None = None) -> Tally:
    """Play seeds one after the other.

    Args:
        seeds: Which.
        template: What `synthesise` gave. Defaults to synthesising now.
    """
    template = synthesise() if template is None else template
    tally = Tally()
    by_way: dict[bool, list[int]] = {}
    for seed in seeds:
        by_way.setdefault(stopped_jobs_fail(seed), []).append(seed)
    for way, its_seeds in by_way.items():
        with stage(template, stopped_jobs_fail=way) as its_stage:
            for seed in its_seeds:
                story = Player(its_stage, draw(seed)).play()
                found = broken(its_stage, story)
                if found:
                    tally.broken[seed] = found
                _count(tally, story)
                tally.counts["jobs"] += len(its_stage.ledger.jobs())
                tally.counts.update(f"trouble: {kind}" for kind in its_stage.trouble.dealt)
    return tally


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

"""Everything that the checks look at, asked for once."""

from __future__ import annotations

import json
from typing import Any

from tests.chaos.stage import Stage
from tests.chaos.story import Run, Story


class Evidence:
    """What a seed has left behind."""

    def __init__(self, stage: Stage, story: Story) -> None:
        self.stage, self.story = stage, story
        self.jobs = {job.name: job for job in stage.ledger.jobs()}
        self.descriptions = {name: stage.aws.training_jobs.describe(name) for name in self.jobs}
        self.histories = {run.arn: stage.history(run.arn) for run in story.runs}
        self.dealt = list(stage.trouble.dealt)

    def jobs_of(self, run: Run) -> list[str]:
        """Name the jobs that bear a run's mark, the first one first."""
        made = [job for job in self.jobs.values() if job.execution == run.arn]
        return [job.name for job in sorted(made, key=lambda job: job.number)]


def report_of(run: Run) -> dict[str, Any] | None:
    """Return a run's report, from its output or the second part of its cause; `None` when it has none."""
    text = run.description.get("output") or run.description.get("cause", "").rpartition("\n\n")[2]
    if not text.startswith("{"):
        return None
    report: dict[str, Any] = json.loads(text)
    return report

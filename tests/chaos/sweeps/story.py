"""Plays one seed's sweep: what people do to it, and the way on until a sweep has ended well."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from tests.chaos.schedule import Act, Intervention
from tests.chaos.stage import Stage
from tests.chaos.story import JOBS_END_WITHIN, Player, Run, Story
from tests.chaos.sweeps.schedule import SweepSchedule


class SweepPlayer(Player):
    """Plays a schedule on a stage; the runs of its story are the sweeps."""

    def __init__(self, stage: Stage, schedule: SweepSchedule) -> None:
        super().__init__(stage, schedule.troubles)
        self._given = schedule.given

    def play(self) -> Story:
        """Play it to the end."""
        story = super().play()
        if not self._until(lambda: not running(self._stage, story), JOBS_END_WITHIN):
            left = ", ".join(running(self._stage, story))
            story.problems.append(f"runs go on long after every sweep has ended: {left}")
        return story

    def _start(self, name: str, *, resume: Run | None, machine: str | None = None, beside: Sequence[Run] = ()) -> Run:
        # a sweep goes on with nothing but its own names: whoever starts another one begins afresh
        name = f"w{name}"
        arn = self._stage.start(self._stage.sweep(self._schedule.plan), name, dict(self._given))
        sweep = Run(name=name, arn=arn, root=name)
        self._story.runs.append(sweep)
        return sweep

    def _act(self, number: int, act: Act) -> None:
        last = self._story.runs[-1]
        if act.patient:
            self._until(lambda: not self._stage.ledger.live(), JOBS_END_WITHIN)
        goes_on = act.follow_up == "redrive" and self._redrive(last)
        sweep = last if goes_on else self._start(f"{self._schedule.seed}-{number}", resume=None)
        self._watch([sweep], act.intervention)

    def _jobs_in_progress(self, run: Run) -> list[str]:
        """Name what is left of a sweep that has ended by itself; whatever is aborted ends in the background."""
        if run.description["status"] != "SUCCEEDED":
            return []
        arns = {found["executionArn"] for found in runs_of(self._stage, self._schedule.plan, run.name)}
        jobs = [job.name for job in self._stage.ledger.jobs() if job.execution in arns]
        return [*(set(jobs) & set(self._stage.ledger.live())), *running(self._stage, self._story, run)]

    def _intervene(self, run: Run, intervention: Intervention) -> None:
        if intervention.deed != "abort run":
            super()._intervene(run, intervention)
            return
        for found in runs_of(self._stage, self._schedule.plan, run.name)[-1:]:
            if found["status"] == "RUNNING":
                self._stage.sfn.stop_execution(executionArn=found["executionArn"], cause="a person aborts one run")
                run.deeds.append(intervention.deed)

    def _heal(self) -> None:
        """Let nothing go wrong any more: an aborted sweep goes on, and in place of one that failed there is another."""
        self._stage.trouble.begin(None)
        self._lift(all_of_them=True)
        last = self._story.runs[-1]
        if last.description["status"] == "ABORTED" and self._redrive(last):
            self._watch([last], None)
        if last.description["status"] != "SUCCEEDED":
            last = self._start(f"{self._schedule.seed}-h", resume=None)
            last.healthy = True
            self._watch([last], None)
        if last.description["status"] != "SUCCEEDED":
            cause = last.description.get("cause", "")[:600]
            self._story.problems.append(f"sweep {last.name} failed although nothing went wrong any more: {cause}")


def runs_of(stage: Stage, plan: str, sweep: str) -> list[dict[str, Any]]:
    """List the executions of a sweep's runs, the oldest first."""
    pages = stage.sfn.get_paginator("list_executions").paginate(stateMachineArn=stage.machine(plan))
    found = [execution for page in pages for execution in page["executions"]]
    own = (
        execution
        for execution in found
        if execution["name"].rpartition("-item-")[0] == sweep or (execution["name"].rpartition("-trial-")[0] == sweep)
    )
    return sorted(own, key=lambda execution: execution["startDate"])


def running(stage: Stage, story: Story, *sweeps: Run) -> list[str]:
    """Name the runs of sweeps that have not ended."""
    plan = story.schedule.plan
    found = [run for sweep in sweeps or story.runs for run in runs_of(stage, plan, sweep.name)]
    return [run["name"] for run in found if run["status"] in ("RUNNING", "PENDING_REDRIVE")]


def described(stage: Stage, story: Story, sweep: Run) -> list[Run]:
    """Return a sweep's runs, as the checks of runs look at them."""
    found = []
    for execution in runs_of(stage, story.schedule.plan, sweep.name):
        description = stage.describe(execution["executionArn"])
        root = json.loads(description["input"]).get("ResumeFrom")
        found.append(
            Run(
                name=execution["name"],
                arn=execution["executionArn"],
                root=root or execution["name"],
                resumes=root is not None,
                # a job of a run that is redriven may live on
                rivals=bool(sweep.redrives),
                redrives=sweep.redrives,
                deeds=_deeds(sweep),
                description=description,
            )
        )
    return found


def _deeds(sweep: Run) -> list[str]:
    """What people did to a sweep's runs; a sweep that fails aborts those that train."""
    return [*sweep.deeds, *(["abort"] if sweep.description["status"] == "FAILED" else [])]

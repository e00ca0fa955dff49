"""Plays one seed: its runs, what people do to them, and the way on until a run has succeeded."""

from __future__ import annotations

import json
import math
import re
import time
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

from tests.chaos.schedule import Act, Intervention, Schedule
from tests.chaos.stage import Stage
from tests.support.embedded.executions import is_running
from tests.support.embedded.unstoppable_jobs import unstoppable_jobs

RUN_ENDS_WITHIN = 240.0
JOBS_END_WITHIN = 60.0
"""Wall seconds; what takes longer hangs."""

MOST_HEALTHY_RUNS = 12
"""When nothing goes wrong any more, so many runs must be enough: each goes on where the last one stopped."""

_LOOK_SECONDS = 0.01
_STOP_COMMAND = re.compile(r"aws sagemaker stop-training-job --training-job-name ([a-zA-Z0-9-]+)")


@dataclass(kw_only=True)
class Run:
    """One execution and what is known of it."""

    name: str
    arn: str
    root: str
    """The run whose checkpoints it trains on, or whose name it has."""
    resumes: bool = False
    unknown: bool = False
    """Whether the run that it resumes had no job yet."""
    rivals: bool = False
    """Whether another run was after the same checkpoints at the same time, or a job of one lived on."""
    deeds: list[str] = field(default_factory=list)
    redrives: int = 0
    healthy: bool = False
    description: dict[str, Any] = field(default_factory=dict)
    live_at_end: list[str] = field(default_factory=list)


@dataclass(kw_only=True)
class Story:
    """What came of a schedule."""

    schedule: Schedule
    runs: list[Run] = field(default_factory=list)
    refused_redrives: int = 0
    problems: list[str] = field(default_factory=list)
    """What went wrong while it was played."""


class Player:
    """Plays a schedule on a stage."""

    def __init__(self, stage: Stage, schedule: Schedule) -> None:
        self._stage, self._schedule = stage, schedule
        self._story = Story(schedule=schedule)
        self._lifts: list[tuple[float, str, str]] = []

    def play(self) -> Story:
        """Play it to the end."""
        stage, schedule = self._stage, self._schedule
        stage.ledger.begin()
        stage.trouble.begin(schedule)
        stage.aws.training_jobs.listing_lag_seconds = schedule.listing_lag
        self._limit()
        root = self._start(f"s{schedule.seed}", resume=None)
        self._watch([root], schedule.intervention)
        for number, act in enumerate(schedule.acts, 1):
            self._act(number, act)
        self._heal()
        self._settle()
        return self._story

    def _limit(self) -> None:
        now = time.monotonic()
        for quota in self._schedule.quotas:
            self._stage.aws.training_jobs.quotas.set(quota.instance_type, quota.market, 0)
            wall = (
                self._stage.aws.clock.wall_seconds(quota.lifted_after)
                if math.isfinite(quota.lifted_after)
                else math.inf
            )
            self._lifts.append((now + wall, quota.instance_type, quota.market))

    def _lift(self, *, all_of_them: bool = False) -> None:
        due = [lift for lift in self._lifts if all_of_them or lift[0] <= time.monotonic()]
        for lift in due:
            self._stage.aws.training_jobs.quotas.set(lift[1], lift[2], None)  # type: ignore[arg-type]
            self._lifts.remove(lift)

    def _start(self, name: str, *, resume: Run | None, machine: str | None = None, beside: Sequence[Run] = ()) -> Run:
        hyperparameters = dict(self._schedule.hyperparameters)
        run_input: dict[str, Any] = {"HyperParameters": hyperparameters}
        ledger = self._stage.ledger
        root = name if resume is None else resume.root
        jobs = ledger.of_run(root)
        if self._schedule.deadline is not None:
            run_input["DeadlineInSeconds"] = self._schedule.deadline
        if resume is not None:
            run_input["ResumeFrom"] = root
            # a run of a used name that goes on just now may ask for the next job, on checkpoints of its own
            others = any(not run.resumes and run.arn != jobs[-1].execution for run in beside) if jobs else True
            hyperparameters["floor"] = "0" if others else str(ledger.newest_step(jobs[-1].prefix))
        rivals = bool(ledger.live())
        arn = self._stage.start(machine or self._stage.machine(self._schedule.plan), name, run_input)
        run = Run(name=name, arn=arn, root=root, resumes=resume is not None, unknown=not jobs, rivals=rivals)
        self._story.runs.append(run)
        return run

    def _act(self, number: int, act: Act) -> None:
        last = self._story.runs[-1]
        status = last.description["status"]
        if act.patient:
            self._until(lambda: not self._stage.ledger.live(), JOBS_END_WITHIN)
        follow_up = act.follow_up
        if status not in ("ABORTED", "TIMED_OUT") and follow_up in ("redrive", "redrive and resume"):
            follow_up = "resume"
        name = f"{self._schedule.seed}-{number}"
        started: list[Run] = []
        if follow_up in ("redrive", "redrive and resume") and self._redrive(last):
            started.append(last)
        if follow_up == "same name":
            twin = self._stage.twin(self._schedule.plan, number)
            started.append(self._start(last.root, resume=None, machine=twin))
        elif follow_up != "redrive" or not started:
            started.append(self._start(f"r{name}", resume=last, beside=started))
        if follow_up == "resume twice":
            started.append(self._start(f"t{name}", resume=last))
        for run in started if len(started) > 1 else ():
            run.rivals = True
        self._watch(started, act.intervention)

    def _redrive(self, run: Run) -> bool:
        try:
            self._stage.sfn.redrive_execution(executionArn=run.arn)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ExecutionNotRedrivable":
                raise
            self._story.refused_redrives += 1
            return False
        run.redrives += 1
        run.rivals = run.rivals or bool(self._stage.ledger.live())
        return True

    def _watch(self, runs: list[Run], intervention: Intervention | None) -> None:
        """Wait for the end of runs, and let a person do something to the first of them meanwhile."""
        begun = time.monotonic()
        waiting = list(runs)
        while waiting:
            self._lift()
            if intervention is not None and self._due(intervention, begun):
                self._intervene(runs[0], intervention)
                intervention = None
            for run in list(waiting):
                if not is_running(run.arn):
                    run.description = self._stage.describe(run.arn)
                    run.live_at_end = self._jobs_in_progress(run)
                    waiting.remove(run)
            if time.monotonic() - begun > RUN_ENDS_WITHIN:
                self._story.problems.extend(f"run {run.name} did not end in {RUN_ENDS_WITHIN} s" for run in waiting)
                for run in waiting:
                    self._stage.sfn.stop_execution(executionArn=run.arn)
                    run.description = self._stage.describe(run.arn)
                return
            time.sleep(_LOOK_SECONDS)

    def _jobs_in_progress(self, run: Run) -> list[str]:
        """Name the jobs that are live although their run has ended, by SageMaker's own word."""
        jobs = self._stage.aws.training_jobs
        own = [job.name for job in self._stage.ledger.jobs() if job.execution == run.arn]
        if run.description["status"] == "ABORTED":
            # an abort stops a job in the background, and the job takes its grace; it must be on its way
            time.sleep(0.3)
            states: tuple[str, ...] = ("InProgress",)
        else:
            states = ("InProgress", "Stopping")
        return [name for name in own if jobs.describe(name)["TrainingJobStatus"] in states]

    def _due(self, intervention: Intervention, begun: float) -> bool:
        ledger = self._stage.ledger
        if intervention.moment == "start":
            since: float | None = begun
        elif intervention.moment == "refused":
            since = next((at for at in self._stage.trouble.refusals() if at >= begun), None)
        else:
            since = ledger.first(intervention.moment, begun)
        return since is not None and time.monotonic() >= since + intervention.delay

    def _intervene(self, run: Run, intervention: Intervention) -> None:
        if intervention.deed == "stop job":
            for name in self._stage.ledger.live():
                self._stop_job(name)
            return
        if is_running(run.arn):
            with unstoppable_jobs(self._stage.aws) if intervention.deed == "abort in vain" else nullcontext():
                self._stage.sfn.stop_execution(executionArn=run.arn, cause="a person aborts it")
            run.deeds.append(intervention.deed)

    def _stop_job(self, name: str) -> None:
        try:
            self._stage.sagemaker.stop_training_job(TrainingJobName=name)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ValidationException":  # it has just ended by itself
                raise
        else:
            for other in self._story.runs:
                other.deeds.append("stop job")

    def _obey(self, run: Run) -> None:
        """Do what the cause of a refused run says: stop the job that lives on."""
        told = _STOP_COMMAND.search(run.description.get("cause", ""))
        if told is not None:
            self._stop_job(told[1])
            self._until(lambda: not self._stage.ledger.live(), JOBS_END_WITHIN)

    def _heal(self) -> None:
        """Let nothing go wrong any more, and go on until a run has succeeded."""
        self._stage.trouble.begin(None)
        self._lift(all_of_them=True)
        counted = 0
        for number in range(5 * MOST_HEALTHY_RUNS):
            last = self._story.runs[-1]
            if last.description["status"] == "SUCCEEDED":
                return
            # a busy machine may use up a short budget before the program's first step
            counted += last.description.get("error") != "SpotTraining.MaxRuntimeExceeded"
            if counted > MOST_HEALTHY_RUNS:
                break
            resume: Run | None = last
            if last.description.get("error") == "SpotTraining.InvalidInput":
                resume = None  # it was aborted before it had a job, so there is nothing to go on from
            if last.description.get("error") == "SpotTraining.CheckpointInUse":
                self._obey(last)
            run = self._start(f"h{self._schedule.seed}-{number}", resume=resume)
            run.healthy = True
            self._watch([run], None)
        if self._story.runs[-1].description["status"] != "SUCCEEDED":
            self._story.problems.append(f"no run succeeded although nothing went wrong in {MOST_HEALTHY_RUNS} of them")

    def _settle(self) -> None:
        if not self._until(lambda: not self._stage.ledger.live(), JOBS_END_WITHIN):
            live = self._stage.ledger.live()
            self._story.problems.append(f"jobs are live long after every run has ended: {', '.join(live)}")
            for name in live:
                self._stage.aws.training_jobs.stop(name)
            self._until(lambda: not self._stage.ledger.live(), JOBS_END_WITHIN)

    def _until(self, condition: Callable[[], bool], seconds: float) -> bool:
        until = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > until:
                return False
            time.sleep(_LOOK_SECONDS)
        return True


def job_names(history: list[dict[str, Any]]) -> list[str]:
    """Name the jobs that an execution has asked for, each once, in order."""
    names: dict[str, None] = {}
    for event in history:
        scheduled = event.get("taskScheduledEventDetails", {})
        if scheduled.get("resource") in ("createTrainingJob.sync", "createTrainingJob"):
            names[json.loads(scheduled["parameters"])["TrainingJobName"]] = None
    return list(names)

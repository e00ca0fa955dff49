"""What must hold of runs with a deadline: they move by the rule, need slack for spot, and report what was left."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from constructs_lib.runs.reports.history import is_look_out
from constructs_lib.workflow import names
from constructs_lib.workflow.deadline.deadline import Deadline, parameters_of
from constructs_lib.workflow.deadline.rule import Parameters, State, decide
from constructs_lib.workflow.failures import SpotTrainingErrors
from tests.chaos.app import DEADLINE, PLANS
from tests.chaos.invariants.evidence import Evidence, report_of
from tests.chaos.story import Run

LOSS = DEADLINE.checkpoint_interval_seconds
WORK = DEADLINE.expected_runtime_seconds

SLIPS = 45.0
"""Clock seconds that may pass from an event to the state that it tells of, or to an answer: 0.3 of the wall."""


def in_time(evidence: Evidence) -> Iterator[str]:
    """Check the runs of a seed whose plan is for a deadline."""
    if evidence.story.schedule.deadline is None:
        return
    deadline: Deadline = PLANS[evidence.story.schedule.plan]["deadline"]
    for run in evidence.story.runs:
        history = evidence.histories[run.arn]
        checked = [event["timestamp"] for event in history if _entered(event) == names.CHECK_INPUT]
        if not checked:
            continue
        # the first look counts: of a run that goes on with another one, it only finds that one
        at = checked[0] + timedelta(seconds=evidence.story.schedule.deadline)
        jobs = [evidence.descriptions[name] for name in evidence.jobs_of(run)]
        yield from _looks(run, deadline, history, at, jobs)
        yield from _asked(run, deadline, history, at, jobs)
        yield from _reported(run, at, jobs)


def _looks(
    run: Run, deadline: Deadline, history: list[dict[str, Any]], at: datetime, jobs: list[dict[str, Any]]
) -> Iterator[str]:
    """What the watch reckons is what the jobs tell, and it decides as the rule does."""
    moment: datetime | None = None
    for event in history:
        if _entered(event) == names.LOOK:
            moment = event["timestamp"]
        told = event.get("stateExitedEventDetails", {})
        looked = json.loads(told["output"]) if told.get("name") == names.LOOK else {}
        stands = looked.get("Stands")
        if stands is None or moment is None or looked["Then"] == "over":
            continue
        slack = stands["TimeLeft"] - stands["WorkLeft"]
        # SageMaker answers some time after it was asked, and what has ended by then has ended
        least, most = (_slack(at, moment, jobs, until=until) for until in (moment, event["timestamp"]))
        if not least - SLIPS <= slack <= most + SLIPS:
            yield f"run {run.name} reckoned with {slack:.0f} s of slack at {moment:%H:%M:%S}, and had {least:.0f}"
        state = State(
            market=stands["Market"],
            time_left=stands["TimeLeft"],
            work_left=stands["WorkLeft"],
            whole_work=stands["WholeWork"],
            first_slack=stands["FirstSlack"],
            waiting=stands["Waiting"],
            waited=stands["Waited"],
            waited_here=stands["WaitedHere"],
            ran=stands["Ran"],
            spots=stands["Spots"],
            sighted=stands["Sighted"],
        )
        if looked["Move"] != decide(state, _sighted(deadline, looked)):
            yield f"run {run.name} moved {looked['Move']} at {moment:%H:%M:%S} with {state}"
        if state.market == "spot" and slack < parameters_of(deadline).least and looked["Move"] != "on-demand":
            yield f"run {run.name} stayed on spot with {slack:.0f} s of slack"


def _sighted(deadline: Deadline, looked: dict[str, Any]) -> Parameters:
    """Return what is reckoned with at a look; whoever looks out goes back sooner."""
    looks_out = deadline.lookout and (not looked["Stands"]["Sighted"] or looked["Sight"] == "seen")
    rule = parameters_of(deadline)
    return replace(rule, stint=deadline.lookout_stint_seconds) if looks_out else rule


def _asked(
    run: Run, deadline: Deadline, history: list[dict[str, Any]], at: datetime, jobs: list[dict[str, Any]]
) -> Iterator[str]:
    """Whoever asks for a spot job has had the slack for one when that was decided."""
    decided: datetime | None = None
    for event in history:
        if _entered(event) in (names.CHECK_INPUT, names.JUDGE):
            decided = event["timestamp"]
        scheduled = event.get("taskScheduledEventDetails", {})
        if not str(scheduled.get("resource", "")).startswith("createTrainingJob") or decided is None:
            continue
        request = json.loads(scheduled["parameters"])
        if is_look_out(request["TrainingJobName"]):
            continue
        slack = _slack(at, decided, jobs)
        if request.get("EnableManagedSpotTraining") and slack < parameters_of(deadline).margin - SLIPS:
            yield f"run {run.name} asked for the spot job {request['TrainingJobName']} with {slack:.0f} s of slack"


def _reported(run: Run, at: datetime, jobs: list[dict[str, Any]]) -> Iterator[str]:
    report = report_of(run)
    if report is None:
        return
    told = report.get("Deadline")
    if told is None:
        yield f"run {run.name} reports nothing of its deadline"
        return
    said = datetime.fromisoformat(told["Deadline"])
    if abs((said - at).total_seconds()) > SLIPS:
        yield f"run {run.name} reports the deadline {told['Deadline']}, and it was {at.isoformat()}"
    if ("Reason" in told) != (told["SlackInSeconds"] < 0):
        yield f"run {run.name} ended {told['SlackInSeconds']} s before its deadline, and says of that: {told}"
    yield from _slack_told(run, report, said, jobs)
    for spot, name in ((True, "SpotTrainingTimeInSeconds"), (False, "OnDemandTrainingTimeInSeconds")):
        seconds = sum(sum(_stretches(job)) for job in jobs if job.get("EnableManagedSpotTraining", False) is spot)
        if abs(seconds - told[name]) > 2:
            yield f"run {run.name} reports {name} {told[name]}, its jobs come to {seconds:.0f}"


def _slack_told(run: Run, report: dict[str, Any], said: datetime, jobs: list[dict[str, Any]]) -> Iterator[str]:
    """The slack of a report is what was left when its last job ended, or when it looked at another run's."""
    told = report["Deadline"]["SlackInSeconds"]
    last = [attempt.get("TrainingJobName") for attempt in report["Attempts"]][-1:]
    ended = next((job for job in jobs if job["TrainingJobName"] in last), None)
    if run.description.get("error") == SpotTrainingErrors.CHECKPOINT_IN_USE:
        # the job that it looked at last is another run's, and goes on
        left = (said - run.description["stopDate"]).total_seconds()
        if abs(left - told) > SLIPS:
            yield f"run {run.name} reports a slack of {told} s, and it ended with {left:.0f}"
    elif ended is not None:
        end = ended.get("TrainingEndTime", ended["LastModifiedTime"])
        left = (said - end).total_seconds()
        if abs(left - told) > 2:
            yield f"run {run.name} reports a slack of {told} s, and it was {left:.0f}"


def _slack(at: datetime, moment: datetime, jobs: list[dict[str, Any]], until: datetime | None = None) -> float:
    """Reckon what a run could spend at a moment; what an interruption may lose of each stretch counts as not done."""
    done = sum(max(0.0, one - LOSS) for job in jobs for one in _stretches(job, until or moment))
    return (at - moment).total_seconds() - max(0.0, WORK - done)


def _stretches(job: dict[str, Any], until: datetime | None = None) -> list[float]:
    """Return how long each stretch of training was, as far as it was before a moment."""
    found = []
    for step in job["SecondaryStatusTransitions"]:
        end = step.get("EndTime", job["LastModifiedTime"])
        end = end if until is None else min(end, until)
        if step["Status"] == "Training" and end > step["StartTime"]:
            found.append((end - step["StartTime"]).total_seconds())
    return found


def _entered(event: dict[str, Any]) -> str:
    return str(event.get("stateEnteredEventDetails", {}).get("name", ""))

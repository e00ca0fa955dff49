"""What must hold of every seed, whatever happened to it. Each check yields sentences about what does not."""

from __future__ import annotations

import io
import itertools
import json
import math
import re
import tarfile
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from constructs_lib.runs.reports.history import is_look_out
from constructs_lib.workflow import names
from constructs_lib.workflow.failures import ERRORS, SpotTrainingErrors
from tests.chaos.invariants.deadlines import in_time
from tests.chaos.invariants.evidence import Evidence, report_of
from tests.chaos.invariants.look_outs import look_outs
from tests.chaos.program import state_after
from tests.chaos.stage import Stage
from tests.chaos.story import Run, Story, job_names

MOST_EVENTS = 25_000
_JOB_NAME = re.compile(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}")
DEFECTS = ("States.Runtime", "QueryEvaluationError", "States.DataLimitExceeded")


def broken(stage: Stage, story: Story) -> list[str]:
    """Return a sentence for each thing that does not hold."""
    evidence = Evidence(stage, story)
    checks = (
        _one_writer,
        _numbers,
        _names,
        _prefixes,
        _resumes,
        _models,
        _ends,
        _errors,
        _live,
        _histories,
        _reports,
        _before,
        in_time,
        look_outs,
    )
    return [*story.problems, *(sentence for check in checks for sentence in check(evidence))]


def _one_writer(evidence: Evidence) -> Iterator[str]:
    spans: dict[str, list[tuple[datetime, datetime, str]]] = {}
    for name, job in evidence.jobs.items():
        described = evidence.descriptions[name]
        spans.setdefault(job.prefix, []).append((described["CreationTime"], described["LastModifiedTime"], name))
    for prefix, lives in spans.items():
        for (begun, ended, name), (other_begun, _, other) in itertools.combinations(sorted(lives), 2):
            if other_begun < ended:
                both = (ended - other_begun).total_seconds()
                yield f"two live jobs on {prefix}: {name} (from {begun:%H:%M:%S}) and {other}, for {both:.0f} s"


def _numbers(evidence: Evidence) -> Iterator[str]:
    """Whoever asks for number n has seen that number n - 1 has ended."""
    for root in {run.root for run in evidence.story.runs}:
        jobs = evidence.stage.ledger.of_run(root)
        if [job.number for job in jobs] != list(range(1, len(jobs) + 1)):
            yield f"the jobs of {root} are not numbered one by one: {[job.name for job in jobs]}"
        for job, later in itertools.pairwise(jobs):
            if evidence.descriptions[later.name]["CreationTime"] < evidence.descriptions[job.name]["LastModifiedTime"]:
                yield f"{later.name} was made before {job.name} had ended"


def _names(evidence: Evidence) -> Iterator[str]:
    asked = {run.arn: job_names(evidence.histories[run.arn]) for run in evidence.story.runs}
    for name in {name for names_ in asked.values() for name in names_}:
        if len(name) > 63 or not _JOB_NAME.fullmatch(name):
            yield f"{name} is no valid job name"
    for name, job in evidence.jobs.items():
        if name not in asked.get(job.execution, []):
            yield f"job {name} belongs to no run"


def _prefixes(evidence: Evidence) -> Iterator[str]:
    """A run has one prefix, and no fresh run trains on that of another one of its name."""
    owners: dict[str, str] = {}
    for run in evidence.story.runs:
        prefixes = {evidence.jobs[name].prefix for name in evidence.jobs_of(run)}
        if len(prefixes) > 1:
            yield f"run {run.name} trained on {sorted(prefixes)}"
        for prefix in () if run.resumes else prefixes:
            if owners.setdefault(prefix, run.arn) != run.arn:
                yield f"two fresh runs train on {prefix}: {owners[prefix]} and {run.arn}"


def _resumes(evidence: Evidence) -> Iterator[str]:
    floors: dict[str, list[tuple[float, int, str]]] = {}
    for job in evidence.jobs.values():
        for launch in job.launches:
            floors.setdefault(job.prefix, []).append((launch.at, launch.step, job.name))
        for begin in _begins(evidence, job.name):
            before = [launch for launch in job.launches if launch.at <= begin["at"]]
            if not before:
                yield f"job {job.name} began without an instance"
            elif begin["begin"] != before[-1].step:
                yield f"job {job.name} began at step {begin['begin']}, but S3 had step {before[-1].step}"
    for prefix, seen in floors.items():
        for (_, step, name), (_, later, other) in itertools.pairwise(sorted(seen)):
            if later < step:
                yield f"checkpoints were lost under {prefix}: step {step} before {name}, step {later} before {other}"


def _begins(evidence: Evidence, job: str) -> Iterator[dict[str, Any]]:
    for line in evidence.stage.aws.training_jobs.log(job).splitlines():
        if line.startswith('{"begin"'):
            yield json.loads(line)


def _models(evidence: Evidence) -> Iterator[str]:
    for run in evidence.story.runs:
        if run.description["status"] == "SUCCEEDED":
            told = json.loads(run.description["input"])["HyperParameters"]
            wanted = state_after(told["seed"], int(told["steps"]))
            uri = json.loads(run.description["output"])["ModelArtifacts"]["S3ModelArtifacts"]
            bucket, _, key = uri.removeprefix("s3://").partition("/")
            archive = evidence.stage.s3.get_object(Bucket=bucket, Key=key)["Body"].read()
            with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
                member = tar.extractfile("model.txt")
                found = member.read().decode() if member is not None else "nothing"
            if found != wanted:
                yield f"run {run.name} made the model {found[:12]}, an uninterrupted one makes {wanted[:12]}"


def _ends(evidence: Evidence) -> Iterator[str]:
    for run in evidence.story.runs:
        status, error = run.description["status"], run.description.get("error")
        if status not in ("SUCCEEDED", "FAILED", "ABORTED"):
            yield f"run {run.name} ended as {status}"
        if status == "FAILED" and error not in ERRORS:
            yield f"run {run.name} ended with the undocumented error {error}: {run.description.get('cause', '')[:300]}"
        if status == "ABORTED" and not _aborted(run):
            yield f"run {run.name} is ABORTED and nobody aborted it"


def _errors(evidence: Evidence) -> Iterator[str]:
    """An error must have its reason in what was done to the seed."""
    refused = [fault for fault in evidence.dealt if fault not in ("AlgorithmError", "CapacityError")]
    for run in evidence.story.runs:
        reasons: Mapping[str, bool] = {
            SpotTrainingErrors.INVALID_INPUT: run.resumes and run.unknown,
            SpotTrainingErrors.CHECKPOINT_IN_USE: run.rivals,
            SpotTrainingErrors.CAPACITY_EXHAUSTED: not run.healthy,
            SpotTrainingErrors.TRAINING_FAILED: "AlgorithmError" in evidence.dealt,
            SpotTrainingErrors.MAX_RUNTIME_EXCEEDED: True,
            SpotTrainingErrors.STOPPED: "stop job" in run.deeds,
            SpotTrainingErrors.REJECTED: False,
            SpotTrainingErrors.SERVICE_FAULT: bool(refused),
        }
        error = run.description.get("error")
        if run.description["status"] == "FAILED" and not reasons.get(str(error), True):
            yield f"run {run.name} ended with {error} for no reason: {run.description.get('cause', '')[:600]}"


def _live(evidence: Evidence) -> Iterator[str]:
    for run in evidence.story.runs:
        train_is_left = _left_train(evidence.histories[run.arn])
        for name in run.live_at_end:
            if run.description["status"] == "ABORTED" and (train_is_left or "abort in vain" in run.deeds):
                continue  # only a run that trains is attempted to be stopped with its job; see the next run's duty
            yield f"run {run.name} has ended as {run.description['status']}, and its job {name} lived on"


def _left_train(history: list[dict[str, Any]]) -> bool:
    """Whether the last state that a run entered was none of those in which Step Functions waits for a job."""
    entered = [event["stateEnteredEventDetails"]["name"] for event in history if "stateEnteredEventDetails" in event]
    tasks = [event["taskScheduledEventDetails"] for event in history if "taskScheduledEventDetails" in event]
    by_sync = all(
        task["resource"] != "createTrainingJob" or is_look_out(json.loads(task["parameters"])["TrainingJobName"])
        for task in tasks
    )
    return bool(entered) and not (by_sync and entered[-1] in {names.TRAIN, *names.INSIDE_TRAIN})


def _histories(evidence: Evidence) -> Iterator[str]:
    for run in evidence.story.runs:
        history = evidence.histories[run.arn]
        if len(history) >= MOST_EVENTS:
            yield f"run {run.name} has {len(history)} events"
        for event in history:
            for key, details in event.items():
                if isinstance(details, dict) and any(defect in str(details.get("error")) for defect in DEFECTS):
                    yield f"run {run.name} met {details.get('error')} ({key}): {str(details.get('cause'))[:400]}"


def _reports(evidence: Evidence) -> Iterator[str]:
    for run in evidence.story.runs:
        report = report_of(run)
        made = evidence.jobs_of(run)
        if report is None:
            if run.description["status"] == "SUCCEEDED" or (run.description["status"] == "FAILED" and made):
                yield f"run {run.name} has no report"
            continue
        told = [attempt["TrainingJobName"] for attempt in report["Attempts"] if "TrainingJobName" in attempt]
        if told != made:
            yield f"run {run.name} reports the jobs {told}, and made {made}"
            continue
        for total, count in _totals([evidence.descriptions[name] for name in made]).items():
            if report[total] != count:
                yield f"run {run.name} reports {total} {report[total]}, its jobs come to {count}"


def _before(evidence: Evidence) -> Iterator[str]:
    """What a run goes on from is told with what was trained before, where that is one chain of runs."""
    if any(run.redrives for run in evidence.story.runs):
        return
    for run in evidence.story.runs:
        report, made = report_of(run), evidence.jobs_of(run)
        if report is None or "ResumedFrom" not in report or not made:
            continue
        told = report["ResumedFrom"]
        first = evidence.jobs[made[0]]
        earlier = [
            evidence.descriptions[job.name]
            for job in evidence.stage.ledger.of_run(run.root)
            if job.prefix == first.prefix and job.number < first.number
        ]
        newest = earlier[-1]["TrainingJobName"]
        if told["TrainingJobName"] != newest and not run.rivals:
            yield f"run {run.name} goes on from {newest}, and tells {told['TrainingJobName']}"
        seconds = sum(_training_seconds(job) for job in earlier)
        if told["TrainingTimeInSeconds"] != seconds and not run.rivals:
            yield f"run {run.name} tells {told['TrainingTimeInSeconds']} s trained before, and it were {seconds}"


def _aborted(run: Run) -> bool:
    return any(deed.startswith("abort") for deed in run.deeds)


def _totals(jobs: list[dict[str, Any]]) -> dict[str, float]:
    training = [_training_seconds(job) for job in jobs]
    billable = [job.get("BillableTimeInSeconds", seconds) for job, seconds in zip(jobs, training, strict=True)]
    total, billed = sum(training), sum(billable)
    interruptions = sum(step["Status"] == "Interrupted" for job in jobs for step in job["SecondaryStatusTransitions"])
    return {"TrainingTimeInSeconds": total, "BillableTimeInSeconds": billed, "Interruptions": interruptions}


def _training_seconds(job: dict[str, Any]) -> int:
    """What SageMaker reports, or what its timestamps come to for a job that never trained."""
    if "TrainingTimeInSeconds" in job:
        return int(job["TrainingTimeInSeconds"])
    if "TrainingStartTime" in job and "TrainingEndTime" in job:
        seconds: float = (job["TrainingEndTime"] - job["TrainingStartTime"]).total_seconds()
        return max(0, math.ceil(seconds))
    return 0

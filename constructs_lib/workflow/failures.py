"""How a run ends, and what each of SageMaker's answers means for it: one list, told here and nowhere else.

The Fail states are rendered from it and the command takes its exit statuses from it. What says the same elsewhere is
held to it by tests: the JSONata that judges, and the docstrings of the constructs; `make docs` writes the page from it.
"""

from __future__ import annotations

from dataclasses import dataclass

from constructs_lib.workflow.names import REJECT


class SpotTrainingErrors:
    """The errors that a run or a sweep fails with, to catch or to retry a task by, as `sfn.Errors` names AWS's own.

    `task.add_catch(keep_the_old_model, errors=[SpotTrainingErrors.CAPACITY_EXHAUSTED])`. When each happens, and what to
    do then, stands in docs/reference/errors.md; the cause of the failure says both, too.

    See https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
    """

    INVALID_INPUT = "SpotTraining.InvalidInput"
    CHECKPOINT_IN_USE = "SpotTraining.CheckpointInUse"
    CAPACITY_EXHAUSTED = "SpotTraining.CapacityExhausted"
    TRAINING_FAILED = "SpotTraining.TrainingFailed"
    MAX_RUNTIME_EXCEEDED = "SpotTraining.MaxRuntimeExceeded"
    STOPPED = "SpotTraining.Stopped"
    REJECTED = "SpotTraining.Rejected"
    SERVICE_FAULT = "SpotTraining.ServiceFault"
    SWEEP_FAILED = "SpotTraining.SweepFailed"


@dataclass(frozen=True, kw_only=True)
class Failure:
    """One way in which a run fails.

    Args:
        key: What a step of the run calls it, in the run's `Next` or `Then`.
        error: The error that it ends with, one of `SpotTrainingErrors`.
        state: The Fail state that it ends in.
        when: When it happens.
        next_steps: What a person does then; more than one where it depends, and the cause says which.
    """

    key: str
    error: str
    state: str
    when: str
    next_steps: tuple[str, ...]


INVALID_INPUT = Failure(
    key="invalid input",
    error=SpotTrainingErrors.INVALID_INPUT,
    state=REJECT,
    when="the input was refused",
    next_steps=("start a new run with a corrected input",),
)
SERVICE_FAULT = Failure(
    key="service fault",
    error=SpotTrainingErrors.SERVICE_FAULT,
    state="Service fault",
    when="SageMaker kept failing or throttling",
    next_steps=(
        "try later, or ask for higher API limits",
        "check whether that job still runs, and stop it if it does",
        "mend what it names, or try later",
    ),
)
"""Also where Decide leads by default."""

FAILURES: tuple[Failure, ...] = (
    INVALID_INPUT,
    Failure(
        key="checkpoint in use",
        error=SpotTrainingErrors.CHECKPOINT_IN_USE,
        state="Checkpoint in use",
        when="another live run writes the same checkpoints",
        next_steps=(
            "wait until that run has ended, or stop it; if it has ended and its job lives on, stop the job: the cause "
            "gives the command",
        ),
    ),
    Failure(
        key="unknown run",
        error=SpotTrainingErrors.INVALID_INPUT,
        state="Unknown run",
        when="`ResumeFrom` names no run that has trained",
        next_steps=(
            "look for the name in the report of that run; a run that itself resumed is continued by the first one's",
        ),
    ),
    Failure(
        key="capacity exhausted",
        error=SpotTrainingErrors.CAPACITY_EXHAUSTED,
        state="Capacity exhausted",
        when="the plan is used up",
        next_steps=(
            "add a capacity to the plan, such as an on-demand one, or try later",
            "look at the verdicts of its attempts",
        ),
    ),
    Failure(
        key="training failed",
        error=SpotTrainingErrors.TRAINING_FAILED,
        state="Training failed",
        when="the training program failed; a bug is not retried on every capacity",
        next_steps=("read the job's log in /aws/sagemaker/TrainingJobs and mend the program or its data",),
    ),
    Failure(
        key="out of time",
        error=SpotTrainingErrors.MAX_RUNTIME_EXCEEDED,
        state="Out of time",
        when="the training budget is used up, or the dollars of a run with `MaxCost`; the checkpoints stay",
        next_steps=("raise MaxRuntimeInSeconds", "raise MaxCost"),
    ),
    Failure(
        key="stopped by a person",
        error=SpotTrainingErrors.STOPPED,
        state="Stopped by a person",
        when="somebody stopped the job; it is not restarted behind their back",
        next_steps=("ask who stopped it",),
    ),
    Failure(
        key="rejected",
        error=SpotTrainingErrors.REJECTED,
        state="Rejected by SageMaker",
        when="SageMaker refused the job: permissions, or a setting it does not take",
        next_steps=("mend what it names: the role's permissions or the deployed settings",),
    ),
    SERVICE_FAULT,
)
"""Every failure, in the order of the graph."""

ERRORS = tuple(dict.fromkeys(failure.error for failure in FAILURES))
"""Every error a run may end with."""

SWEEP_FAILED = Failure(
    key="sweep failed",
    error=SpotTrainingErrors.SWEEP_FAILED,
    state="Sweep failed",
    when="more runs of a sweep have failed than it tolerates, or none can go on to the next rung",
    next_steps=("mend what failed and start a new sweep with the runs that are missing",),
)
"""How a sweep fails whose input was not refused."""


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What SageMaker's answer about an attempt means.

    Args:
        name: What the report calls it.
        said: What SageMaker said.
        then: What the run does.
    """

    name: str
    said: str
    then: str


VERDICTS: tuple[Verdict, ...] = (
    Verdict(name="completed", said="`Completed`", then="reports, and has ended"),
    Verdict(
        name="no capacity",
        said="`Stopped` with `MaxWaitTimeExceeded`; `Failed` with `CapacityError`, or the same when a job is to be "
        "created; no instance within `capacity_patience` or `max_pending`; `Stopped` in a way of no known kind",
        then="goes on with the next capacity of the plan, after as many tries as this one has",
    ),
    Verdict(
        name="quota",
        said="`ResourceLimitExceeded` when a job is to be created",
        then="backs off a few times, then goes on with the next capacity",
    ),
    Verdict(
        name="throttled",
        said="`ThrottlingException`, `Rate exceeded`, a fault of its own (5xx) or an error of no known kind when a job "
        "is to be created",
        then="backs off a few times and asks for the same job, then fails",
    ),
    Verdict(
        name="service fault",
        said="`Failed` with `InternalServerError`",
        then="tries the same capacity a few times, then goes on with the next",
    ),
    Verdict(
        name="out of time",
        said="`Stopped` with `MaxRuntimeExceeded`",
        then="fails; with `MaxCost` a new attempt, while spot has saved enough",
    ),
    Verdict(name="stopped by a person", said="`Stopped`, and not by the run", then="fails"),
    Verdict(
        name="moved",
        said="`Stopped` by the run, which has a deadline",
        then="goes on with the market that keeps the deadline at least cost",
    ),
    Verdict(
        name="aborted",
        said="`Stopped` before the run was redriven",
        then="goes on with a new attempt",
    ),
    Verdict(
        name="training failed", said="`Failed` with `AlgorithmError`, `ClientError` or anything else", then="fails"
    ),
    Verdict(
        name="rejected",
        said="`ValidationException`, `AccessDenied` and their like when a job is to be created",
        then="fails",
    ),
    Verdict(name="in progress", said="`InProgress`, `Stopping`", then="looks again until the job has ended"),
    Verdict(
        name="in use",
        said="`InProgress` or `Stopping`, of a job that another run asked for",
        then="looks again a few times, as long as the job takes to stop, then fails",
    ),
    Verdict(
        name="taken",
        said="the job has ended, and another run asked for it",
        then="goes on with the next number",
    ),
    Verdict(
        name="missing",
        said="it knows no job of the name that a run to resume would have",
        then="fails: there is no such run; asks again a few times where there has been a job",
    ),
    Verdict(
        name="unknown",
        said="an error, when it is asked about a job",
        then="asks again a few times, then fails",
    ),
)
"""Every verdict; `jsonata/judge/verdict.jsonata` gives them and `step.jsonata` follows them."""


@dataclass(frozen=True, kw_only=True)
class End:
    """How an execution has ended.

    Args:
        status: What Step Functions calls it.
        exit_status: The exit status of a command that has watched it.
    """

    status: str
    exit_status: int


ENDS = (
    End(status="SUCCEEDED", exit_status=0),
    End(status="FAILED", exit_status=1),
    End(status="ABORTED", exit_status=3),
    End(status="TIMED_OUT", exit_status=4),
)
"""Every end: 2 is left for a wrong argument or environment."""

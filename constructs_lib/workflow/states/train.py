"""The state that trains: CreateTrainingJob and the wait for its end, and a watch where patience is limited.

With a member that `.sync` is not known to take, it only asks for the job; the loop of Inspect and Wait for job does the
rest.
"""

from __future__ import annotations

from typing import Any

from constructs_lib.workflow import names
from constructs_lib.workflow.jsonata.expressions import expression
from constructs_lib.workflow.states.by_deadline import first_look

State = dict[str, Any]

PRESENT_JOB = {"TrainingJobName": f"{{% ${names.RUN}.JobPrefix & '-' & $string(${names.RUN}.Number) %}}"}
"""The arguments of a task about the job of the present number."""


def train(
    partition: str,
    *,
    watch: dict[str, State] | None,
    by_sync: bool,
    by_deadline: bool,
    within_cost: bool,
    looks_out: bool,
) -> State:
    """Create the training job, and by `.sync` wait for its end; all ways out lead to Inspect.

    There is no Retry: a second job beside a live one can then never be started.
    https://docs.aws.amazon.com/step-functions/latest/dg/connect-sagemaker.html

    Args:
        partition: The AWS partition of the service integrations.
        watch: The states of a watch beside the job, which begin with "Give it time"; `None` for no watch.
        by_sync: Whether the state waits for the job's end.
        by_deadline: Whether the run has a deadline.
        within_cost: Whether the run may have a budget in dollars.
        looks_out: Whether a look-out may be there when it ends.
    """
    plan = "planByDeadline" if by_deadline else "planWithinCost" if within_cost else "planAttempt"
    now = ", $states.context.State.EnteredTime" if by_deadline else ""
    request = expression(f"${plan}(${names.SETTINGS}, ${names.RUN}{now})")
    if not by_sync:
        return {**_asked_for(f"arn:{partition}:states:::aws-sdk:sagemaker:createTrainingJob", request), **_to_inspect()}
    run_job = _asked_for(f"arn:{partition}:states:::sagemaker:createTrainingJob.sync", request)
    if watch is None:
        return {**run_job, **_to_inspect()}
    why = "it has been without an instance for too long"
    arguments: State = {"Seconds": expression(f"$patience(${names.SETTINGS}, ${names.RUN})")}
    if by_deadline:
        why = "the run goes on in another market"
        arguments = first_look(looks_out=looks_out)
    return {
        "Type": "Parallel",
        "Comment": f"The training job, and a watch that stops it when {why}; the job's end ends both",
        "Arguments": arguments,
        "Branches": [
            {
                "StartAt": names.RUN_JOB,
                "States": {
                    names.RUN_JOB: {**run_job, "Output": {}, "Next": names.JOB_HAS_ENDED},
                    # a branch that fails ends the ones beside it: the watch has no say in when a run goes on
                    names.JOB_HAS_ENDED: {
                        "Type": "Fail",
                        "Comment": "No failure: it ends the watch",
                        "Error": names.JOB_ENDED,
                        "Cause": "The job has ended, and Inspect asks how",
                    },
                },
            },
            {"StartAt": names.GIVE_TIME, "States": watch},
        ],
        **_to_inspect(names.LOOKED_OUT if looks_out else names.INSPECT),
    }


def stop_waiting(partition: str, *, then: str) -> State:
    """Stop the present job; an error (it has ended by itself, SageMaker is busy) is no reason not to look again."""
    over = {"Output": {"Seconds": 60}, "Next": then}
    return {
        "Type": "Task",
        "Resource": f"arn:{partition}:states:::aws-sdk:sagemaker:stopTrainingJob",
        "Arguments": PRESENT_JOB,
        "Catch": [{"ErrorEquals": ["States.ALL"], **over}],
        **over,
    }


def _asked_for(resource: str, request: str) -> State:
    return {"Type": "Task", "Resource": resource, "Arguments": request}


def _to_inspect(then: str = names.INSPECT) -> State:
    return {
        "Assign": {names.OUTCOME: {}},
        "Output": {},
        "Catch": [
            {
                "ErrorEquals": ["States.ALL"],
                "Assign": {names.OUTCOME: f"{{% {names.ERROR_OUTPUT} %}}"},
                "Output": {},
                "Next": then,
            }
        ],
        "Next": then,
    }


def watch_for_capacity(partition: str) -> dict[str, State]:
    """Render the watch: it looks whenever the job may have been without an instance for too long.

    An error is no reason to stop a job: the watch then just looks again.
    """
    looked = f"$look(${names.SETTINGS}, ${names.RUN}, $states.result, $states.context.State.EnteredTime)"
    again = {"Output": {"Then": "look again", "Seconds": 60}, "Next": names.IS_WAITING}
    return {
        names.GIVE_TIME: {"Type": "Wait", "Seconds": "{% $states.input.Seconds %}", "Next": names.LOOK},
        names.LOOK: {
            "Type": "Task",
            "Resource": f"arn:{partition}:states:::aws-sdk:sagemaker:describeTrainingJob",
            "Arguments": PRESENT_JOB,
            "Output": expression(looked),
            "Catch": [{"ErrorEquals": ["States.ALL"], **again}],
            "Next": names.IS_WAITING,
        },
        names.IS_WAITING: {
            "Type": "Choice",
            "Choices": [
                {"Condition": "{% $states.input.Then = 'over' %}", "Next": names.WATCH_OVER},
                {"Condition": "{% $states.input.Then = 'stop' %}", "Next": names.STOP_WAITING},
            ],
            "Default": names.GIVE_TIME,
        },
        names.STOP_WAITING: stop_waiting(partition, then=names.GIVE_TIME),
        names.WATCH_OVER: {"Type": "Succeed", "Output": {}},
    }

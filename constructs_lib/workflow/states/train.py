"""The state that trains: CreateTrainingJob and the wait for its end, and a watch where `capacity_patience` is set."""

from __future__ import annotations

from typing import Any

from constructs_lib.workflow import names
from constructs_lib.workflow.expressions import expression

State = dict[str, Any]


def train(partition: str, *, patient: bool) -> State:
    """Create the training job and wait for its end; both ways out lead to Inspect.

    There is no Retry: a second job beside a live one can then never be started.
    https://docs.aws.amazon.com/step-functions/latest/dg/connect-sagemaker.html

    Args:
        partition: The AWS partition of the service integrations.
        patient: Whether a job may wait for its instance as long as SageMaker lets it.
    """
    if patient:
        return {**_run_job(partition), **_to_inspect()}
    return {
        "Type": "Parallel",
        "Comment": "The training job, and a watch that stops it when it has got no instance for too long",
        "Branches": [
            {"StartAt": names.RUN_JOB, "States": {names.RUN_JOB: {**_run_job(partition), "Output": {}, "End": True}}},
            {"StartAt": names.IS_SPOT, "States": _watch(partition)},
        ],
        **_to_inspect(),
    }


def _run_job(partition: str) -> State:
    return {
        "Type": "Task",
        "Resource": f"arn:{partition}:states:::sagemaker:createTrainingJob.sync",
        "Arguments": f"{{% ${names.REQUEST} %}}",
    }


def _to_inspect() -> State:
    return {
        "Assign": {names.OUTCOME: {}},
        "Output": {},
        "Catch": [
            {
                "ErrorEquals": ["States.ALL"],
                "Assign": {names.OUTCOME: f"{{% {names.ERROR_OUTPUT} %}}"},
                "Output": {},
                "Next": names.INSPECT,
            }
        ],
        "Next": names.INSPECT,
    }


def _watch(partition: str) -> dict[str, State]:
    """Render the watch: it looks at most about sixty times, and is over as soon as the job has trained or ended.

    An error is no reason to stop a job: the watch then just looks again, or leaves the job to its own limits.
    """
    capacity_patience = f"${names.SETTINGS}.CapacityPatienceInSeconds"
    looked = f"$look({capacity_patience}, $states.result, $states.context.State.EnteredTime)"
    counted = "'Looks': $states.input.Looks + 1"
    name = {"TrainingJobName": f"{{% ${names.REQUEST}.TrainingJobName %}}"}
    return {
        names.IS_SPOT: {
            "Type": "Choice",
            "Choices": [
                {
                    "Condition": f"{{% $exists(${names.REQUEST}.EnableManagedSpotTraining) %}}",
                    "Output": {"Looks": 0},
                    "Next": names.GIVE_TIME,
                }
            ],
            "Default": names.WATCH_OVER,
            "Output": {"Looks": 0},
        },
        names.GIVE_TIME: {
            "Type": "Wait",
            "Seconds": expression(f"$pause({capacity_patience}, $states.input.Looks)"),
            "Next": names.LOOK,
        },
        names.LOOK: {
            "Type": "Task",
            "Resource": f"arn:{partition}:states:::aws-sdk:sagemaker:describeTrainingJob",
            "Arguments": name,
            "Output": expression(f"{{{counted}, 'Then': {looked}}}"),
            "Catch": [
                {
                    "ErrorEquals": ["States.ALL"],
                    "Output": f"{{% {{{counted}, 'Then': 'look again'}} %}}",
                    "Next": names.HAS_BEGUN,
                }
            ],
            "Next": names.HAS_BEGUN,
        },
        names.HAS_BEGUN: {
            "Type": "Choice",
            "Choices": [
                {"Condition": "{% $states.input.Then = 'over' %}", "Next": names.WATCH_OVER},
                {"Condition": "{% $states.input.Then = 'stop' %}", "Next": names.STOP_WAITING},
            ],
            "Default": names.GIVE_TIME,
        },
        names.STOP_WAITING: {
            "Type": "Task",
            "Resource": f"arn:{partition}:states:::aws-sdk:sagemaker:stopTrainingJob",
            "Arguments": name,
            "Output": {},
            # it has ended by itself, or SageMaker is busy: look again
            "Catch": [{"ErrorEquals": ["States.ALL"], "Output": "{% $states.input %}", "Next": names.GIVE_TIME}],
            "Next": names.WATCH_OVER,
        },
        names.WATCH_OVER: {"Type": "Succeed", "Output": {}},
    }

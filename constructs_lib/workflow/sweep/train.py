"""How a sweep trains: for each item an execution of the training's own state machine, waited for, started once."""

from __future__ import annotations

from typing import Any

from constructs_lib.workflow.jsonata.expressions import expression
from constructs_lib.workflow.names import ERROR_OUTPUT
from constructs_lib.workflow.sweep import names
from constructs_lib.workflow.sweep.maps import MOST_LISTED_ITEMS, RETRY, chosen_item, distributed, fetch, put
from constructs_lib.workflow.sweep.settings import SweepSettings

State = dict[str, Any]

_ITEM, _TOLD, _CHILD = f"${names.ITEM}", f"${names.TOLD}", f"${names.RUN_SETTINGS}"
_ARN = f"$replace({_ITEM}.StateMachineArn, ':stateMachine:', ':execution:') & ':' & {_ITEM}.RunName"

_THROTTLED: list[State] = [
    {
        "ErrorEquals": [
            "StepFunctions.ExecutionLimitExceededException",
            "StepFunctions.ThrottlingException",
            "StepFunctions.TooManyRequestsException",
        ],
        "IntervalSeconds": 15,
        "MaxAttempts": 20,
        "BackoffRate": 2,
        "MaxDelaySeconds": 900,
        "JitterStrategy": "FULL",
    },
    # what Step Functions calls whatever has no name of its own
    {
        "ErrorEquals": ["StepFunctions.AWSStepFunctionsException"],
        "IntervalSeconds": 15,
        "MaxAttempts": 5,
        "BackoffRate": 2,
        "JitterStrategy": "FULL",
    },
]
"""Starting an execution again under its name starts none twice."""


_NOT_REDRIVABLE = ["Sfn.ExecutionNotRedrivable", "Sfn.ExecutionNotRedrivableException"]
"""Its name as the API's model has it, and as Step Functions calls errors of other services."""


def train_items(settings: SweepSettings, partition: str) -> State:
    """Run each item, and write a line of what became of it; the Map ends when more have failed than is tolerated."""
    selector = chosen_item(
        Bucket=f"{{% ${names.SETTINGS}.Bucket %}}",
        MetricName=f"{{% ${names.SETTINGS}.MetricName %}}",
        QuotaPatienceInSeconds=f"{{% ${names.SETTINGS}.QuotaPatienceInSeconds %}}",
    )
    ended = f"$trainEnded(${names.SETTINGS}, ${names.SWEEP}"
    return {
        **distributed(_states(partition), "STANDARD", at_once=settings.max_concurrency, selector=selector),
        **settings.tolerated(),
        "Items": MOST_LISTED_ITEMS,
        "Assign": {names.SWEEP: expression(f"{ended})")},
        "Output": {},
        "Catch": [
            {
                "ErrorEquals": ["States.ALL"],
                "Assign": {names.SWEEP: expression(f"{ended}, {ERROR_OUTPUT})")},
                "Output": {},
                "Next": names.LIST_LINES,
            }
        ],
        "Next": names.LIST_LINES,
    }


def _states(partition: str) -> dict[str, State]:
    named = expression("$sweepNamed($states.input.Item, $bodyOf($states.result))")
    given = {names.RUN_SETTINGS: "{% $states.input %}"}
    line = put(partition, f"{{% {_CHILD}.Bucket %}}", f"{{% {_ITEM}.Key %}}", f"{{% {_ITEM}.Line %}}")
    return {
        names.IS_KNOWN: {
            "Type": "Choice",
            "Choices": [
                {
                    "Condition": "{% $exists($states.input.Item.Name) %}",
                    "Assign": {names.ITEM: "{% $states.input.Item %}", **given},
                    "Next": names.RUN,
                }
            ],
            "Default": names.FETCH,
        },
        names.FETCH: {
            **fetch(partition),
            "Assign": {names.ITEM: named, **given},
            "Output": {},
            "Next": names.RUN,
        },
        names.RUN: _run(partition),
        names.ASK: _ask(partition),
        names.NEXT: {
            "Type": "Choice",
            "Choices": [
                {"Condition": f"{{% {_ITEM}.Next = '{key}' %}}", "Next": state}
                for key, state in (
                    ("done", names.WRITE_LINE),
                    ("wait", names.WAIT_FOR_RUN),
                    ("redrive", names.REDRIVE),
                    ("try again", names.WAIT_FOR_QUOTA),
                )
            ],
            "Default": names.WRITE_FAILED,
        },
        names.WAIT_FOR_RUN: _wait(names.ASK, "The run goes on, and was not started by this task"),
        names.WAIT_FOR_QUOTA: _wait(names.RUN, "A quota is used up; the next try is a run of its own"),
        names.REDRIVE: _redrive(partition),
        names.WRITE_LINE: {**line, "Output": "{% 1 %}", "End": True},
        names.WRITE_FAILED: {**line, "Output": {}, "Next": names.RUN_FAILED},
        names.RUN_FAILED: {
            "Type": "Fail",
            "Comment": "So that it counts among what is tolerated",
            "Error": f"{{% {_ITEM}.Line.Error %}}",
            "Cause": f"{{% {_ITEM}.Line.Cause %}}",
        },
    }


def _run(partition: str) -> State:
    """Start the run and wait for its end; an error is told, and the run is asked for.

    https://docs.aws.amazon.com/step-functions/latest/dg/connect-stepfunctions.html
    """
    return {
        "Type": "Task",
        "Resource": f"arn:{partition}:states:::states:startExecution.sync:2",
        "Arguments": {
            "StateMachineArn": f"{{% {_ITEM}.StateMachineArn %}}",
            "Name": f"{{% {_ITEM}.RunName %}}",
            "Input": f"{{% {_ITEM}.Input %}}",
        },
        "Retry": _THROTTLED,
        "Assign": {names.ITEM: expression(f"$finishedRun({_CHILD}, {_ITEM}, $states.result)")},
        "Output": {},
        "Catch": [
            {
                "ErrorEquals": ["States.ALL"],
                "Assign": {names.TOLD: f"{{% {ERROR_OUTPUT} %}}"},
                "Output": {},
                "Next": names.ASK,
            }
        ],
        "Next": names.WRITE_LINE,
    }


def _ask(partition: str) -> State:
    """Ask Step Functions how the run is: what a task tells of an execution that failed may be cut."""
    return {
        "Type": "Task",
        "Resource": f"arn:{partition}:states:::aws-sdk:sfn:describeExecution",
        "Arguments": {"ExecutionArn": f"{{% {_ARN} %}}"},
        "Retry": RETRY,
        "Assign": {names.ITEM: expression(f"$judgedRun({_CHILD}, {_ITEM}, {_TOLD}, $states.result)")},
        "Output": {},
        "Catch": [
            {
                "ErrorEquals": ["States.ALL"],
                "Assign": {names.ITEM: expression(f"$unknownRun({_CHILD}, {_ITEM}, {_TOLD})")},
                "Output": {},
                "Next": names.WRITE_FAILED,
            }
        ],
        "Next": names.NEXT,
    }


def _redrive(partition: str) -> State:
    """Let a run go on that ended with an earlier attempt of the sweep; the task that waits for it comes next."""
    return {
        "Type": "Task",
        "Resource": f"arn:{partition}:states:::aws-sdk:sfn:redriveExecution",
        "Arguments": {"ExecutionArn": f"{{% {_ARN} %}}"},
        "Retry": [{"ErrorEquals": _NOT_REDRIVABLE, "MaxAttempts": 0}, *RETRY],
        "Assign": {names.ITEM: expression(f"$with({_ITEM}, {{'Redrives': 0}})")},
        "Output": {},
        "Catch": [
            # it may go on already, where the answer to an earlier try was lost
            {"ErrorEquals": _NOT_REDRIVABLE, "Output": {}, "Next": names.ASK},
            {
                "ErrorEquals": ["States.ALL"],
                "Assign": {names.ITEM: expression(f"$unknownRun({_CHILD}, {_ITEM}, {ERROR_OUTPUT})")},
                "Output": {},
                "Next": names.WRITE_FAILED,
            },
        ],
        "Next": names.RUN,
    }


def _wait(then: str, comment: str) -> State:
    return {"Type": "Wait", "Comment": comment, "Seconds": f"{{% {_ITEM}.WaitSeconds %}}", "Next": then}

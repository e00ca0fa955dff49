"""The state machine whose execution is a sweep.

The graph reads as the sentence "prepare, check the sweep, check its runs, train, list, report".
"""

from __future__ import annotations

from typing import Any

from constructs_lib.training_job.refusal import refuse
from constructs_lib.workflow.definition import EXECUTION_NAME
from constructs_lib.workflow.failures import INVALID_INPUT
from constructs_lib.workflow.jsonata.expressions import expression
from constructs_lib.workflow.jsonata.given import literal_problems
from constructs_lib.workflow.jsonata.literals import literal
from constructs_lib.workflow.sweep import names
from constructs_lib.workflow.sweep.check import check_items, read_runs
from constructs_lib.workflow.sweep.maps import RETRY
from constructs_lib.workflow.sweep.report import report_states
from constructs_lib.workflow.sweep.settings import MAX_INPUT_BYTES, SweepSettings
from constructs_lib.workflow.sweep.train import train_items

State = dict[str, Any]


def sweep_definition(settings: SweepSettings, *, partition: str = "aws") -> dict[str, Any]:
    """Render the state machine whose execution is a sweep.

    Args:
        settings: What the deployment fixes.
        partition: The AWS partition of the service integrations; may be a CDK token. Defaults to `aws`.

    Raises:
        ValueError: A text reads like a JSONata expression and would be evaluated instead of taken literally.
    """
    document = settings.document()
    refuse(literal_problems("objective", settings.objective))
    refuse(literal_problems("halving", settings.halving))
    first = "runs/" if settings.halving is None else "rung-1/"
    begun = f"$beginSweep(${names.SETTINGS}, ${names.INPUT}, $states.context.Execution.Name, $states.result)"
    return {
        "Comment": "Trains many models on managed spot capacity, each by a run of its own, and reports the best",
        "QueryLanguage": "JSONata",
        "StartAt": names.PREPARE,
        "States": {
            names.PREPARE: {
                "Type": "Pass",
                "Comment": "The deployed settings, and the input of this sweep",
                "Assign": {
                    names.SETTINGS: literal(document),
                    names.INPUT: expression(f"$checkable($states.input, {MAX_INPUT_BYTES})"),
                    names.SWEEP: {"Name": EXECUTION_NAME},
                },
                "Output": {},
                "Next": names.CHECK_SWEEP,
            },
            names.CHECK_SWEEP: {
                "Type": "Task",
                "Comment": "Another sweep may have left lines by this name",
                "Resource": f"arn:{partition}:states:::aws-sdk:s3:listObjectsV2",
                "Arguments": {
                    "Bucket": f"{{% ${names.SETTINGS}.Bucket %}}",
                    "Prefix": f"{{% ${names.SETTINGS}.Folder & $states.context.Execution.Name & '/{first}' %}}",
                    "MaxKeys": 1,
                },
                "Retry": RETRY,
                "Assign": {names.SWEEP: expression(begun)},
                "Output": {},
                "Next": names.DECIDE,
            },
            names.DECIDE: _decide(),
            names.READ_LINES: read_runs(partition, rows=False),
            names.READ_ROWS: read_runs(partition, rows=True),
            names.CHECK_ITEMS: check_items(settings, partition),
            names.TRAIN: train_items(settings, partition),
            **report_states(partition, recorded=settings.run.publish_metrics),
            INVALID_INPUT.state: {
                "Type": "Fail",
                "Error": INVALID_INPUT.error,
                "Cause": f"{{% ${names.SWEEP}.Cause %}}",
            },
        },
    }


def _decide() -> State:
    then = {
        "read jsonl": names.READ_LINES,
        "read csv": names.READ_ROWS,
        "check": names.CHECK_ITEMS,
        "train": names.TRAIN,
        "list": names.LIST_LINES,
        "best": names.READ_BEST,
    }
    return {
        "Type": "Choice",
        "Choices": [
            {"Condition": f"{{% ${names.SWEEP}.Next = '{key}' %}}", "Next": state} for key, state in then.items()
        ],
        "Default": INVALID_INPUT.state,
    }

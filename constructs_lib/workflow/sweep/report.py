"""How a sweep reports: it lists the lines of its runs, whose keys have their figures, and reads the best."""

from __future__ import annotations

from typing import Any

from constructs_lib.workflow.failures import SWEEP_FAILED
from constructs_lib.workflow.figures import NAMESPACE
from constructs_lib.workflow.jsonata.expressions import expression
from constructs_lib.workflow.sweep import names
from constructs_lib.workflow.sweep.maps import RETRY, put

State = dict[str, Any]

_SETTINGS, _SWEEP = f"${names.SETTINGS}", f"${names.SWEEP}"


def report_states(partition: str, *, recorded: bool) -> dict[str, State]:
    """Render the states after the runs: their lines, the best, the report, its figures if they are wanted, the end."""
    return {
        names.LIST_LINES: {
            "Type": "Task",
            "Comment": "The figures of up to 200 runs; a failed sweep has its lines, too",
            "Resource": f"arn:{partition}:states:::aws-sdk:s3:listObjectsV2",
            "Arguments": expression(f"$listing({_SETTINGS}, {_SWEEP})"),
            "Retry": RETRY,
            "Assign": {names.SWEEP: expression(f"$tally({_SETTINGS}, {_SWEEP}, $states.result)")},
            "Output": {},
            "Next": names.DECIDE,
        },
        names.READ_BEST: {
            "Type": "Map",
            "Items": f"{{% [{_SWEEP}.Keys] %}}",
            "ItemSelector": {
                "Bucket": f"{{% {_SETTINGS}.Bucket %}}",
                "Key": "{% $states.context.Map.Item.Value %}",
            },
            "ItemProcessor": {
                "StartAt": names.READ_LINE,
                "States": {
                    names.READ_LINE: {
                        "Type": "Task",
                        "Resource": f"arn:{partition}:states:::aws-sdk:s3:getObject",
                        "Arguments": {"Bucket": "{% $states.input.Bucket %}", "Key": "{% $states.input.Key %}"},
                        "Retry": RETRY,
                        "Output": expression("$reportedLine($bodyOf($states.result))"),
                        "End": True,
                    }
                },
            },
            "Assign": {names.SWEEP: expression(f"$sweepReport({_SETTINGS}, {_SWEEP}, $states.result)")},
            "Output": {},
            "Next": names.WRITE_REPORT,
        },
        names.WRITE_REPORT: {
            **put(
                partition,
                f"{{% {_SETTINGS}.Bucket %}}",
                f"{{% {_SWEEP}.ReportKey %}}",
                f"{{% {_SWEEP}.Report %}}",
            ),
            "Output": f"{{% {_SWEEP}.Report %}}",
            "Next": names.PUT_FIGURES if recorded else names.IS_GOOD,
        },
        **({names.PUT_FIGURES: _put_figures(partition)} if recorded else {}),
        names.IS_GOOD: {
            "Type": "Choice",
            "Choices": [{"Condition": f"{{% $exists({_SWEEP}.Failure) %}}", "Next": SWEEP_FAILED.state}],
            "Default": names.REPORT,
        },
        names.REPORT: {"Type": "Succeed"},
        SWEEP_FAILED.state: {"Type": "Fail", "Error": SWEEP_FAILED.error, "Cause": f"{{% {_SWEEP}.Cause %}}"},
    }


def _put_figures(partition: str) -> State:
    """Put the figures of a sweep that has ended, well or not.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html
    """
    data = f"$sweepFigures({_SETTINGS}, {_SWEEP}, $states.context.StateMachine.Name)"
    then = {"Output": f"{{% {_SWEEP}.Report %}}", "Next": names.IS_GOOD}
    return {
        "Type": "Task",
        "Comment": "Figures that CloudWatch does not take are lost",
        "Resource": f"arn:{partition}:states:::aws-sdk:cloudwatch:putMetricData",
        "Arguments": {"Namespace": NAMESPACE, "MetricData": expression(data)},
        **then,
        "Catch": [{"ErrorEquals": ["States.ALL"], **then}],
    }

"""The watch of a run with a deadline: it looks at the job every poll, and ends Train when the run moves."""

from __future__ import annotations

from typing import Any

from constructs_lib.training_job.request.attempt import PROGRESS_FILE
from constructs_lib.workflow import names
from constructs_lib.workflow.deadline.at_risk import at_risk_entry
from constructs_lib.workflow.figures import NAMESPACE
from constructs_lib.workflow.jsonata.expressions import expression
from constructs_lib.workflow.states.look_out import look_out

State = dict[str, Any]

_MOST_PROGRESS_BYTES = 1024
_SIGHT = " & ' ' & $states.input.Sight & ' ' & $string($states.input.Spent)"
"""What stands behind a move: what the look-out saw, and what it is billed for."""


def watch_by_deadline(
    partition: str, present_job: State, *, reads_progress: bool, publishes_metrics: bool, looks_out: bool
) -> dict[str, State]:
    """Render the watch, which begins with a wait; an error is no reason to stop a job: it then just looks again.

    Args:
        partition: The AWS partition of the service integrations.
        present_job: The arguments of a task about the present job.
        reads_progress: Whether it reads how much of the work is done.
        publishes_metrics: Whether it counts in CloudWatch, too, a deadline that can no longer be kept.
        looks_out: Whether a look-out waits for spot capacity while the run is on-demand.
    """
    seen = ", 'Sight': $states.input.Sight, 'Spent': $states.input.Spent" if looks_out else ""
    kept = f"'Told': $states.input.Told{seen}"
    move = f"$states.input.Move{_SIGHT if looks_out else ''}"
    look_again = f"{{% {{'Then': 'look again', 'Seconds': 60, {kept}}} %}}"
    looked = expression(
        f"$with({{{kept}}}, $lookAhead(${names.SETTINGS}, ${names.RUN}, $states.result, "
        "$states.context.State.EnteredTime, $string($states.input.File)"
        f"{', $states.input.Sight' if looks_out else ''}))"
    )
    then = [("$states.input.Then = 'over'", names.WATCH_OVER), ("$states.input.Then = 'stop'", names.MOVES)]
    then.append(("$states.input.AtRisk and $not($states.input.Told)", names.TELL_RISK))
    if looks_out:
        then.append(("$states.input.Then = 'look out'", names.SEND_LOOK_OUT))
    first = names.READ_PROGRESS if reads_progress else names.LOOK
    return {
        names.GIVE_TIME: {
            "Type": "Wait",
            "Seconds": "{% $states.input.Seconds %}",
            "Next": names.LOOKS_OUT if looks_out else first,
        },
        **(look_out(partition, first, kept) if looks_out else {}),
        **({names.READ_PROGRESS: _read_progress(partition, kept)} if reads_progress else {}),
        names.LOOK: {
            "Type": "Task",
            "Resource": f"arn:{partition}:states:::aws-sdk:sagemaker:describeTrainingJob",
            "Arguments": present_job,
            "Output": looked,
            "Catch": [{"ErrorEquals": ["States.ALL"], "Output": look_again, "Next": names.IS_WAITING}],
            "Next": names.IS_WAITING,
        },
        names.IS_WAITING: {
            "Type": "Choice",
            "Choices": [{"Condition": f"{{% {condition} %}}", "Next": state} for condition, state in then],
            "Default": names.GIVE_TIME,
        },
        names.TELL_RISK: _tell_risk(partition, seen, names.COUNT_RISK if publishes_metrics else names.GIVE_TIME),
        **({names.COUNT_RISK: _count_risk(partition)} if publishes_metrics else {}),
        # a branch that fails ends the one of the job; that the job ends, too, is what Judge sees to
        names.MOVES: {
            "Type": "Fail",
            "Comment": "No failure: the next attempt is on the market that the cause names",
            "Error": names.RUN_MOVES,
            "Cause": f"{{% {move} %}}",
        },
        names.WATCH_OVER: {"Type": "Succeed", "Output": {}},
    }


def first_look(*, looks_out: bool) -> State:
    """Render what the watch begins with."""
    begins: State = {"Seconds": f"{{% ${names.RUN}.Promise.Rule.Poll %}}", "Told": False}
    return {**begins, "Sight": "none", "Spent": 0} if looks_out else begins


def _read_progress(partition: str, kept: str) -> State:
    """Read the first bytes of the progress file; there need not be one.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
    """
    key = f"$substringAfter(${names.RUN}.CheckpointS3Uri, 's3://' & ${names.SETTINGS}.CheckpointBucket & '/')"
    return {
        "Type": "Task",
        "Comment": "How much of the work the checkpoints hold, where the training program says it",
        "Resource": f"arn:{partition}:states:::aws-sdk:s3:getObject",
        "Arguments": {
            "Bucket": f"{{% ${names.SETTINGS}.CheckpointBucket %}}",
            "Key": f"{{% {key} & '{PROGRESS_FILE}' %}}",
            "Range": f"bytes=0-{_MOST_PROGRESS_BYTES - 1}",
        },
        "Output": f"{{% {{'File': $string($states.result.Body), {kept}}} %}}",
        "Catch": [{"ErrorEquals": ["States.ALL"], "Output": f"{{% {{'File': '', {kept}}} %}}", "Next": names.LOOK}],
        "Next": names.LOOK,
    }


def _tell_risk(partition: str, seen: str, then: str) -> State:
    """Put the event of a deadline at risk, once in an attempt; the run goes on, on-demand.

    https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html
    """
    told = {"Output": f"{{% {{'Seconds': $states.input.Seconds, 'Told': true{seen}}} %}}", "Next": then}
    return {
        "Type": "Task",
        "Comment": "The run can no longer keep its deadline; late is better than nothing",
        "Resource": f"arn:{partition}:states:::aws-sdk:eventbridge:putEvents",
        "Arguments": {"Entries": [at_risk_entry()]},
        "Catch": [{"ErrorEquals": ["States.ALL"], **told}],
        **told,
    }


def _count_risk(partition: str) -> State:
    """Put the figure of it, too."""
    counted = {"Output": "{% $states.input %}", "Next": names.GIVE_TIME}
    return {
        "Type": "Task",
        "Resource": f"arn:{partition}:states:::aws-sdk:cloudwatch:putMetricData",
        "Arguments": {
            "Namespace": NAMESPACE,
            "MetricData": expression(f"[$deadlineFigures(${names.SETTINGS}, -1)[MetricName = 'DeadlinesAtRisk']]"),
        },
        "Catch": [{"ErrorEquals": ["States.ALL"], **counted}],
        **counted,
    }

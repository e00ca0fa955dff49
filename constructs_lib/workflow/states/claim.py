"""The states that give a run its checkpoint prefix, and to no other run at the same time.

The claim is one S3 object a run, beside the checkpoints and not among them. S3 writes it only if nobody has
(`If-None-Match`) or nobody has since it was read (`If-Match`), so that of two runs in the same second one is refused.
What it says stands in its metadata, and an execution that died with a claim is found out by asking Step Functions.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-requests.html
"""

from __future__ import annotations

from typing import Any

from constructs_lib.workflow import names
from constructs_lib.workflow.expressions import expression
from constructs_lib.workflow.failures import SERVICE_FAULT, failures_of

State = dict[str, Any]

# S3 makes the ETag of an object's content, so that two claims with the same text would pass for the same claim
_LIVE_BODY = f"{{% ${names.RUN}.RunName & ' trains; its claim is ' & ${names.RUN}.Token %}}"


def claim_states(partition: str) -> dict[str, State]:
    """Render the states between Check input and Plan attempt; only the first is entered when nobody holds a claim."""
    return {
        names.CLAIM: _claim(partition),
        names.READ_CLAIM: _read_claim(partition),
        names.JUDGE_CLAIM: _judge_claim(),
        names.ASK_HOLDER: _ask_holder(partition),
        names.FIND_JOB: _find_job(partition),
        names.STOP_HOLDER: _stop_holder(partition),
        names.WAIT_FOR_HOLDER: _wait_for_holder(),
        names.TAKE_OVER: _take_over(partition),
    }


def write_claim(partition: str, state: str, body: str, condition: dict[str, str]) -> State:
    """Render a task that writes the claim object.

    Args:
        partition: The AWS partition of the service integration.
        state: `live` or `ended`.
        body: The object's content.
        condition: `IfNoneMatch` or `IfMatch`, or nothing.
    """
    return {
        "Type": "Task",
        "Resource": f"arn:{partition}:states:::aws-sdk:s3:putObject",
        "Arguments": {
            **_where(),
            **condition,
            "Body": body,
            "Metadata": {
                "state": state,
                "token": f"{{% ${names.RUN}.Token %}}",
                "holder": f"{{% ${names.RUN}.Execution %}}",
                "jobs": f"{{% ${names.RUN}.JobPrefix %}}",
            },
        },
        "Assign": {names.CLAIMED: "{% $states.result.ETag %}"},
        "Output": {},
    }


def _claim(partition: str) -> State:
    return {
        **write_claim(partition, "live", _LIVE_BODY, {"IfNoneMatch": "*"}),
        "Comment": "One run at a time writes a checkpoint prefix; this one begins its own",
        "Catch": [{"ErrorEquals": ["States.ALL"], "Output": {}, "Next": names.READ_CLAIM}],
        "Next": names.PLAN_ATTEMPT,
    }


def _read_claim(partition: str) -> State:
    taken = f"$claim(${names.SETTINGS}, ${names.RUN}, "
    return _asked(
        "The prefix has been claimed before: by an earlier run, or by one that lives",
        f"arn:{partition}:states:::aws-sdk:s3:headObject",
        _where(),
        answer=f"{taken}$states.result, {{}})",
        refusal=f"{taken}{{}}, {names.ERROR_OUTPUT})",
        also={names.CLAIMED: "{% $states.result.ETag %}"},
    )


def _judge_claim() -> State:
    next_states = {
        "plan": names.PLAN_ATTEMPT,
        "claim": names.CLAIM,
        "take over": names.TAKE_OVER,
        "ask holder": names.ASK_HOLDER,
        "find job": names.FIND_JOB,
        "stop holder": names.STOP_HOLDER,
        "wait for holder": names.WAIT_FOR_HOLDER,
        **{key: failure.state for key, failure in failures_of(names.JUDGE_CLAIM).items()},
    }
    return {
        "Type": "Choice",
        "Choices": [
            {"Condition": f"{{% ${names.RUN}.Next = '{key}' %}}", "Next": name} for key, name in next_states.items()
        ],
        "Default": SERVICE_FAULT.state,
    }


def _ask_holder(partition: str) -> State:
    return _asked(
        "A run that was aborted cannot give its claim back; one that lives keeps it",
        f"arn:{partition}:states:::aws-sdk:sfn:describeExecution",
        {"ExecutionArn": f"{{% $decodeUrl(${names.RUN}.Holder) %}}"},
        answer=f"$heard(${names.RUN}, $states.result.Status, {{}})",
        refusal=f"$heard(${names.RUN}, {{}}.Status, {names.ERROR_OUTPUT})",
    )


def _find_job(partition: str) -> State:
    settled = f"$settled(${names.RUN}, "
    return _asked(
        "The holder is dead, but its job may live on for a while: nothing else may write the checkpoints",
        f"arn:{partition}:states:::aws-sdk:sagemaker:listTrainingJobs",
        {
            "NameContains": f"{{% ${names.RUN}.HolderJobs & '-' %}}",
            "SortBy": "CreationTime",
            "SortOrder": "Descending",
            "MaxResults": 1,
        },
        answer=f"{settled}$states.result, {{}})",
        refusal=f"{settled}{{}}, {names.ERROR_OUTPUT})",
    )


def _stop_holder(partition: str) -> State:
    return {
        "Type": "Task",
        "Comment": "Step Functions stops the job of an aborted run by best effort only",
        "Resource": f"arn:{partition}:states:::aws-sdk:sagemaker:stopTrainingJob",
        "Arguments": {"TrainingJobName": f"{{% ${names.RUN}.HolderJob %}}"},
        "Output": {},
        # it is stopping already, or has ended: the next look tells
        "Catch": [{"ErrorEquals": ["States.ALL"], "Output": {}, "Next": names.WAIT_FOR_HOLDER}],
        "Next": names.WAIT_FOR_HOLDER,
    }


def _wait_for_holder() -> State:
    return {"Type": "Wait", "Seconds": f"{{% ${names.RUN}.WaitSeconds %}}", "Next": names.FIND_JOB}


def _take_over(partition: str) -> State:
    return {
        **write_claim(partition, "live", _LIVE_BODY, {"IfMatch": f"{{% ${names.RUN}.ETag %}}"}),
        "Comment": "The holder has ended; whoever writes first has the claim",
        "Catch": [{"ErrorEquals": ["States.ALL"], "Output": {}, "Next": names.READ_CLAIM}],
        "Next": names.PLAN_ATTEMPT,
    }


def _asked(
    comment: str,
    resource: str,
    arguments: State,
    *,
    answer: str,
    refusal: str,
    also: dict[str, str] | None = None,
) -> State:
    """Render a task whose answer and whose error are both judged: each makes the run's next state."""
    return {
        "Type": "Task",
        "Comment": comment,
        "Resource": resource,
        "Arguments": arguments,
        "Assign": {names.RUN: expression(answer), **(also or {})},
        "Output": {},
        "Catch": [
            {
                "ErrorEquals": ["States.ALL"],
                "Assign": {names.RUN: expression(refusal)},
                "Output": {},
                "Next": names.JUDGE_CLAIM,
            }
        ],
        "Next": names.JUDGE_CLAIM,
    }


def _where() -> dict[str, str]:
    return {"Bucket": f"{{% ${names.SETTINGS}.CheckpointBucket %}}", "Key": f"{{% ${names.RUN}.ClaimKey %}}"}

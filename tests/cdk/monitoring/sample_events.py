"""Events as AWS documents them, with names of the tests' own, and as runs put them.

https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html
https://docs.aws.amazon.com/sagemaker/latest/dg/automating-sagemaker-with-eventbridge.html
"""

from __future__ import annotations

from typing import Any

STATE_MACHINE = "arn:aws:states:eu-west-1:123456789012:stateMachine:churn"


def run_event(status: str, *, state_machine: str = STATE_MACHINE, **changes: Any) -> dict[str, Any]:
    """Return the event of an execution that came to a status."""
    execution = state_machine.replace(":stateMachine:", ":execution:") + ":run-17"
    ended = status != "RUNNING"
    return {
        "version": "0",
        "id": "315c1398-40ff-a850-213b-158f73e60175",
        "detail-type": "Step Functions Execution Status Change",
        "source": "aws.states",
        "account": "123456789012",
        "time": "2026-01-02T19:42:21Z",
        "region": "eu-west-1",
        "resources": [execution],
        "detail": {
            "executionArn": execution,
            "stateMachineArn": state_machine,
            "name": "run-17",
            "status": status,
            "startDate": 1767382940847,
            "stopDate": 1767382941881 if ended else None,
            "input": "{}",
            "inputDetails": {"included": True},
            "output": '{"RunName": "run-17"}' if status == "SUCCEEDED" else None,
            "outputDetails": {"included": True} if status == "SUCCEEDED" else None,
            **changes,
        },
    }


def job_event(status: str, secondary: str, *, job: str = "churn-0123456789ab-1") -> dict[str, Any]:
    """Return the event of a training job that came to a status."""
    arn = f"arn:aws:sagemaker:eu-west-1:123456789012:training-job/{job}"
    return {
        "version": "0",
        "id": "844e2571-85d4-695f-b930-0153b71dcb42",
        "detail-type": "SageMaker Training Job State Change",
        "source": "aws.sagemaker",
        "account": "123456789012",
        "time": "2026-01-02T12:26:13Z",
        "region": "eu-west-1",
        "resources": [arn],
        "detail": {
            "TrainingJobName": job,
            "TrainingJobArn": arn,
            "TrainingJobStatus": status,
            "SecondaryStatus": secondary,
            "HyperParameters": {"epochs": "20"},
            "ResourceConfig": {"InstanceType": "ml.g5.xlarge", "InstanceCount": 1, "VolumeSizeInGB": 30},
            "StoppingCondition": {"MaxRuntimeInSeconds": 3600, "MaxWaitTimeInSeconds": 7200},
            "EnableManagedSpotTraining": True,
            "CreationTime": 1767356000000,
            "LastModifiedTime": 1767356773000,
            "SecondaryStatusTransitions": [
                {
                    "StartTime": 1767356100000,
                    "EndTime": 1767356773000,
                    "Status": "Training",
                    "StatusMessage": "In progress",
                },
                {"StartTime": 1767356773000, "Status": secondary, "StatusMessage": "Told by AWS in its own words"},
            ],
            "Tags": {},
        },
    }


def risk_event(*, base_job_name: str = "churn") -> dict[str, Any]:
    """Return what a run puts itself when it can no longer keep its deadline."""
    execution = "arn:aws:states:eu-west-1:123456789012:execution:churn:run-17"
    return {
        "version": "0",
        "id": "17793124-05d4-b198-2fde-7ededc63b103",
        "detail-type": "Spot Training Deadline At Risk",
        "source": "spot-training",
        "account": "123456789012",
        "time": "2026-01-02T12:26:13Z",
        "region": "eu-west-1",
        "resources": [execution],
        "detail": {
            "RunName": "run-17",
            "ExecutionArn": execution,
            "BaseJobName": base_job_name,
            "Deadline": "2026-01-03T08:00:00.000Z",
            "ShortInSeconds": 1234,
        },
    }

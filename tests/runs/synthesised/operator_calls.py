"""What the command calls, as IAM sees it: noted while the command runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from constructs_lib.local.embedded_aws import EmbeddedAws
from constructs_lib.runs.aws.clients import Clients
from constructs_lib.runs.calls.recorded import Call

OPERATOR = "arn:aws:iam::123456789012:role/operator"
ARN = "arn:aws:{}:us-east-1:123456789012:{}"
GROUP = "log-group:/aws/sagemaker/TrainingJobs"

# which resource IAM holds a call against, by the service authorization reference
RESOURCES: Mapping[str, Any] = {
    "states:ListStateMachines": lambda _: "*",
    "states:ListTagsForResource": lambda given: given["resourceArn"],
    "states:DescribeStateMachine": lambda given: given["stateMachineArn"],
    "states:StartExecution": lambda given: given["stateMachineArn"],
    "states:ListExecutions": lambda given: given["stateMachineArn"],
    "states:DescribeExecution": lambda given: given["executionArn"],
    "states:GetExecutionHistory": lambda given: given["executionArn"],
    "states:ListMapRuns": lambda given: given["executionArn"],
    "states:DescribeMapRun": lambda given: given["mapRunArn"],
    "states:StopExecution": lambda given: given["executionArn"],
    "sagemaker:DescribeTrainingJob": lambda given: ARN.format("sagemaker", f"training-job/{given['TrainingJobName']}"),
    "sagemaker:StopTrainingJob": lambda given: ARN.format("sagemaker", f"training-job/{given['TrainingJobName']}"),
    "cloudformation:DescribeStacks": lambda given: ARN.format("cloudformation", f"stack/{given['StackName']}/1a2b"),
    "cloudformation:ListStackResources": lambda given: ARN.format("cloudformation", f"stack/{given['StackName']}/1a2b"),
    "s3:ListBucket": lambda given: f"arn:aws:s3:::{given['Bucket']}",
    "s3:GetObject": lambda given: f"arn:aws:s3:::{given['Bucket']}/{given['Key']}",
    "logs:DescribeLogStreams": lambda _: ARN.format("logs", GROUP),
    "logs:FilterLogEvents": lambda _: ARN.format("logs", GROUP),
    "logs:GetLogEvents": lambda given: ARN.format("logs", f"{GROUP}:log-stream:{given['logStreamName']}"),
}


def noted_calls(aws: EmbeddedAws, monkeypatch: pytest.MonkeyPatch) -> dict[Call, None]:
    """Point the command at an embedded AWS, and note what it calls."""
    for name, value in aws.environment().items():
        monkeypatch.setenv(name, value)
    noted: dict[Call, None] = {}

    def note(params: Mapping[str, Any], model: Any, **_: object) -> None:
        action = f"{model.service_model.signing_name}:{model.name}".replace("ListObjectsV2", "ListBucket")
        context = {"s3:prefix": str(params["Prefix"])} if "Prefix" in params else {}
        noted[Call(role_arn=OPERATOR, action=action, resource=RESOURCES[action](params), context=context)] = None

    connect = Clients.connect.__func__  # type: ignore[attr-defined]

    def noting(cls: type[Clients], *given: Any) -> Clients:
        clients: Clients = connect(cls, *given)
        for client in (clients.sfn, clients.sagemaker, clients.cloudformation, clients.s3, clients.logs):
            client.meta.events.register("before-parameter-build.*", note)
        return clients

    monkeypatch.setattr(Clients, "connect", classmethod(noting))
    return noted

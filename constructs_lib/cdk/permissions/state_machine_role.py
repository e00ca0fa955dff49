"""What CDK's own state machine grants its role, beside what the states of a run need: its key, its logs, its traces.

Nothing here is granted by this library; it is told so that what is synthesised has a reason, wildcards included.
"""

from __future__ import annotations

from constructs_lib.workflow.permission import Condition, Permission

_GUIDE = "https://docs.aws.amazon.com"
_AT_REST = f"{_GUIDE}/step-functions/latest/dg/encryption-at-rest.html"
_MACHINE = "`SpotTraining`; a machine of your own has what you give it"


def use_machine_key(key_arn: str, *, machine_arn: str, log_deliveries_arn: str) -> list[Permission]:
    """Tell what a machine with a key of its own takes."""
    return [
        Permission(
            actions=("kms:Decrypt", "kms:GenerateDataKey"),
            resources=(key_arn,),
            why="Step Functions encrypts the definition and the executions of this one machine, and decrypts them",
            page=_AT_REST,
            conditions=(Condition("StringEquals", "kms:EncryptionContext:aws:states:stateMachineArn", machine_arn),),
            when="`state_machine_key`",
        ),
        Permission(
            actions=("kms:GenerateDataKey",),
            resources=(key_arn,),
            why="Step Functions encrypts what it delivers to the log group",
            page=_AT_REST,
            conditions=(Condition("StringEquals", "kms:EncryptionContext:SourceArn", log_deliveries_arn),),
            when="`state_machine_key`",
        ),
    ]


def deliver_logs() -> list[Permission]:
    """Tell what a machine with logs takes."""
    return [
        Permission(
            actions=(
                "logs:CreateLogDelivery",
                "logs:DeleteLogDelivery",
                "logs:DescribeLogGroups",
                "logs:DescribeResourcePolicies",
                "logs:GetLogDelivery",
                "logs:ListLogDeliveries",
                "logs:PutResourcePolicy",
                "logs:UpdateLogDelivery",
            ),
            resources=("*",),
            why="Step Functions delivers the machine's logs; log deliveries have no ARN",
            page=f"{_GUIDE}/step-functions/latest/dg/cw-logs.html",
            when=_MACHINE,
        ),
    ]


def send_traces() -> list[Permission]:
    """Tell what a machine that is traced takes."""
    return [
        Permission(
            actions=(
                "xray:GetSamplingRules",
                "xray:GetSamplingTargets",
                "xray:PutTelemetryRecords",
                "xray:PutTraceSegments",
            ),
            resources=("*",),
            why="Step Functions sends the machine's traces, which have no ARN",
            page=f"{_GUIDE}/step-functions/latest/dg/concepts-xray-tracing.html",
            when="`tracing`",
        ),
    ]

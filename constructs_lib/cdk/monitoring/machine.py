"""What every state machine of the library has beside its definition: a log group, and a tag by which it is found."""

from __future__ import annotations

import re

from aws_cdk import Acknowledgment, ArnFormat, Names, RemovalPolicy, Stack, Tags, Token
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from constructs_lib.cdk.permissions.grants import let_service_use_key

_STATE_MACHINE = "AWS::StepFunctions::StateMachine"
_NOT_IN_TAGS = re.compile(r"[^\w\s.:/=+@-]")
_LONGEST_TAG = 256
"""https://docs.aws.amazon.com/step-functions/latest/apireference/API_Tag.html"""

_LOG_GROUPS = "/aws/vendedlogs/states"
_PART_OF_STACK_ID = {
    "Fn::Select": [
        0,
        {"Fn::Split": ["-", {"Fn::Select": [2, {"Fn::Split": ["/", {"Ref": "AWS::StackId"}]}]}]},
    ]
}
"""What differs from one creation of a stack to the next: the first part of the id that CloudFormation gave it."""

NOT_TRACED = Acknowledgment(
    id="AwsSolutions-SF2",
    reason="traces are billed and asked for by 'tracing'; the log group has every state of every run",
)


def tag_machine(machine: sfn.StateMachine, tag: str, construct_id: str) -> None:
    """Tag a machine, so that the command finds it; the value is the id of the construct that has it."""
    value = _NOT_IN_TAGS.sub("-", construct_id)[:_LONGEST_TAG]
    Tags.of(machine).add(tag, value, include_resource_types=[_STATE_MACHINE])


def machine_log_group(
    scope: Construct, key: kms.IKey | kms.Key | None, removal_policy: RemovalPolicy | None
) -> logs.LogGroup:
    """Create the log group; a key lets CloudWatch Logs use it for this Region's log groups of the account."""
    if key is not None:
        stack = Stack.of(scope)
        # https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
        groups = stack.format_arn(
            service="logs", resource="log-group", resource_name="*", arn_format=ArnFormat.COLON_RESOURCE_NAME
        )
        service = iam.ServicePrincipal(
            f"logs.{stack.region}.amazonaws.com",
            conditions={"ArnLike": {"kms:EncryptionContext:aws:logs:arn": groups}},
        )
        used = ("kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*")
        let_service_use_key(scope, key, service, *used)
        any_group = iam.ServicePrincipal(f"logs.{stack.region}.amazonaws.com")
        let_service_use_key(scope, key, any_group, "kms:DescribeKey")
    # https://docs.aws.amazon.com/step-functions/latest/dg/bp-cwl.html: without this prefix each group takes room in a
    # policy of the account that has 5,120 characters. A group that is kept outlives its stack: the stack's own id keeps
    # the next one of the same name apart
    of_stack = Token.as_string(_PART_OF_STACK_ID)
    return logs.LogGroup(
        scope,
        "Log",
        log_group_name=f"{_LOG_GROUPS}/{Names.unique_resource_name(scope, max_length=100, separator='-')}-{of_stack}",
        retention=logs.RetentionDays.THREE_MONTHS,
        encryption_key=key,
        removal_policy=removal_policy,
    )

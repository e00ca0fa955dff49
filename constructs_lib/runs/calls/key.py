"""What S3 and Step Functions ask of a key in the name of whoever reads or writes what is encrypted with it.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from constructs_lib.runs.calls.documented import key_arn
from constructs_lib.runs.calls.recorded import Call, partition_of

PAGE = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html"

DESCRIBE_PAGE = "https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeExecution.html"

KEY_OF_REQUEST = "s3:x-amz-server-side-encryption-aws-kms-key-id"
"""The condition key of a PutObject request that names a key of its own."""

# an object in several parts is decrypted when they are put together, so that writing takes both
_ACTIONS: Mapping[str, tuple[str, ...]] = {
    "s3:GetObject": ("kms:Decrypt",),
    "s3:PutObject": ("kms:GenerateDataKey", "kms:Decrypt"),
}


def key_calls(
    calls: Iterable[Call], key_of_bucket: Callable[[str], str | None], *, region: str, account: str
) -> Iterator[Call]:
    """Yield the calls of keys that calls of S3 bring with them.

    Args:
        calls: Calls, of S3 or not.
        key_of_bucket: Returns the key that a bucket encrypts with by default, if it has one.
        region: The Region of a key that is named by its id or alias.
        account: The account of such a key.
    """
    for call in calls:
        actions = _ACTIONS.get(call.action, ())
        if not actions or call.resource == "*":
            continue
        own = call.context.get(KEY_OF_REQUEST)
        key = own if isinstance(own, str) else key_of_bucket(_bucket(call.resource))
        if key is None:
            continue
        arn = key_arn(key, partition=partition_of(call.resource), region=region, account=account)
        via = {"kms:ViaService": f"s3.{arn.split(':')[3]}.amazonaws.com"}
        for action in actions:
            yield Call(role_arn=call.role_arn, action=action, resource=arn, context=via, page=PAGE)


def machine_key_calls(calls: Iterable[Call], key_of_machine: Callable[[str], str | None]) -> Iterator[Call]:
    """Yield the calls of keys that come with asking Step Functions for executions of a machine that has one.

    A distributed Map's child is encrypted, too; whether by the machine's ARN alone or by that with the Map's label is
    not documented, and is seen as both.

    https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeExecution.html

    Args:
        calls: Calls, of Step Functions or not.
        key_of_machine: Returns the ARN of the key of a state machine, by the machine's ARN, if it has one.
    """
    for call in calls:
        if call.action != "states:DescribeExecution":
            continue
        machine = call.resource.replace(":execution:", ":stateMachine:").rpartition(":")[0]
        of_all, is_labelled, _ = machine.partition("/")
        key = key_of_machine(of_all)
        if key is None:
            continue
        for action in ("kms:Decrypt", "kms:GenerateDataKey") if is_labelled else ("kms:Decrypt",):
            context = {"kms:EncryptionContext:aws:states:stateMachineArn": machine}
            yield Call(role_arn=call.role_arn, action=action, resource=key, context=context, page=DESCRIBE_PAGE)


def _bucket(arn: str) -> str:
    return arn.split(":", 5)[5].partition("/")[0]

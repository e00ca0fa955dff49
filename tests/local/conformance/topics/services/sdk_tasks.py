"""Tasks of the AWS SDK integrations: what they send, what they give, how their errors read.

The recordings of November 2025 end the cause of an API's error in `(SDK Attempt Count: 1)`, earlier ones do not.
"""

from __future__ import annotations

from typing import Any

from tests.local.conformance.case import ANY, Case, fails, gives
from tests.local.conformance.play import BUCKET
from tests.local.machines import one_state, task

_FILE = "test_aws_sdk_task_service.py: "
_ERRORS = "test_aws_sdk.py: "
_CALLED = "Task+ TaskScheduled TaskStarted TaskSucceeded Task-"
_REFUSED = "Task+ TaskScheduled TaskStarted TaskFailed"

_OBJECT = {
    "AcceptRanges": "bytes",
    "ContentType": "binary/octet-stream",
    "LastModified": "…Z",
    "Metadata": {},
    "ServerSideEncryption": "AES256",
}


def _sdk(action: str, **arguments: Any) -> dict[str, Any]:
    return one_state(**task(f"aws-sdk:{action}", arguments))


def _put(name: str, body: object, etag: str) -> Case:
    """Put a body: its ETag is the digest of what is stored."""
    return Case(
        name=f"s3:putObject with {name} as body",
        source=f"{_FILE}test_s3_put_object",
        machine=_sdk("s3:putObject", Bucket=BUCKET, Key=f"put/{name}", Body=body),
        want=gives({"ETag": f'"{etag}"', ANY: ANY}, _CALLED),
    )


def _get(key: str, body: str, etag: str) -> Case:
    return Case(
        name=f"s3:getObject of {key}",
        source=f"{_FILE}test_s3_get_object",
        machine=_sdk("s3:getObject", Bucket=BUCKET, Key=key),
        want=gives({**_OBJECT, "Body": body, "ContentLength": len(body), "ETag": f'"{etag}"'}, _CALLED),
    )


CASES = (
    _put("a string", "text data", "2b5df3712557f503a9977a8ea893b2c9"),
    _put("an object", {"Dict": "Value"}, "49e31cee5aec8faf3345893addb14346"),
    _put("an array", ["List", "Data"], "6b23860357f6e63a0272b7f1143a663a"),
    _put("a boolean", False, "68934a3e9455fa72420237eb05902327"),
    _put("a number", 0, "cfcd208495d565ef66e7dff9f98764da"),
    _get("text", "text data", "332eec544317a6d340b8e77da7fe54ad"),
    _get("empty", "", "d41d8cd98f00b204e9800998ecf8427e"),
    Case(
        name="all members of s3:putObject's answer",
        source=f"{_FILE}test_s3_put_object",
        machine=_sdk("s3:putObject", Bucket=BUCKET, Key="put/all", Body="text data"),
        want=gives({"ChecksumCRC32": "KUmHvQ==", "ChecksumType": "FULL_OBJECT", "ETag": ANY, ANY: ANY}),
    ),
    Case(
        name="a key that is not there",
        source=f"{_ERRORS}test_s3_no_such_key",
        machine=_sdk("s3:getObject", Bucket=BUCKET, Key="no such key"),
        want=fails(
            "S3.NoSuchKeyException",
            "The specified key does not exist. (Service: S3, Status Code: 404, Request ID: …, Extended Request ID: …)…",
            _REFUSED,
        ),
    ),
    Case(
        name="a bucket that is not there",
        source=f"{_ERRORS}test_no_such_bucket",
        machine=_sdk("s3:listObjects", Bucket="no-such-bucket-anywhere"),
        want=fails("S3.NoSuchBucketException", "The specified bucket does not exist (Service: S3, Status Code: 404, …"),
    ),
    Case(
        name="an error that the API's model has no name for",
        source=f"{_ERRORS}test_invalid_secret_name",
        machine=_sdk("secretsmanager:createSecret", Name="Invalid Name", SecretString="x"),
        want=fails(
            "SecretsManager.SecretsManagerException",
            "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@! "
            "(Service: SecretsManager, Status Code: 400, Request ID: …)…",
            _REFUSED,
        ),
    ),
    Case(
        name="a table that is not there",
        source=f"{_ERRORS}test_dynamodb_put_item_no_such_table",
        machine=_sdk("dynamodb:putItem", TableName="no-such-table", Item={"id": {"S": "1"}}),
        want=fails(
            "DynamoDb.ResourceNotFoundException",
            "Requested resource not found (Service: DynamoDb, Status Code: 400, Request ID: …)…",
            _REFUSED,
        ),
    ),
    Case(
        name="a required member is missing",
        source=f"{_ERRORS}test_dynamodb_invalid_param",
        machine=_sdk("dynamodb:putItem", TableName="no-such-table"),
        want=fails(
            "DynamoDb.DynamoDbException",
            "1 validation error detected: Value null at 'item' failed to satisfy constraint: Member must not be null "
            "(Service: DynamoDb, Status Code: 400, Request ID: …)…",
            _REFUSED,
        ),
    ),
    Case(
        name="a required member is null",
        source=f"{_ERRORS}test_dynamodb_invalid_param",
        machine=_sdk("dynamodb:putItem", TableName="no-such-table", Item=None),
        want=fails("DynamoDb.DynamoDbException", "1 validation error detected: Value null at 'item' failed to …"),
    ),
    Case(
        name="a list of nothing",
        source=f"{_FILE}test_list_secrets",
        machine=_sdk("secretsmanager:listSecrets", Filters=[{"Key": "name", "Values": ["nothing has this name"]}]),
        want=gives({"SecretList": []}, _CALLED),
    ),
    Case(
        name="an error that a state catches by its name",
        source=f"{_ERRORS}test_s3_no_such_key",
        machine={
            "StartAt": "Read",
            "States": {
                "Read": task(
                    "aws-sdk:s3:getObject",
                    {"Bucket": BUCKET, "Key": "no such key"},
                    Catch=[{"ErrorEquals": ["S3.NoSuchKeyException"], "Next": "Stop"}],
                ),
                "Stop": {"Type": "Fail"},
            },
        },
        want=fails(None, None, "Task+ TaskScheduled TaskStarted TaskFailed Task- Fail+"),
    ),
)

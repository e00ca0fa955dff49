"""What other services tell as AWS does, and moto does not."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError
from moto import backends

from constructs_lib.local.embedded_aws import EmbeddedAws
from constructs_lib.local.moto_adapters.step_functions.expressions.invalid_paths import what_is_missing
from tests.local.machines import BUCKET


def test_an_object_tells_its_encryption_and_the_type_of_its_checksum(aws: EmbeddedAws) -> None:
    s3 = aws.client("s3")
    put = s3.put_object(Bucket=BUCKET, Key="told", Body=b"x")
    assert (put["ServerSideEncryption"], put["ChecksumType"]) == ("AES256", "FULL_OBJECT")
    assert s3.head_object(Bucket=BUCKET, Key="told")["ServerSideEncryption"] == "AES256"
    by_key = s3.put_object(Bucket=BUCKET, Key="by-key", Body=b"x", ServerSideEncryption="aws:kms")
    assert by_key["ServerSideEncryption"] == "aws:kms"


def test_fails_for_a_name_that_no_secret_has(aws: EmbeddedAws) -> None:
    secrets = aws.client("secretsmanager")
    secrets.create_secret(Name="a/Secret_+=.@!-1", SecretString="x")
    with pytest.raises(ClientError, match=r"\(ValidationException\).*Invalid name\. Must be a valid name"):
        secrets.create_secret(Name="a secret", SecretString="x")


def test_the_services_are_looked_up_once_and_not_at_each_request(
    aws: EmbeddedAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = set(backends.list_of_moto_modules())
    assert {"s3", "stepfunctions", "sagemaker"} <= listed

    def again(_: object) -> list[str]:
        raise AssertionError("moto's directory was listed again")

    monkeypatch.setattr("os.listdir", again)
    assert set(backends.list_of_moto_modules()) == listed


@pytest.mark.parametrize(
    ("path", "missing"),
    [
        ("$.no", "No results for path: $['no']"),
        ("$.a.no", "No results for path: $['a']['no']"),
        ("$.no.such.path", "Missing property in path $['no']"),
        ("$.a.no.path", "Missing property in path $['a']['no']"),
        ("$.a.b.c", ""),
        ("$.a[0].c", ""),
    ],
)
def test_what_a_path_does_not_find(path: str, missing: str) -> None:
    assert what_is_missing(path, {"a": {"b": 1}}) == missing

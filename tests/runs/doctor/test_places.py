"""Buckets, channels, keys and the bootstrap, as the embedded AWS has them, both ways."""

from __future__ import annotations

import boto3
import pytest

from constructs_lib.local.embedded_aws import EmbeddedAws
from constructs_lib.runs.doctor.asking import Asking
from constructs_lib.runs.doctor.checks import bootstrap, buckets, channels, keys
from tests.runs.doctor.conftest import MakeSubject
from tests.runs.doctor.told import statuses, told
from tests.support.run_documents import shared_request

ELSEWHERE = {"LocationConstraint": "us-west-2"}
HERE = {"LocationConstraint": "eu-west-1"}


def test_buckets_are_looked_for_in_their_region(aws: EmbeddedAws, asking: Asking, subject: MakeSubject) -> None:
    s3 = aws.client("s3")
    s3.create_bucket(Bucket="checkpoint-bucket", CreateBucketConfiguration=HERE)
    aws.client("s3", "us-west-2").create_bucket(Bucket="models-bucket", CreateBucketConfiguration=ELSEWHERE)
    found = told(buckets.look(asking, subject()))
    assert "ok: the bucket checkpoint-bucket, for checkpoints, is in eu-west-1" in found
    assert "problem: the bucket models-bucket, for models, is in us-west-2" in found
    assert any("problem: there is no bucket data-bucket, for channel train" in each for each in found)
    made = subject(made=frozenset({"checkpoint-bucket", "models-bucket", "data-bucket"}))
    assert statuses(buckets.look(asking, made)) == {"ok"}


@pytest.mark.parametrize(("days", "status"), [(1, "ok"), (30, "ok"), (None, "ok")])
def test_checkpoints_are_kept_as_long_as_a_run_may_last(
    aws: EmbeddedAws, asking: Asking, subject: MakeSubject, days: int | None, status: str
) -> None:
    s3, bucket = aws.client("s3"), f"kept-{days or 'for-good'}"
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration=HERE)
    if days is not None:
        rule = {"ID": "r", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": days}}
        s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": [rule]})
    short = [each for each in buckets.look(asking, subject(checkpoint_bucket=bucket)) if "keeps" in each.text]
    assert statuses(short) == {status}
    # three days of waiting
    long = subject(checkpoint_bucket=bucket, max_wait_seconds=3 * 24 * 3600)
    found = [each for each in told(buckets.look(asking, long)) if bucket in each and "checkpoints after" in each]
    assert found == (
        [f"problem: {bucket} deletes checkpoints after 1 days, and a run may last 3.0 days"] if days == 1 else []
    )


def test_channels_are_counted(aws: EmbeddedAws, asking: Asking, subject: MakeSubject) -> None:
    s3 = aws.client("s3")
    s3.create_bucket(Bucket="data-bucket", CreateBucketConfiguration=HERE)
    s3.put_object(Bucket="data-bucket", Key="train/a.csv", Body=b"x" * 2**20)
    found = told(channels.look(asking, subject()))
    assert found == [
        "ok: train: 1 objects of 0.001 GB in s3://data-bucket/train/",
        "problem: test: there is nothing in s3://data-bucket/test/",
    ]
    made = told(channels.look(asking, subject(made=frozenset({"data-bucket"}))))
    assert made == [f"could not look: {name}: its place is known when it is deployed" for name in ("train", "test")]


def test_keys_are_described(aws: EmbeddedAws, asking: Asking, subject: MakeSubject) -> None:
    kms = aws.client("kms")
    good, bad = (kms.create_key()["KeyMetadata"]["Arn"] for _ in range(2))
    kms.disable_key(KeyId=bad.rpartition("/")[2])
    request = shared_request(resources={"VolumeKmsKeyId": bad})
    request["OutputDataConfig"]["KmsKeyId"] = good
    assert told(keys.look(asking, subject(request=request))) == [
        f"ok: the key {good}, of OutputDataConfig, is enabled",
        f"problem: the key {bad}, of ResourceConfig, is Disabled",
    ]
    missing = good.rpartition("/")[0] + "/00000000-0000-4000-8000-000000000000"
    request["OutputDataConfig"]["KmsKeyId"] = missing
    assert (
        told(keys.look(asking, subject(request=request)))[0]
        == f"problem: there is no key {missing}, of OutputDataConfig"
    )


def test_the_bootstrap_has_a_version(aws: EmbeddedAws, asking: Asking, subject: MakeSubject) -> None:
    name = "/cdk-bootstrap/hnb659fds/version"
    assert told(bootstrap.look(asking, subject())) == [
        f"problem: 123456789012 is not bootstrapped for CDK in eu-west-1: no {name}"
    ]
    ssm = boto3.client("ssm")
    ssm.put_parameter(Name=name, Value="5", Type="String")
    assert told(bootstrap.look(asking, subject())) == [
        "problem: CDK's bootstrap has version 5, and at least 6 is needed"
    ]
    ssm.put_parameter(Name=name, Value="27", Type="String", Overwrite=True)
    assert told(bootstrap.look(asking, subject())) == ["ok: CDK's bootstrap has version 27"]

"""What is known to be in another Region than the stack is refused: a training job reaches nothing there."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3

from constructs_lib import Capacity, InputLocation, SpotTraining, TrainingChannel, TrainingImage

HERE, THERE = "eu-central-1", "us-east-1"
Options = Callable[[cdk.Stack], dict[str, Any]]


def stack_in(region: str | None, app: cdk.App | None = None, name: str = "Stack") -> cdk.Stack:
    env = None if region is None else cdk.Environment(account="123456789012", region=region)
    return cdk.Stack(cdk.App() if app is None else app, name, env=env)


def uri(region: str) -> str:
    return f"123456789012.dkr.ecr.{region}.amazonaws.com/churn:1"


def train(stack: cdk.Stack, **options: Any) -> None:
    options.setdefault("image", TrainingImage.from_registry(uri(HERE)))
    SpotTraining(stack, "Training", capacity=[Capacity.spot("ml.m5.xlarge")], **options)


def bucket_of(region: str) -> Callable[[cdk.Stack], s3.IBucket]:
    return lambda stack: s3.Bucket.from_bucket_attributes(stack, "D", bucket_name="data", region=region)


def key_of(region: str) -> Callable[[cdk.Stack], kms.IKey]:
    return lambda stack: kms.Key.from_key_arn(stack, "K", f"arn:aws:kms:{region}:123456789012:key/1")


def repository_of(region: str) -> Callable[[cdk.Stack], ecr.IRepository]:
    arn = f"arn:aws:ecr:{region}:123456789012:repository/churn"
    return lambda stack: ecr.Repository.from_repository_arn(stack, "R", arn)


def elsewhere(region: str) -> list[tuple[str, Options]]:
    bucket, key, repository = bucket_of(region), key_of(region), repository_of(region)
    return [
        ("image", lambda _: {"image": TrainingImage.from_registry(uri(region))}),
        ("image", lambda stack: {"image": TrainingImage.from_ecr_repository(repository(stack), tag="1")}),
        ("channels[train]", lambda stack: {"channels": {"train": TrainingChannel.from_bucket(bucket(stack), "in/")}}),
        ("input_locations", lambda stack: {"input_locations": [InputLocation.from_bucket(bucket(stack), "in/")]}),
        ("checkpoint_bucket", lambda stack: {"checkpoint_bucket": bucket(stack)}),
        ("output_bucket", lambda stack: {"output_bucket": bucket(stack)}),
        ("output_key", lambda stack: {"output_key": key(stack)}),
        ("volume_key", lambda stack: {"volume_key": key(stack)}),
        (
            "channels[train]",
            lambda stack: {
                "channels": {"train": TrainingChannel.from_manifest(bucket(stack), "list.json", data_prefix="in/")}
            },
        ),
    ]


@pytest.mark.parametrize(("argument", "options"), elsewhere(THERE))
def test_fails_on_what_is_in_another_region(argument: str, options: Options) -> None:
    stack = stack_in(HERE)
    expected = (
        f"'{argument}' must be in the stack's Region '{HERE}', got .* in '{THERE}'; a training job reaches nothing"
    )
    with pytest.raises(ValueError, match=expected.replace("[", r"\[").replace("]", r"\]")) as found:
        train(stack, **options(stack))
    assert "Token[" not in str(found.value)


@pytest.mark.parametrize(("argument", "options"), elsewhere(HERE))
@pytest.mark.parametrize("region", [HERE, None])
def test_what_is_here_or_may_be_is_fine(argument: str, options: Options, region: str | None) -> None:
    assert argument
    stack = stack_in(region)
    train(stack, **options(stack))


def test_fails_on_what_another_stack_owns_elsewhere() -> None:
    app = cdk.App()
    there, here = stack_in(THERE, app, "There"), stack_in(HERE, app, "Here")
    data, models = s3.Bucket(there, "Data", bucket_name="data"), s3.Bucket(there, "Models", bucket_name="models")
    images = ecr.Repository(there, "Images", repository_name="churn")
    with pytest.raises(ValueError, match="'channels") as found:
        train(
            here,
            image=TrainingImage.from_ecr_repository(images, tag="1"),
            channels={"train": TrainingChannel.from_bucket(data, "in/")},
            output_bucket=models,
            vpc=ec2.Vpc(there, "Vpc"),
            encryption_key=kms.Key(there, "Key"),
        )
    told = re.findall(r"'(\S+)' must be in the stack's Region 'eu-central-1', got '(\S+)'", str(found.value))
    assert told == [
        ("encryption_key", "There/Key"),
        ("vpc", "There/Vpc"),
        ("image", "There/Images"),
        ("channels[train]", "There/Data"),
        ("output_bucket", "There/Models"),
    ]


def test_fails_on_a_private_registry_without_a_vpc() -> None:
    image = TrainingImage.from_registry("registry.example.com/churn:1", repository_access_mode="Vpc")
    stack = stack_in(HERE)
    with pytest.raises(ValueError, match=r"'VpcConfig' is required where .* is 'Vpc'; it is set by 'vpc'"):
        train(stack, image=image)
    train(stack_in(None), image=image, vpc=ec2.Vpc(stack_in(None, name="Network"), "Vpc"))

"""docs/guides/own-stack.md: what it says of sharing options and of moving a training is so."""

from __future__ import annotations

from typing import Any

import aws_cdk as cdk
from aws_cdk.assertions import Template

from constructs_lib import Capacity, CheckpointBucket, SharedTrainingOptions, SpotTraining, TrainingImage
from constructs_lib.cdk.training.options import TrainingOptions
from tests.support.templates import stack

IMAGE = TrainingImage.from_registry("123456789012.dkr.ecr.eu-west-1.amazonaws.com/churn:1.4")
PLAN = [Capacity.spot("ml.m5.xlarge")]


def test_shared_options_are_all_but_the_two_that_are_needed() -> None:
    assert TrainingOptions.__annotations__.keys() - SharedTrainingOptions.__annotations__.keys() == {
        "image",
        "capacity",
    }
    assert not SharedTrainingOptions.__required_keys__
    # mypy reads this as well
    common: SharedTrainingOptions = {"max_runtime": cdk.Duration.hours(4), "base_job_name": "churn"}
    scope = stack()
    for name, made in {
        "Churn": SpotTraining(scope, "Churn", image=IMAGE, capacity=PLAN, **common),
        "Prices": SpotTraining(scope, "Prices", image=IMAGE, capacity=PLAN, **common | {"base_job_name": "prices"}),
    }.items():
        assert made.base_job_name == name.lower()


def buckets(construct_id: str, **options: Any) -> tuple[str, set[str]]:
    scope = stack()
    made = SpotTraining(scope, construct_id, image=IMAGE, capacity=PLAN, **options)
    return made.base_job_name, set(Template.from_stack(scope).find_resources("AWS::S3::Bucket"))


def test_a_moved_training_has_other_names_and_buckets() -> None:
    (name, made), (moved_name, moved) = buckets("Training"), buckets("Churn")
    assert name != moved_name
    assert made.isdisjoint(moved)
    assert buckets("Churn", base_job_name=name)[0] == name


def test_a_bucket_and_its_policy_keep_their_logical_ids() -> None:
    scope = stack()
    bucket = CheckpointBucket(scope, "Checkpoints")
    for resource, logical_id in ((bucket, "OldBucket"), (bucket.policy, "OldPolicy")):
        assert resource is not None
        kept = resource.node.default_child
        assert isinstance(kept, cdk.CfnResource)
        kept.override_logical_id(logical_id)
    template = Template.from_stack(scope)
    assert set(template.find_resources("AWS::S3::Bucket")) == {"OldBucket"}
    assert set(template.find_resources("AWS::S3::BucketPolicy")) == {"OldPolicy"}

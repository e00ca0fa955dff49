"""A training with a deadline, as it is synthesised: what it decides, what it refuses, and what its machine may do."""

from __future__ import annotations

import re
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_kms as kms
from aws_cdk.assertions import Match, Template

from constructs_lib import Capacity, CheckpointBucket, Deadline, SpotTraining, TrainingImage
from tests.support.templates import definition, stack

IMAGE = TrainingImage.from_registry("123456789012.dkr.ecr.eu-west-1.amazonaws.com/churn:1.4")
HOURS = cdk.Duration.hours
IN_TIME = Deadline.after(HOURS(60), expected_runtime=HOURS(48))


def training(scope: cdk.Stack, **options: Any) -> SpotTraining:
    plan = [Capacity.spot("ml.g5.xlarge"), Capacity.on_demand("ml.g5.xlarge")]
    given = {"image": IMAGE, "capacity": plan, "deadline": IN_TIME, "base_job_name": "churn", **options}
    return SpotTraining(scope, "Training", **given)


def machine(**options: Any) -> dict[str, Any]:
    scope = stack()
    training(scope, **options)
    return definition(Template.from_stack(scope))


def test_the_budget_is_twice_the_expected_runtime_unless_it_is_said() -> None:
    settings = machine()["States"]["Prepare"]["Assign"]["spot_training_settings"]
    assert settings["MaxRuntimeInSeconds"] == 96 * 3600
    # a spot job may last as long as the deadline or the budget needs
    assert settings["MaxWaitTimeInSeconds"] == 96 * 3600
    assert settings["Deadline"]["Rule"]["Stint"] == 18000
    assert "CapacityPatienceInSeconds" not in settings


def test_a_machine_without_a_deadline_has_nothing_of_it() -> None:
    of_two = machine(deadline=None)
    states = of_two["States"]
    inside = [name for branch in states["Train"]["Branches"] for name in branch["States"]]
    own = {"Stop job", "Read progress", "Tell deadline at risk", "Count deadline at risk", "Moves"}
    assert not own & {*states, *inside}
    settings = states["Prepare"]["Assign"]["spot_training_settings"]
    assert "Deadline" not in settings
    assert "Deadline" not in settings["InputFields"]
    assert all("Speed" not in entry for entry in settings["Capacities"])


def test_a_look_out_is_sent_where_it_is_asked_for_alone() -> None:
    new = {"Looks out", "Ask look-out", "Send look-out", "Looked out", "Stop look-out"}
    for lookout in (False, True):
        states = machine(deadline=Deadline.after(HOURS(60), expected_runtime=HOURS(48), lookout=lookout))["States"]
        inside = [name for branch in states["Train"]["Branches"] for name in branch["States"]]
        assert new & {*states, *inside} == (new if lookout else set())
        rule = states["Prepare"]["Assign"]["spot_training_settings"]["Deadline"]["Rule"]
        assert rule["Stint"] == 18000
        assert rule.get("LookOutStint") == (7200 if lookout else None)


def test_the_machine_may_read_the_progress_of_its_own_runs_and_nothing_else_there() -> None:
    scope = stack()
    key = kms.Key(scope, "Key")
    bucket = CheckpointBucket(scope, "Checkpoints", encryption_key=key)
    made = training(scope, checkpoint_bucket=bucket)
    arn = scope.resolve(bucket.bucket_arn)
    role = scope.resolve(made.state_machine.role.node.default_child.ref)  # type: ignore[union-attr]
    Template.from_stack(scope).has_resource_properties(
        "AWS::IAM::Policy",
        {
            "Roles": [role],
            "PolicyDocument": {
                "Statement": Match.array_with(
                    [
                        Match.object_like(
                            {
                                "Action": "s3:GetObject",
                                "Resource": {"Fn::Join": ["", [arn, "/churn/*/progress.json"]]},
                            }
                        ),
                        Match.object_like({"Action": "kms:Decrypt", "Resource": scope.resolve(key.key_arn)}),
                    ]
                )
            },
        },
    )


def test_the_bucket_keeps_checkpoints_for_as_long_as_a_run_can_last() -> None:
    scope = stack()
    training(scope, deadline=Deadline.after(HOURS(700), expected_runtime=HOURS(600)))
    Template.from_stack(scope).has_resource_properties(
        "AWS::S3::Bucket",
        {"LifecycleConfiguration": {"Rules": Match.array_with([Match.object_like({"ExpirationInDays": 59})])}},
    )


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"max_wait": HOURS(70), "max_runtime": HOURS(60)}, "'max_wait' is decided by 'deadline'"),
        ({"capacity_patience": cdk.Duration.minutes(30)}, "'capacity_patience' is decided by 'deadline'"),
        ({"checkpointing": False, "max_runtime": HOURS(1)}, "each begins anew"),
        ({"max_runtime": HOURS(24)}, "'max_runtime' must be at least the 'expected_runtime' of 'deadline'"),
        ({"capacity": [Capacity.spot("ml.g5.xlarge")]}, "'capacity' has no on-demand capacity"),
        (
            {"capacity": [Capacity.spot("ml.p3.2xlarge"), Capacity.on_demand("ml.g5.xlarge")]},
            "'relative_speed' of capacity[0] is required with 'deadline'",
        ),
        (
            {"deadline": Deadline.after(HOURS(60), expected_runtime=HOURS(48), lookout=True), "infra_check": True},
            "by .sync, which is not known to take InfraCheckConfig",
        ),
        (
            {
                "deadline": Deadline.after(HOURS(60), expected_runtime=HOURS(48), lookout=True),
                "image": TrainingImage.from_algorithm_arn("arn:aws:sagemaker:eu-west-1:123456789012:algorithm/churn"),
                "checkpointing": True,
            },
            "an algorithm that goes by its ARN does not take",
        ),
        (
            {"deadline": None, "capacity": [Capacity.spot("ml.g5.xlarge", relative_speed=2)]},
            "'relative_speed' of capacity[0] is for a training with 'deadline'",
        ),
    ],
)
def test_what_does_not_go_with_a_deadline_is_refused(options: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=re.escape(said)):
        training(stack(), **options)


@pytest.mark.parametrize("publish_metrics", [True, False])
def test_a_deadline_at_risk_is_told_with_metrics_and_without(publish_metrics: bool) -> None:
    watch = machine(publish_metrics=publish_metrics)["States"]["Train"]["Branches"][1]["States"]
    told = watch["Tell deadline at risk"]
    assert told["Next"] == told["Catch"][0]["Next"] == ("Count deadline at risk" if publish_metrics else "Give it time")
    assert ("Count deadline at risk" in watch) is publish_metrics


def test_the_alarm_is_for_a_training_with_a_deadline() -> None:
    assert training(stack()).has_deadline is True
    assert training(stack(), deadline=None).has_deadline is False

"""SpotTraining: what it creates, what it grants, and what it refuses."""

from __future__ import annotations

from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk.assertions import Annotations, Match, Template

from constructs_lib import Capacity, CheckpointBucket, SpotTraining, TrainingImage
from tests.support.templates import definition, flat, stack, statements

IMAGE = TrainingImage.from_registry("123456789012.dkr.ecr.eu-west-1.amazonaws.com/churn:1.4")
SPOT = Capacity.spot("ml.m5.xlarge")
ON_DEMAND = Capacity.on_demand("ml.g5.xlarge")


def training(**changes: Any) -> SpotTraining:
    return SpotTraining(stack(), "Training", **{"image": IMAGE, "capacity": [SPOT], **changes})


def template(**changes: Any) -> Template:
    return Template.from_stack(cdk.Stack.of(training(**changes)))


def settings(made: Template) -> dict[str, Any]:
    found: dict[str, Any] = definition(made)["States"]["Prepare"]["Assign"]["spot_training_settings"]
    return found


def test_the_state_machine_has_the_tag_by_which_the_command_finds_it() -> None:
    made = cdk.Stack(cdk.App(), "Churn")
    SpotTraining(made, "Training (nightly)", image=IMAGE, capacity=[SPOT])
    found = Template.from_stack(made)
    found.has_resource_properties(
        "AWS::StepFunctions::StateMachine",
        {"Tags": [{"Key": "spot-training:training", "Value": "Training -nightly-"}]},
    )
    # and neither the roles nor the jobs have it
    assert str(found.to_json()).count("spot-training:training") == 1


@pytest.fixture(scope="module")
def plain() -> Template:
    return template()


def test_only_image_and_capacity_are_needed(plain: Template) -> None:
    for kind, count in (
        ("AWS::S3::Bucket", 2),
        ("AWS::IAM::Role", 2),
        ("AWS::StepFunctions::StateMachine", 1),
        ("AWS::Logs::LogGroup", 1),
        ("AWS::Lambda::Function", 0),
    ):
        plain.resource_count_is(kind, count)


def test_the_estimators_defaults(plain: Template) -> None:
    found = settings(plain)
    assert (found["MaxRuntimeInSeconds"], found["MaxWaitTimeInSeconds"]) == (86400, 172800)
    assert found["BaseJobName"] == "test-training"
    assert found["CheckpointLocalPath"] == "/opt/ml/checkpoints"
    assert found["Request"]["ResourceConfig"] == {"VolumeSizeInGB": 30}
    assert found["Request"]["OutputDataConfig"]["S3OutputPath"].endswith("/models")


def test_every_argument_of_the_estimator_reaches_the_request() -> None:
    made = settings(
        template(
            capacity=[Capacity.spot("ml.m5.xlarge", instance_count=2), ON_DEMAND],
            max_runtime=cdk.Duration.hours(4),
            max_wait=cdk.Duration.hours(8),
            base_job_name="churn",
            checkpoint_local_path="/checkpoints",
            output_prefix="out/churn",
            hyperparameters={"epochs": 20, "rate": 1e-5, "fast": True, "name": "x"},
            environment={"LOG": "debug"},
            volume_size=cdk.Size.gibibytes(100),
        )
    )
    assert made["Capacities"] == [
        {"InstanceType": "ml.m5.xlarge", "InstanceCount": 2, "Market": "spot", "Tries": 1},
        {"InstanceType": "ml.g5.xlarge", "InstanceCount": 1, "Market": "on-demand", "Tries": 1, "LocalStorage": True},
    ]
    assert (made["MaxRuntimeInSeconds"], made["MaxWaitTimeInSeconds"]) == (4 * 3600, 8 * 3600)
    assert made["BaseJobName"] == "churn"
    assert made["CheckpointLocalPath"] == "/checkpoints"
    request = made["Request"]
    assert (
        request["AlgorithmSpecification"]["TrainingImage"] == "123456789012.dkr.ecr.eu-west-1.amazonaws.com/churn:1.4"
    )
    assert request["HyperParameters"] == {"epochs": "20", "rate": "1e-05", "fast": "true", "name": "x"}
    assert request["Environment"] == {"LOG": "debug"}
    assert request["ResourceConfig"] == {"VolumeSizeInGB": 100}
    assert request["OutputDataConfig"]["S3OutputPath"].endswith("/out/churn")


def test_the_machine_is_logged_and_not_traced(plain: Template) -> None:
    plain.has_resource_properties(
        "AWS::StepFunctions::StateMachine",
        {
            "LoggingConfiguration": Match.object_like({"Level": "ALL", "IncludeExecutionData": False}),
            "TracingConfiguration": {"Enabled": False},
        },
    )


def test_the_log_group_is_named_so_that_it_takes_no_room_in_the_accounts_policy(plain: Template) -> None:
    (group,) = plain.find_resources("AWS::Logs::LogGroup").values()
    prefix, mark = group["Properties"]["LogGroupName"]["Fn::Join"][1]
    assert prefix.startswith("/aws/vendedlogs/states/Test-Training-")
    # of the stack's id, so that a group which is kept does not stand in the way of the stack's next creation
    assert "AWS::StackId" in str(mark)
    assert group["DeletionPolicy"] == "Retain"


def test_the_machines_role_is_held_to_the_base_job_name() -> None:
    made = template(base_job_name="churn", capacity=[SPOT, ON_DEMAND])
    found = statements(made, of="TrainingStateMachineRole")
    # a list has no resource type
    jobs = [s for s in found if "sagemaker:" in str(s["Action"]) and "ListTrainingJobs" not in str(s["Action"])]
    assert jobs
    assert all(flat(s["Resource"]).endswith(":training-job/churn-*") for s in jobs)
    (creating,) = (s for s in found if s["Action"] == "sagemaker:CreateTrainingJob")
    assert creating["Condition"] == {
        "ForAllValues:StringEquals": {"sagemaker:InstanceTypes": ["ml.g5.xlarge", "ml.m5.xlarge"]},
        "Null": {"sagemaker:InstanceTypes": "false"},
    }
    (passing,) = (s for s in found if s["Action"] == "iam:PassRole")
    assert passing["Resource"]["Fn::GetAtt"][0].startswith("TrainingRole")


def test_the_job_role_reaches_its_own_prefixes_and_nothing_beside_them() -> None:
    found = statements(template(base_job_name="churn", output_prefix="models"), of="TrainingRole")
    objects = {flat(s["Resource"]) for s in found if "s3:PutObject" in str(s["Action"])}
    assert {resource.rpartition("/")[0].rpartition("/")[2] for resource in objects} == {"churn", "models"}
    assert all(resource.endswith("/*") for resource in objects)
    assert not any("runs" in resource for resource in objects)


def test_what_holds_data_is_retained(plain: Template) -> None:
    plain.all_resources("AWS::S3::Bucket", {"DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"})


def test_what_is_passed_is_used_and_granted_on() -> None:
    scope = stack()
    role = iam.Role(scope, "Mine", assumed_by=iam.ServicePrincipal("sagemaker.amazonaws.com"))
    bucket = s3.Bucket.from_bucket_name(scope, "Theirs", "shared-bucket")
    made = SpotTraining(
        scope, "Training", image=IMAGE, capacity=[SPOT], base_job_name="churn",
        role=role, checkpoint_bucket=bucket, output_bucket=bucket,
    )  # fmt: skip
    assert (made.role, made.checkpoint_bucket, made.output_bucket) == (role, bucket, bucket)
    template = Template.from_stack(scope)
    template.resource_count_is("AWS::S3::Bucket", 0)
    granted = {flat(s["Resource"]) for s in statements(template, of="Mine")}
    assert {"arn:aws:s3:::shared-bucket/churn/*", "arn:aws:s3:::shared-bucket/models/*"} <= granted


def test_a_role_that_cannot_be_changed_is_left_alone() -> None:
    scope = stack()
    role = iam.Role.from_role_arn(scope, "Mine", "arn:aws:iam::123456789012:role/mine", mutable=False)
    SpotTraining(scope, "Training", image=IMAGE, capacity=[SPOT], role=role)
    assert statements(Template.from_stack(scope), of="Mine") == []


def test_checkpoints_are_kept_for_as_long_as_a_run_can_last() -> None:
    made = template(
        capacity=[Capacity.spot("ml.m5.xlarge", tries=2)],
        max_runtime=cdk.Duration.days(28),
        max_wait=cdk.Duration.days(30),
    )
    rules = [
        rule
        for bucket in made.find_resources("AWS::S3::Bucket").values()
        for rule in bucket["Properties"]["LifecycleConfiguration"]["Rules"]
    ]
    assert 61 in [rule.get("ExpirationInDays") for rule in rules]


@pytest.mark.parametrize(
    ("changes", "patience", "until_last", "whole"),
    [
        ({"capacity": [SPOT, ON_DEMAND]}, 1800, 1800, 12 * 3600),
        ({"capacity": [SPOT, SPOT, ON_DEMAND], "capacity_patience": cdk.Duration.minutes(10)}, 600, 1200, 20 * 3600),
        ({"capacity": [SPOT, ON_DEMAND], "capacity_patience": "max_wait"}, None, 8 * 3600, 12 * 3600),
        ({"capacity": [SPOT]}, None, 0, 8 * 3600),
        ({"capacity": [ON_DEMAND, SPOT]}, None, 0, 12 * 3600),
    ],
)
def test_it_tells_the_worst_case_of_its_plan(
    changes: dict[str, Any], patience: int | None, until_last: int, whole: int
) -> None:
    made = training(max_runtime=cdk.Duration.hours(4), **changes)
    found = settings(Template.from_stack(cdk.Stack.of(made)))
    assert found.get("CapacityPatienceInSeconds") == patience
    assert made.longest_wait_for_capacity.to_seconds() == until_last
    assert made.longest_run.to_seconds() == whole


def test_a_run_may_be_held_to_a_time() -> None:
    # CDK writes none of these into a definition that it is given as a text
    made = definition(template(run_timeout=cdk.Duration.hours(1)))
    assert made["TimeoutSeconds"] == 3600
    assert (made["QueryLanguage"], made["Comment"].split(" ")[0]) == ("JSONata", "Trains")
    assert "TimeoutSeconds" not in definition(template())


def test_names_may_be_given() -> None:
    template(state_machine_name="train-churn").has_resource_properties(
        "AWS::StepFunctions::StateMachine", {"StateMachineName": "train-churn"}
    )


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"capacity": []}, "'capacity' must name at least one capacity"),
        ({"capacity": [SPOT] * 17}, "'capacity' must have at most 16 entries, got 17"),
        (
            {"max_runtime": cdk.Duration.hours(4), "max_wait": cdk.Duration.hours(1)},
            "'max_wait' must be at least 'max_runtime' (4 hours), got 1 hour",
        ),
        ({"max_runtime": cdk.Duration.days(29)}, "'max_runtime' must be from 1 second to 28 days, got 29 days"),
        ({"max_wait": cdk.Duration.days(31)}, "'max_wait' must be at most 30 days, got 31 days"),
        (
            {"capacity": [ON_DEMAND], "max_wait": cdk.Duration.hours(30)},
            "'max_wait' is for spot capacity, and 'capacity' has",
        ),
        (
            {"capacity": [Capacity.spot("ml.m5.xlarge", max_wait=cdk.Duration.hours(1))]},
            "'max_wait' of capacity[0] must be at least 'max_runtime' (1 day), got 1 hour",
        ),
        (
            {"checkpointing": False, "max_runtime": cdk.Duration.hours(2)},
            "must be at most 1 hour for an algorithm that does not checkpoint, got 2 hours",
        ),
        ({"capacity_patience": cdk.Duration.seconds(59)}, "'capacity_patience' must be at least 1 minute"),
        ({"capacity_patience": cdk.Duration.days(2)}, "less than 'max_wait' (2 days), got 2 days"),
        (
            {"capacity": [ON_DEMAND], "capacity_patience": cdk.Duration.minutes(5)},
            "'capacity_patience' is for spot capacity, and 'capacity' has none",
        ),
        ({"base_job_name": "Churn"}, "'base_job_name' must be 1 to 40 lower-case letters, digits and inner hyphens"),
        (
            {"hyperparameters": {"a": None}},
            "'hyperparameters' must be a mapping of names to strings, numbers and booleans, got None for 'a'",
        ),
        ({"hyperparameters": {"a": "x" * 2501}}, "'HyperParameters.a' must have at most 2500 characters, got 2501"),
        ({"hyperparameters": {"a": "{% $now() %}"}}, "must not have the form of a JSONata expression"),
        ({"environment": {"1A": "x"}}, "must match [a-zA-Z_][a-zA-Z0-9_]*"),
        ({"output_prefix": "/models/"}, "'output_prefix' must be a prefix without a slash at either end"),
        ({"checkpoint_local_path": "checkpoints"}, "'checkpoint_local_path' must be an absolute path"),
    ],
)
def test_fails_on_arguments_that_sagemaker_would_refuse(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=r"must|is for") as caught:
        training(**changes)
    assert said in str(caught.value)


def test_fails_when_checkpoints_would_expire_during_a_run() -> None:
    scope = stack()
    bucket = CheckpointBucket(scope, "Checkpoints", expiration=cdk.Duration.days(1))
    with pytest.raises(ValueError, match=r"must be at least as long as a run can last \(2 days\), got 1 day"):
        SpotTraining(scope, "Training", image=IMAGE, capacity=[SPOT], checkpoint_bucket=bucket)


def test_fails_with_all_problems_at_once_and_before_anything_is_created() -> None:
    scope = stack()
    with pytest.raises(ValueError, match="'base_job_name'") as caught:
        SpotTraining(scope, "Training", image=IMAGE, capacity=[], base_job_name="X", output_prefix="/")
    assert len(str(caught.value).splitlines()) == 3
    training_scope = scope.node.find_child("Training")
    assert training_scope.node.children == []


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"checkpoint_bucket": True}, ["say base_job_name='test-training'"]),
        ({"checkpoint_bucket": True, "base_job_name": "churn"}, []),
        ({}, []),
    ],
)
def test_a_name_that_comes_of_the_place_is_told_where_checkpoints_outlive_it(
    options: dict[str, Any], told: list[str]
) -> None:
    scope = stack()
    if "checkpoint_bucket" in options:
        options = {**options, "checkpoint_bucket": s3.Bucket.from_bucket_name(scope, "Kept", "kept")}
    SpotTraining(scope, "Training", image=IMAGE, capacity=[SPOT], **options)
    found = [str(each.entry.data) for each in Annotations.from_stack(scope).find_info("*", Match.any_value())]
    assert len(found) == len(told)
    assert all(text in message for text, message in zip(told, found, strict=True))

"""SpotTrainingSweep: what it creates, and what it refuses before it creates anything."""

from __future__ import annotations

from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk.assertions import Match, Template

from constructs_lib import (
    Capacity,
    Halving,
    Objective,
    Percent,
    SpotTraining,
    SpotTrainingErrors,
    SpotTrainingSweep,
    TrainingImage,
)
from tests.support.templates import definition, stack, statements


def training(of: cdk.Stack, **options: Any) -> SpotTraining:
    defaults: dict[str, Any] = {
        "image": TrainingImage.from_ecr_repository(ecr.Repository.from_repository_name(of, "Image", "churn"), tag="1"),
        "capacity": [Capacity.spot("ml.m5.xlarge")],
        "metric_definitions": {"loss": "loss=(.*)"},
    }
    return SpotTraining(of, "Training", **{**defaults, **options})


def sweep(of: cdk.Stack, **arguments: Any) -> SpotTrainingSweep:
    chosen: dict[str, Any] = {"objective": Objective.minimize("loss"), **arguments}
    if "training" not in chosen:
        chosen["training"] = training(of)
    return SpotTrainingSweep(of, "Sweep", **chosen)


def test_it_is_a_machine_of_its_own_that_knows_the_training() -> None:
    of = stack()
    made = sweep(
        of, tolerated_failures=Percent(10), max_concurrency=20, halving=Halving(resource="epochs", rungs=[1, 3])
    )
    assert made.objective.metric_name == "loss"
    assert isinstance(made.state_machine, sfn.StateMachine)
    template = Template.from_stack(of)
    template.resource_count_is("AWS::StepFunctions::StateMachine", 2)
    template.has_resource_properties(
        "AWS::StepFunctions::StateMachine",
        {"Tags": Match.array_with([{"Key": "spot-training:sweep", "Value": "Sweep"}])},
    )
    states = definition(template, 0)["States"]
    if "Check runs" not in states:
        states = definition(template, 1)["States"]
    assert states["Train"]["ToleratedFailurePercentage"] == 10
    assert states["Train"]["MaxConcurrency"] == 20
    settings = states["Prepare"]["Assign"]["spot_sweep_settings"]
    assert settings["Halving"]["Rungs"] == [1, 3]
    assert settings["QuotaPatienceInSeconds"] == 86400
    assert settings["StateMachineArn"].startswith("<TrainingStateMachine")
    checked = states["Check runs"]["ItemProcessor"]["States"]["Deployed settings"]["Assign"]["spot_sweep_run_settings"]
    assert checked["BaseJobName"] == made.training.base_job_name


def test_its_role_starts_runs_of_this_training_alone() -> None:
    of = stack()
    made = sweep(of)
    found = statements(Template.from_stack(of), of="SweepStateMachineRole")
    starts = [each["Resource"] for each in found if each["Action"] == "states:StartExecution"]
    ids = (made.training.state_machine, made.state_machine)
    assert starts == [of.resolve(machine.state_machine_arn) for machine in ids]
    assert not any("sagemaker" in str(each["Action"]) or "iam" in str(each["Action"]) for each in found)


def test_a_sweep_may_stand_in_another_stack_with_a_log_group_of_yours() -> None:
    app = cdk.App()
    first, second = cdk.Stack(app, "First"), cdk.Stack(app, "Second")
    group = logs.LogGroup(second, "Group")
    made = SpotTrainingSweep(
        second, "Sweep", training=training(first), objective=Objective.maximize("loss"), log_group=group
    )
    assert made.log_group is group
    template = Template.from_stack(second)
    template.resource_count_is("AWS::Logs::LogGroup", 1)
    template.resource_count_is("AWS::StepFunctions::StateMachine", 1)


def test_it_is_encrypted_and_traced_as_its_training_is_unless_told_otherwise() -> None:
    of = stack()
    key, own = kms.Key(of, "Key"), kms.Key(of, "Own")
    made = training(of, state_machine_key=key, tracing=True)
    sweep(of, training=made)
    SpotTrainingSweep(
        of, "Other", training=made, objective=Objective.minimize("loss"), state_machine_key=own, tracing=False
    )
    found = Template.from_stack(of).find_resources("AWS::StepFunctions::StateMachine")
    told = {
        name.partition("StateMachine")[0]: (
            machine["Properties"]["EncryptionConfiguration"]["KmsKeyId"],
            machine["Properties"].get("TracingConfiguration", {}).get("Enabled", False),
        )
        for name, machine in found.items()
    }
    keys = (of.resolve(key.key_arn), of.resolve(own.key_arn))
    assert told == {"Training": (keys[0], True), "Sweep": (keys[0], True), "Other": (keys[1], False)}
    # whatever key it has itself, it asks for runs that have the training's
    of_runs = of.resolve(made.state_machine.state_machine_arn)
    for role in ("SweepStateMachineRole", "OtherStateMachineRole"):
        assert [
            each["Resource"]
            for each in statements(Template.from_stack(of), of=role)
            if each["Action"] == "kms:Decrypt"
            and each["Condition"]["StringEquals"]["kms:EncryptionContext:aws:states:stateMachineArn"] == of_runs
        ] == [keys[0]]


def test_an_algorithm_reports_metrics_of_its_own() -> None:
    of = stack()
    image = TrainingImage.from_built_in_algorithm("xgboost", version="1.7-1")
    made = training(of, image=image, metric_definitions={}, hyperparameters={"num_round": 1})
    SpotTrainingSweep(of, "Sweep", training=made, objective=Objective.minimize("validation:rmse"))


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "objective": (
        {"objective": Objective.minimize("accuracy")},
        "'objective' must be a metric that the training reports, got 'accuracy'; it reports loss: define it in",
    ),
    "kind": ({"objective": "loss"}, "'objective' must be an Objective, got 'loss'"),
    "concurrency": ({"max_concurrency": 0}, "'max_concurrency' must be from 1 to 1000, got 0"),
    "tolerated": ({"tolerated_failures": -1}, "'tolerated_failures' must be from 0 to 10000, or a Percent, got -1"),
    "training": ({"training": "churn"}, "'training' must be a SpotTraining, got 'churn'"),
    "log group": ({"log_group": "churn"}, "'log_group' must be a LogGroup, got 'churn'"),
    "patience": ({"quota_patience": cdk.Duration.days(31)}, "'quota_patience' must be at most 30 days, got 2678400"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_fails_before_anything_is_created(name: str) -> None:
    of = stack()
    arguments, said = REFUSED[name]
    with pytest.raises(ValueError, match=said):
        sweep(of, **arguments)


def test_fails_to_halve_what_does_not_checkpoint() -> None:
    of = stack()
    short = training(of, checkpointing=False, max_runtime=cdk.Duration.minutes(30), max_wait=cdk.Duration.minutes(50))
    with pytest.raises(ValueError, match="'halving' is for a training that checkpoints"):
        sweep(of, training=short, halving=Halving(resource="epochs", rungs=[1, 3]))


def test_fails_for_a_training_of_elsewhere() -> None:
    app = cdk.App()
    places = (cdk.Environment(account="111111111111", region=region) for region in ("eu-west-1", "us-east-1"))
    there, here = (cdk.Stack(app, f"Stack{number}", env=place) for number, place in enumerate(places))
    with pytest.raises(
        ValueError, match=r"'training' must be in the sweep's Region \(us-east-1\), .* got one in eu-west"
    ):
        sweep(here, training=training(there), max_concurrency=5)


def test_its_failure_can_be_caught_by_name() -> None:
    assert SpotTrainingErrors.SWEEP_FAILED == "SpotTraining.SweepFailed"

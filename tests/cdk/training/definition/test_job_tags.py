"""The tags that a scope around a training is given reach its jobs, in a machine of its own and as a task."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk.assertions import Template

from constructs_lib import (
    Capacity,
    CheckpointBucket,
    OutputBucket,
    SpotTraining,
    SpotTrainingTask,
    TrainingImage,
    TrainingOptions,
    TrainingRole,
)
from tests.support.templates import definition, stack

OPTIONS: TrainingOptions = {
    "image": TrainingImage.from_registry("123456789012.dkr.ecr.eu-west-1.amazonaws.com/churn:1.4"),
    "capacity": [Capacity.spot("ml.m5.xlarge")],
}


def own_machine(scope: cdk.Stack, **options: Any) -> None:
    SpotTraining(scope, "Training", **OPTIONS, **options)


def task(scope: cdk.Stack, **options: Any) -> None:
    state = SpotTrainingTask(
        scope,
        "Train",
        role=TrainingRole(scope, "Role"),
        checkpoint_bucket=CheckpointBucket(scope, "Checkpoints"),
        output_bucket=OutputBucket(scope, "Models"),
        **OPTIONS,
        **options,
    )
    sfn.StateMachine(scope, "Machine", definition_body=sfn.DefinitionBody.from_chainable(state))


@pytest.fixture(params=[own_machine, task], ids=["machine", "task"])
def make(request: pytest.FixtureRequest) -> Callable[..., None]:
    made: Callable[..., None] = request.param
    return made


def job_tags(scope: cdk.Stack) -> dict[str, str] | None:
    states = definition(Template.from_stack(scope))["States"]
    if "Prepare" not in states:
        (outer,) = states.values()
        states = {name.rpartition(" ")[2]: state for name, state in outer["Branches"][0]["States"].items()}
    tags = states["Prepare"]["Assign"]["spot_training_settings"]["Request"].get("Tags")
    return None if tags is None else {tag["Key"]: tag["Value"] for tag in tags}


def test_nothing_tagged_is_nothing_sent(make: Callable[..., None]) -> None:
    scope = stack()
    make(scope)
    assert job_tags(scope) is None


def test_own_tags_win_over_those_of_the_scopes(make: Callable[..., None]) -> None:
    scope = stack()
    make(scope, tags={"team": "churn", "own": "1"})
    cdk.Tags.of(scope.node.root).add("team", "everybody")
    cdk.Tags.of(scope.node.root).add("cost", "1234")
    cdk.Tags.of(scope).add("region", scope.region)
    cdk.Tags.of(scope).add("buckets", "yes", include_resource_types=["AWS::S3::Bucket"])
    cdk.Tags.of(scope).add("jobs", "yes", include_resource_types=["AWS::SageMaker::TrainingJob"])
    found = {"team": "churn", "own": "1", "cost": "1234", "jobs": "yes", "region": "<AWS::Region>"}
    assert job_tags(scope) == found


def test_own_tags_alone_are_sent_as_they_are(make: Callable[..., None]) -> None:
    scope = stack()
    make(scope, tags={"b": "1", "a": "2"})
    assert job_tags(scope) == {"b": "1", "a": "2"}


def test_fails_on_too_many_tags_of_its_own(make: Callable[..., None]) -> None:
    with pytest.raises(ValueError, match=r"must be at most 48 tags of a job, which gets two more .*, got 49"):
        make(stack(), tags={f"t{number}": "x" for number in range(49)})


def test_fails_at_synth_on_tags_that_a_job_may_not_have(make: Callable[..., None]) -> None:
    scope = stack()
    make(scope, tags={f"t{number}": "x" for number in range(47)})
    cdk.Tags.of(scope).add("one", "more")
    assert len(job_tags(scope) or {}) == 48
    scope = stack()
    make(scope, tags={f"t{number}": "x" for number in range(47)})
    cdk.Tags.of(scope).add("one", "more")
    cdk.Tags.of(scope).add("another", "a;b")
    with pytest.raises(RuntimeError, match=r"(?s)got 49.*'Tags\[47\].Value' must match"):
        Template.from_stack(scope)

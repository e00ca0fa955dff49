"""Hyperparameters as the program gets them: a string stays the string that it is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import Stack
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_s3 as s3
from aws_cdk.assertions import Template

from constructs_lib import Capacity, SpotTraining, TrainingImage, TrainingSource
from constructs_lib.local.training_jobs.instance.framework.hyperparameters import decoded
from constructs_lib.training_job.input_fields import SOURCE_HYPERPARAMETERS
from tests.support.templates import definition, flat, stack

FRAMEWORK = TrainingImage.from_framework("pytorch", "2.6.0", accelerator="cpu")
URI = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/churn:1.4"
GIVEN: dict[str, Any] = {
    "version": "1.10",
    "commit": "1e10",
    "note": "null",
    "quoted": 'a "b" \\',
    "rate": 1e-5,
    "fast": True,
    "n": 3,
}


@pytest.fixture
def source(tmp_path: Path) -> TrainingSource:
    (tmp_path / "train.py").write_text("print('trained')")
    return TrainingSource.from_directory(tmp_path, "train.py")


def prepared(made: Stack, image: TrainingImage, **options: Any) -> dict[str, Any]:
    SpotTraining(made, "Training", image=image, capacity=[Capacity.spot("ml.m5.xlarge")], **options)
    states = definition(Template.from_stack(made))["States"]
    settings: dict[str, Any] = states["Prepare"]["Assign"]["spot_training_settings"]
    return settings


def test_a_program_from_a_source_gets_what_was_written(source: TrainingSource) -> None:
    made = stack()
    bucket = s3.Bucket(made, "Data")
    given = {**GIVEN, "bucket": bucket.bucket_name}
    settings = prepared(made, FRAMEWORK, source=source, hyperparameters=given)
    assert settings["DecodesHyperParameters"] is True
    sent = settings["Request"]["HyperParameters"]
    got = decoded(sent)
    assert {name: got[name] for name in GIVEN} == GIVEN
    assert sent["bucket"] == f'"{flat(made.resolve(bucket.bucket_name))}"'
    assert got["sagemaker_program"] == "train.py"
    # tokens stand between the quotes, as what they are resolved to
    assert sent["sagemaker_program"] == json.dumps("train.py")
    assert all(
        sent[name][:: len(sent[name]) - 1] == '""' for name in ("sagemaker_region", "sagemaker_submit_directory")
    )


@pytest.mark.parametrize("name", SOURCE_HYPERPARAMETERS)
def test_fails_on_what_the_source_sets(source: TrainingSource, name: str) -> None:
    both = {"hyperparameters": {name: "mine"}, "training_job_overrides": {"HyperParameters": {name: "mine"}}}
    for argument, given in both.items():
        with pytest.raises(ValueError, match=f"'{argument}' must not set '{name}', which 'source' sets, got 'mine'"):
            prepared(stack(), FRAMEWORK, source=source, **{argument: given})
    by_hand = {"sagemaker_program": "mine", name: "mine"}
    assert prepared(stack(), FRAMEWORK, hyperparameters=by_hand)["Request"]["HyperParameters"] == by_hand


def test_a_source_sets_these(source: TrainingSource) -> None:
    assert tuple(source.bind(stack()).hyperparameters) == SOURCE_HYPERPARAMETERS


def test_an_algorithm_gets_plain_texts() -> None:
    image = TrainingImage.from_built_in_algorithm("xgboost", "1.7-1")
    settings = prepared(stack(), image, hyperparameters={"objective": "reg:squarederror", "num_round": 50})
    assert settings["DecodesHyperParameters"] is False
    assert settings["Request"]["HyperParameters"] == {"objective": "reg:squarederror", "num_round": "50"}


def test_an_image_of_ones_own_says_what_it_does(source: TrainingSource, tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM scratch\n")
    made = stack()
    repository = ecr.Repository.from_repository_name(made, "Repository", "churn")
    for told in (True, False, None):
        images = [
            TrainingImage.from_registry(URI, decodes_hyperparameters=told),
            TrainingImage.from_ecr_repository(repository, tag="1.4", decodes_hyperparameters=told),
            TrainingImage.from_asset(tmp_path, decodes_hyperparameters=told),
        ]
        assert [image.decodes_hyperparameters for image in images] == [told] * 3
    own = prepared(made, TrainingImage.from_registry(URI, decodes_hyperparameters=True), hyperparameters={"a": "1"})
    assert own["Request"]["HyperParameters"] == {"a": '"1"'}
    plain = TrainingImage.from_registry(URI, decodes_hyperparameters=False)
    settings = prepared(stack(), plain, source=source, hyperparameters={"a": "1"})
    assert settings["Request"]["HyperParameters"]["a"] == "1"
    assert settings["DecodesHyperParameters"] is False


def test_those_of_a_capacity_are_sent_in_the_same_way(source: TrainingSource) -> None:
    made = stack()
    bucket = s3.Bucket(made, "Data")
    plan = [
        Capacity.spot("ml.m5.xlarge", hyperparameters={**GIVEN, "bucket": bucket.bucket_name}),
        Capacity.on_demand("ml.m5.xlarge", environment={"NPROC": "4"}),
    ]
    SpotTraining(made, "Training", image=FRAMEWORK, source=source, capacity=plan)
    states = definition(Template.from_stack(made))["States"]
    spot, on_demand = states["Prepare"]["Assign"]["spot_training_settings"]["Capacities"]
    got = decoded(spot["HyperParameters"])
    assert {name: got[name] for name in GIVEN} == GIVEN
    assert spot["HyperParameters"]["bucket"] == f'"{flat(made.resolve(bucket.bucket_name))}"'
    assert (on_demand["Environment"], "HyperParameters" in on_demand) == ({"NPROC": "4"}, False)


def refused(*plan: Capacity, **options: Any) -> str:
    with pytest.raises(ValueError) as caught:
        SpotTraining(stack(), "Training", image=TrainingImage.from_registry(URI), capacity=plan, **options)
    return str(caught.value)


def test_fails_on_what_the_source_sets_for_a_capacity(source: TrainingSource) -> None:
    plan = [Capacity.spot("ml.m5.xlarge"), Capacity.on_demand("ml.m5.xlarge", hyperparameters={"sagemaker_program": 1})]
    assert refused(*plan, source=source) == (
        "'capacity[1]' must not set 'sagemaker_program', which 'source' sets, got 1; leave one out"
    )


def test_fails_on_limits_that_are_passed_with_a_capacity_alone() -> None:
    own = Capacity.spot(
        "ml.m5.xlarge", hyperparameters={"a": "x" * 2501, "b": 1}, environment={f"OWN_{n}": "" for n in range(50)}
    )
    both = {
        "hyperparameters": {f"p{n}": n for n in range(99)},
        "environment": {f"P{n}": "" for n in range(50)},
    }
    plain = Capacity.on_demand("ml.m5.xlarge")
    assert set(refused(plain, own, **both).splitlines()) == {
        "'HyperParameters' must have at most 100 entries, got 101; it is set by 'hyperparameters' and by capacity[1]",
        "'HyperParameters.a' must have at most 2500 characters, got 2501; it is set by 'hyperparameters' and by "
        "capacity[1]",
        "'Environment' must have at most 100 entries, got 101; it is set by 'environment' and by capacity[1]",
    }


def test_fails_on_the_variable_that_the_run_sets() -> None:
    mark = {"SPOT_TRAINING_RUN": "mine"}
    sentence = "must not set 'SPOT_TRAINING_RUN', which the run itself sets; leave it out"
    plain = Capacity.on_demand("ml.m5.xlarge")
    assert refused(plain, environment=mark) == f"'environment' {sentence}"
    overrides = {"Environment": mark}
    assert refused(plain, training_job_overrides=overrides) == f"'training_job_overrides' {sentence}"

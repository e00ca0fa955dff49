"""Which images let a run name another tag, and what the machine is told of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from aws_cdk import Stack
from aws_cdk import aws_ecr as ecr
from aws_cdk.assertions import Template

from constructs_lib import Capacity, SpotTraining, TrainingImage
from tests.support.templates import definition, flat, stack

URI = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/churn"
DIGEST = "sha256:" + "0" * 64
PLAN = [Capacity.on_demand("ml.m5.xlarge")]


def prepared(made: Stack, image: TrainingImage, *tags: str) -> dict[str, Any]:
    SpotTraining(made, "Training", image=image, capacity=PLAN, allowed_image_tags=tags)
    states = definition(Template.from_stack(made))["States"]
    settings: dict[str, Any] = states["Prepare"]["Assign"]["spot_training_settings"]
    return settings


def test_an_image_of_a_repository_lets_other_tags_be_named() -> None:
    made = stack()
    repository = ecr.Repository(made, "Repository")
    settings = prepared(made, TrainingImage.from_ecr_repository(repository, tag="1.4"), "1.*", "nightly-*")
    assert settings["ImageRepository"] == flat(made.resolve(repository.repository_uri))
    assert settings["Request"]["AlgorithmSpecification"]["TrainingImage"] == settings["ImageRepository"] + ":1.4"
    assert settings["ImageTags"] == ["1.*", "nightly-*"]


@pytest.mark.parametrize("uri", [f"{URI}:1.4", URI])
def test_an_image_by_its_uri_too(uri: str) -> None:
    assert prepared(stack(), TrainingImage.from_registry(uri), "1.5")["ImageRepository"] == URI


def test_nothing_is_told_where_no_tag_is_allowed() -> None:
    settings = prepared(stack(), TrainingImage.from_registry(f"{URI}:1.4"))
    assert not {"ImageRepository", "ImageTags"} & settings.keys()


def others(made: Stack, folder: Path) -> list[TrainingImage]:
    (folder / "Dockerfile").write_text("FROM scratch")
    return [
        TrainingImage.from_ecr_repository(ecr.Repository(made, "Repository"), digest=DIGEST),
        TrainingImage.from_registry(f"{URI}@{DIGEST}"),
        TrainingImage.from_registry(f"{URI}:1.4@{DIGEST}"),
        TrainingImage.from_registry("registry.example.com/churn:1.4", repository_access_mode="Vpc"),
        TrainingImage.from_asset(folder),
        TrainingImage.from_framework("pytorch", "2.6.0", accelerator="cpu"),
        TrainingImage.from_built_in_algorithm("xgboost", "1.7-1"),
        TrainingImage.from_algorithm_arn("churn"),
    ]


def test_fails_on_an_image_of_another_kind(tmp_path: Path) -> None:
    made = stack()
    for number, image in enumerate(others(made, tmp_path)):
        with pytest.raises(ValueError, match="'allowed_image_tags' is for an image of an Amazon ECR repository"):
            SpotTraining(made, f"Training{number}", image=image, capacity=PLAN, allowed_image_tags=["1.*"])


@pytest.mark.parametrize("tag", ["", "-x", "a b", "a:b", DIGEST, "x" * 129])
def test_fails_on_what_is_no_tag(tag: str) -> None:
    image = TrainingImage.from_registry(f"{URI}:1.4")
    with pytest.raises(ValueError, match="'allowed_image_tags' must have tags, 1 to 128 letters") as caught:
        SpotTraining(stack(), "Training", image=image, capacity=PLAN, allowed_image_tags=["1.*", tag])
    assert len(str(caught.value).splitlines()) == 1

"""What SageMaker's own algorithms refuse: refused at synth, for the deployed request of every capacity."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_s3 as s3
from aws_cdk.assertions import Annotations, Match

from constructs_lib import Capacity, SpotTraining, TrainingChannel, TrainingImage, TrainingSource
from constructs_lib.cdk.images.algorithm_limits import ALGORITHM_LIMITS, limits_of, limits_of_uri
from constructs_lib.cdk.images.built_in_algorithms import ALGORITHMS

GPU = Capacity.spot("ml.g5.xlarge")
XGBOOST = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost"


def built_in(name: str, version: str | None = None) -> TrainingImage:
    return TrainingImage.from_built_in_algorithm(name, version)  # type: ignore[arg-type]


def train(stack: cdk.Stack, image: TrainingImage, capacity: Capacity | None = None, **options: Any) -> list[str]:
    """Make a training, and return its warnings."""
    plan = [Capacity.spot("ml.m5.xlarge") if capacity is None else capacity]
    options.setdefault("max_runtime", cdk.Duration.minutes(30))
    options.setdefault("max_wait", cdk.Duration.hours(1))
    training = SpotTraining(stack, "Training", image=image, capacity=plan, **options)
    found = Annotations.from_stack(cdk.Stack.of(training)).find_warning("*", Match.any_value())
    return [str(each.entry.data) for each in found]


def channel(stack: cdk.Stack, **options: Any) -> dict[str, TrainingChannel]:
    return {"train": TrainingChannel.from_bucket(s3.Bucket.from_bucket_name(stack, "Data", "data"), "in/", **options)}


def test_every_algorithm_but_the_framework_has_its_row_and_page() -> None:
    assert [*ALGORITHM_LIMITS, "sklearn"] == [*sorted(ALGORITHM_LIMITS), "sklearn"]
    assert set(ALGORITHMS) - set(ALGORITHM_LIMITS) == {"sklearn"}
    for limits in ALGORITHM_LIMITS.values():
        assert limits.page.startswith("https://docs.aws.amazon.com/sagemaker/latest/dg/")


@pytest.mark.parametrize(
    "image", [built_in("kmeans"), built_in("xgboost", "1.5-1"), TrainingImage.from_registry(f"{XGBOOST}:1.7-1")]
)
@pytest.mark.parametrize(
    "options",
    [
        {"metric_definitions": {"loss": "loss=([0-9.]+)"}},
        {"training_job_overrides": {"AlgorithmSpecification": {"MetricDefinitions": [{"Name": "a", "Regex": "(b)"}]}}},
    ],
)
def test_fails_on_metrics_of_ones_own(stack: cdk.Stack, image: TrainingImage, options: dict[str, Any]) -> None:
    with pytest.raises(
        ValueError, match=r"'AlgorithmSpecification.MetricDefinitions' cannot be set for '(kmeans|xgboost)'"
    ):
        train(stack, image, **options)


def test_fails_on_metrics_in_script_mode(stack: cdk.Stack, tmp_path: Path) -> None:
    (tmp_path / "train.py").touch()
    with pytest.raises(ValueError, match="cannot be set for 'xgboost', whose metrics SageMaker defines"):
        train(
            stack,
            built_in("xgboost", "1.7-1"),
            source=TrainingSource.from_directory(tmp_path, "train.py"),
            metric_definitions={"loss": "loss=([0-9.]+)"},
        )


def test_a_framework_may_have_metrics_of_its_own(stack: cdk.Stack) -> None:
    own: dict[str, Any] = {
        "metric_definitions": {"loss": "loss=([0-9.]+)"},
        "container_entrypoint": ["python", "train.py"],
    }
    assert train(stack, built_in("sklearn", "1.2-1"), **own) == []


@pytest.mark.parametrize("algorithm", ["image-classification", "object-detection", "semantic-segmentation", "seq2seq"])
def test_fails_without_a_gpu_where_one_is_needed(stack: cdk.Stack, algorithm: str) -> None:
    with pytest.raises(ValueError, match=f"must have a GPU for '{algorithm}', got 'ml.c5.xlarge', 'ml.trn1.2xlarge'"):
        train(
            stack,
            built_in(algorithm),
            Capacity.spot("ml.c5.xlarge"),
            allowed_instance_types=["ml.g5.2xlarge", "ml.trn1.2xlarge"],
        )
    assert train(cdk.Stack(cdk.App(), "Other"), built_in(algorithm), GPU) == []


@pytest.mark.parametrize(
    ("algorithm", "several"),
    [
        ("lda", Capacity.spot("ml.c5.xlarge", instance_count=2)),
        ("object2vec", Capacity.spot("ml.c5.xlarge", instance_count=2)),
        ("semantic-segmentation", Capacity.spot("ml.g5.xlarge", instance_count=2)),
        ("seq2seq", Capacity.on_demand("ml.g5.xlarge", instance_count=2)),
    ],
)
def test_fails_on_several_instances_where_one_trains(stack: cdk.Stack, algorithm: str, several: Capacity) -> None:
    options = {} if several.is_spot else {"max_wait": None}
    with pytest.raises(ValueError, match=f"must be 1 for '{algorithm}', which trains on one instance only, got 2"):
        train(stack, built_in(algorithm), several, **options)
    assert (
        train(cdk.Stack(cdk.App(), "Other"), built_in("kmeans"), Capacity.spot("ml.c5.xlarge", instance_count=2)) == []
    )


@pytest.mark.parametrize("algorithm", ["forecasting-deepar", "ipinsights", "object2vec", "seq2seq"])
def test_fails_on_a_pipe_where_files_are_read(algorithm: str) -> None:
    first, second, third = (cdk.Stack(cdk.App(), name) for name in ("First", "Second", "Third"))
    with pytest.raises(ValueError, match=rf"'InputDataConfig\[0\].InputMode' cannot be 'Pipe' for '{algorithm}'"):
        train(first, built_in(algorithm), GPU, channels=channel(first, input_mode="Pipe"))
    with pytest.raises(
        ValueError, match=rf"'AlgorithmSpecification.TrainingInputMode' cannot be 'Pipe' for '{algorithm}'"
    ):
        train(second, built_in(algorithm), GPU, channels=channel(second), input_mode="Pipe")
    assert (
        train(third, built_in(algorithm), GPU, channels=channel(third, input_mode="FastFile"), input_mode="Pipe") == []
    )


@pytest.mark.parametrize(
    ("algorithm", "content_type", "told"),
    [
        ("kmeans", "text/libsvm", True),
        ("kmeans", "text/csv;label_size=0", False),
        ("factorization-machines", "text/csv", True),
        ("image-classification", "application/x-image", False),
    ],
)
def test_a_content_type_that_is_not_read_is_told(
    stack: cdk.Stack, algorithm: str, content_type: str, told: bool
) -> None:
    warnings = train(stack, built_in(algorithm), GPU, channels=channel(stack, content_type=content_type))
    assert len(warnings) == told
    assert all(f"is '{content_type}', which '{algorithm}' is not known to read" in warning for warning in warnings)


def test_xgboost_that_may_begin_anew_is_told(tmp_path: Path) -> None:
    (tmp_path / "train.py").touch()
    script = TrainingSource.from_directory(tmp_path, "train.py")
    stacks = [cdk.Stack(cdk.App(), f"Stack{number}") for number in range(4)]
    (told,) = train(stacks[0], built_in("xgboost", "1.7-1"))
    assert told.startswith("'CheckpointConfig' may be in vain: by its public source this version of XGBoost does not")
    assert train(stacks[1], built_in("xgboost", "1.5-1")) == []
    assert train(stacks[2], built_in("xgboost", "1.7-1"), source=script) == []
    assert train(stacks[3], built_in("xgboost", "1.7-1"), checkpointing=False) == []


def test_an_image_is_known_by_its_uri() -> None:
    assert limits_of_uri(f"{XGBOOST}:1.5-1") == limits_of("xgboost", "1.5-1")
    assert limits_of_uri(f"{XGBOOST}:1.0-1-cpu-py3") == limits_of("xgboost", "1.0-1")
    assert limits_of_uri(f"{XGBOOST}:9.9-9") == limits_of("xgboost", "3.2-0")
    assert limits_of_uri("811284229777.dkr.ecr.us-east-1.amazonaws.com/seq2seq:1") == ALGORITHM_LIMITS["seq2seq"]
    assert limits_of_uri("123456789012.dkr.ecr.us-east-1.amazonaws.com/seq2seq:1") is None
    assert limits_of_uri("683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-scikit-learn:1.2-1-cpu-py3") is None
    assert limits_of_uri("library/python:3.12") is None

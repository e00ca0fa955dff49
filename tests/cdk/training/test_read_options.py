"""Every argument is read in one place: accepted, or refused by a sentence that names it, and all of them at once."""

from __future__ import annotations

import inspect
import math
import typing
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from aws_cdk.aws_cloudwatch_actions import SnsAction
from hypothesis import example, given, settings
from hypothesis import strategies as st

from constructs_lib import (
    Capacity,
    CheckpointBucket,
    OutputBucket,
    Permission,
    SpotTraining,
    SpotTrainingDashboard,
    SpotTrainingTask,
    TrainingImage,
    TrainingOptions,
    TrainingRole,
)
from constructs_lib.cdk.training.read_options import read_options
from tests.support.templates import stack

IMAGE = TrainingImage.from_registry("123456789012.dkr.ecr.eu-west-1.amazonaws.com/churn:1.4")
SPOT = Capacity.spot("ml.m5.xlarge")
TAKES = inspect.signature(SpotTraining.__init__)
TASK_TAKES = inspect.signature(SpotTrainingTask.__init__)
TOKEN = cdk.Token.as_number({"Ref": "Number"})
STACK = stack()


def read(takes: inspect.Signature = TAKES, **given: Any) -> Any:
    return read_options(takes, {"image": IMAGE, "capacity": [SPOT], **given}, path=lambda: "Test/Training").options


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (
            {"deadline": "60h"},
            "'deadline' must be a Deadline, got '60h'; Deadline.after(…, expected_runtime=…) makes one",
        ),
        ({"capacity": SPOT}, "'capacity' must be a list of Capacity, got a Capacity; put it in a list, […]"),
        ({"max_runtime": 3600}, "'max_runtime' must be a Duration, got 3600; write Duration.hours(…)"),
        ({"image": "churn:1.4"}, "'image' must be a TrainingImage, got 'churn:1.4'; TrainingImage.from_registry(…)"),
        (
            {"channels": {"train": "s3://b/in/"}},
            "'channels' must be a mapping of names to TrainingChannel, got 's3://b/in/' for 'train'; TrainingChannel.",
        ),
        ({"capacity": [None]}, "'capacity' must be a list of Capacity, got None at [0]"),
        ({"container_entrypoint": "python"}, "'container_entrypoint' must be a list of strings, got 'python'; put it"),
        (
            {"allowed_instance_types": ["m5\n"]},
            "'allowed_instance_types' must have types that begin with 'ml.', got 'm5\\n'",
        ),
        ({"allowed_instance_types": "ml.m5.large"}, "'allowed_instance_types' must be a list of strings"),
        ({"vpc": "vpc-1"}, "'vpc' must be a Vpc, got 'vpc-1'; ec2.Vpc.from_lookup"),
        ({"encryption_key": s3.Bucket(STACK, "Bucket")}, "'encryption_key' must be a Key, got a Bucket"),
        ({"role": "arn:aws:iam::123456789012:role/x"}, "'role' must be a Role, got 'arn:aws"),
        ({"checkpoint_bucket": "bucket"}, "'checkpoint_bucket' must be a Bucket, got 'bucket'; s3.Bucket.from_"),
        ({"log_group": "group"}, "'log_group' must be a LogGroup, got 'group'"),
        ({"log_execution_data": "no"}, "'log_execution_data' must be True or False, got 'no'"),
        ({"state_machine_name": "a b"}, "'state_machine_name' must be 1 to 80 letters, digits and any of"),
        ({"run_timeout": 60}, "'run_timeout' must be a Duration, got 60"),
        ({"max_runtime": cdk.Duration.seconds(90.5)}, "'max_runtime' must be whole seconds, got 90.5 seconds; round"),
        ({"max_wait": cdk.Duration.millis(500)}, "'max_wait' must be whole seconds, got 0.5 seconds"),
        ({"keep_alive": cdk.Duration.seconds(TOKEN)}, "'keep_alive' must be known at synth, got a token"),
        ({"max_pending": cdk.Duration.hours(TOKEN)}, "'max_pending' must be known at synth, got a token"),
        ({"volume_size": 50}, "'volume_size' must be a Size, got 50; write Size.gibibytes(…)"),
        ({"volume_size": cdk.Size.mebibytes(1500)}, "'volume_size' must be whole GiB, got 1.46484 GiB; round it"),
        ({"volume_size": cdk.Size.mebibytes(TOKEN)}, "'volume_size' must be in GiB where it is a token"),
        (
            {"volume_size": cdk.Size.gibibytes(0)},
            "'volume_size' must be at least 1 GiB, got 0 GiB; leave it out for 30",
        ),
        ({"hyperparameters": {"a": 1.0, "b": math.nan}}, "'hyperparameters' must be a mapping of names to strings, n"),
        ({"hyperparameters": {"a": -math.inf}}, "'hyperparameters' must be a mapping of names to strings, numbers and"),
        (
            {"metric_definitions": {"loss": "loss=(.*"}},
            "'metric_definitions' must have regular expressions, got 'loss=(.*' for 'loss', which has a mistake: miss",
        ),
        ({"maximum_retry_attempts": math.inf}, "'maximum_retry_attempts' must be a whole number, got inf"),
        ({"maximum_retry_attempts": 2.5}, "'maximum_retry_attempts' must be a whole number, got 2.5"),
        ({"tags": [{"Key": "a", "Value": "b"}]}, "'tags' must be a mapping of names to strings"),
    ],
)
def test_fails_on_another_kind(given: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=" must ") as caught:
        read(**given)
    assert str(caught.value).startswith(said)


LISTS = [name for name, hint in typing.get_type_hints(TrainingOptions).items() if "Sequence[" in str(hint)]


@pytest.mark.parametrize("option", LISTS)
def test_fails_on_a_text_where_a_list_is_wanted(option: str) -> None:
    assert len(LISTS) >= 6
    with pytest.raises(ValueError, match=rf"^'{option}' must be a list of .*, got 'python train.py'"):
        read(TAKES, **{option: "python train.py"})


FRAMEWORK = TrainingImage.from_framework("pytorch", "2.6.0", accelerator="cpu")
NEEDS_SOURCE = "'source' is required for a framework image, which has no program of its own; write TrainingSource"


@pytest.mark.parametrize("image", [FRAMEWORK, TrainingImage.from_built_in_algorithm("sklearn", "1.2-1")])
def test_fails_on_a_framework_image_without_a_program(image: TrainingImage) -> None:
    with pytest.raises(ValueError, match=f"^{NEEDS_SOURCE}"):
        read(image=image)


@pytest.mark.parametrize(
    "given",
    [
        {"image": FRAMEWORK, "container_entrypoint": ["python", "/opt/ml/input/data/code/train.py"]},
        {"image": FRAMEWORK, "hyperparameters": {"sagemaker_program": "train.py"}},
        {"image": FRAMEWORK, "training_job_overrides": {"HyperParameters": {"sagemaker_program": "train.py"}}},
        {"image": TrainingImage.from_built_in_algorithm("xgboost", "1.7-1")},
    ],
)
def test_an_image_that_has_something_to_run_needs_no_source(given: dict[str, Any]) -> None:
    read(**given)


@pytest.mark.parametrize("regex", ["loss=([0-9.]+);", r"(?<loss>\d+)", r"\p{Alpha}+(\d)", "(?<=a+)(b)", "[a&&[b]](c)"])
def test_a_regular_expression_of_another_dialect_is_taken(regex: str) -> None:
    read(metric_definitions={"loss": regex})


def test_fails_with_names_kinds_and_values_at_once() -> None:
    given = {"image": None, "capacity": SPOT, "max_runtim": 1, "base_job_name": "X", "vpc": 1, "tags": None}
    with pytest.raises(TypeError) as caught:
        read_options(TAKES, given, path=lambda: "Test/Training")
    told = [line.partition(" must")[0].partition("; ")[0] for line in str(caught.value).splitlines()]
    assert told == ["there is no option 'max_runtim'", "'image' is required", "'capacity'", "'base_job_name'", "'vpc'"]
    assert "did you mean 'max_runtime'" in str(caught.value)


def test_fails_on_a_task_without_what_it_needs() -> None:
    with pytest.raises(TypeError, match=r"^'role' is required\n'checkpoint_bucket' is required"):
        read(TASK_TAKES, role=None, output_bucket="b")


def test_imported_and_owned_constructs_are_of_their_kinds() -> None:
    scope = stack()
    keys = "arn:aws:kms:eu-west-1:123456789012:key/1"
    for role in (
        iam.Role.from_role_arn(scope, "Role", "arn:aws:iam::123456789012:role/x"),
        iam.Role.from_role_arn(scope, "Fixed", "arn:aws:iam::123456789012:role/x", mutable=False),
        TrainingRole(scope, "Own"),
    ):
        read(
            role=role,
            output_bucket=s3.Bucket.from_bucket_name(scope, f"Bucket{role.node.id}", "bucket"),
            output_key=kms.Key.from_key_arn(scope, f"Key{role.node.id}", keys),
            log_group=logs.LogGroup.from_log_group_name(scope, f"Log{role.node.id}", "log"),
        )


def test_what_is_not_given_is_its_default_and_lengths_are_seconds() -> None:
    options = read(max_pending=cdk.Duration.hours(1), volume_size=cdk.Size.gibibytes(TOKEN), tags=None)
    assert (options.max_pending, options.keep_alive, options.input_mode) == (3600, None, "File")
    assert (options.volume_size, options.tags, options.log_execution_data) == (TOKEN, {}, False)


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (lambda: CheckpointBucket(stack(), "B", expiration=30), "'expiration' must be a Duration, got 30"),  # type: ignore[arg-type]
        (lambda: OutputBucket(stack(), "B", encryption_key="key"), "'encryption_key' must be a Key, got 'key'"),  # type: ignore[arg-type]
        (lambda: TrainingRole(stack(), "R", path=1), "'path' must be a string, got 1"),  # type: ignore[arg-type]
        (
            lambda: SpotTrainingDashboard(stack(), "D", trainings="x"),  # type: ignore[arg-type]
            "'trainings' must be a list of SpotTraining, got 'x'",
        ),
        (lambda: Capacity.spot("ml.m5.xlarge", max_wait=60), "'max_wait' must be a Duration, got 60"),  # type: ignore[arg-type]
        (
            lambda: Capacity.spot("ml.m5.xlarge", max_wait=cdk.Duration.seconds(90.5)),
            "'max_wait' must be whole seconds, got 90.5 seconds",
        ),
        (
            lambda: TrainingImage.from_asset(".", exclude="*.csv"),
            "'exclude' must be a list of strings, got '*.csv'; put it in a list, […]",
        ),
        (
            lambda: TrainingImage.from_asset(".", build_args={"a": 1}),  # type: ignore[dict-item]
            "'build_args' must be a mapping of names to strings, got 1 for 'a'",
        ),
        (
            lambda: Permission(actions="s3:GetObject", resources=["*"], why="", page=""),
            "'actions' must be a list of strings, got 's3:GetObject'; put it in a list, […]",
        ),
        (
            lambda: SpotTraining(stack(), "T", image=IMAGE, capacity=[SPOT]).alarm_on_interruptions(
                "A",
                threshold=math.nan,  # type: ignore[arg-type]
                action=SnsAction(sns.Topic(stack(), "Topic")),
            ),
            "'threshold' must be a whole number, got nan",
        ),
        (lambda: Capacity.spot_groups("x"), "'groups' must be a list of InstanceGroup, got 'x'"),  # type: ignore[arg-type]
    ],
)
def test_fails_on_another_kind_in_the_other_constructs(made: Any, said: str) -> None:
    with pytest.raises(ValueError, match="must be") as caught:
        made()
    assert str(caught.value).startswith(said)


NAMES = [name for name, each in TAKES.parameters.items() if each.kind is inspect.Parameter.KEYWORD_ONLY]
DURATIONS = st.one_of(st.integers(0, 10**9), st.floats(0, 10**7), st.just(TOKEN)).map(cdk.Duration.seconds)
ANYTHING = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=90), st.binary(max_size=3),
    st.lists(st.text(max_size=4), max_size=3), st.dictionaries(st.text(max_size=4), st.text(max_size=4), max_size=2),
    st.dictionaries(st.integers(), st.none(), max_size=1), st.just(object()), st.just(STACK), st.just([SPOT]),
    st.just(SPOT), st.just(IMAGE), st.just(cdk.Token.as_string({"Ref": "Text"})), DURATIONS,
    st.just(cdk.Size.gibibytes(8)),
    st.just({"ResourceConfig": {"VolumeSizeInGB": 9}}), st.just(["ml.m5.large"]),
)  # fmt: skip
OF_TASKS = ["run_name", "run_input", "role", "checkpoint_bucket", "max_wait"]


@example({"checkpointing": False})
@settings(max_examples=300, deadline=None)
@given(st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=8), ANYTHING, max_size=4))
def test_arbitrary_arguments_are_read_or_refused_by_name(given: dict[str, Any]) -> None:
    said = {"image": IMAGE, "capacity": [SPOT], **given}
    try:
        read_options(TAKES, said, path=lambda: "Test/Training")
    except (TypeError, ValueError) as error:
        for line in str(error).splitlines():
            assert any(repr(name) in line or f"'{name}'" in line for name in said), line


@settings(max_examples=40, deadline=None)
@given(given=st.dictionaries(st.sampled_from(NAMES), ANYTHING, min_size=1, max_size=2))
def test_arbitrary_arguments_make_a_construct_or_are_refused_by_name(given: dict[str, Any]) -> None:
    try:
        SpotTraining(stack(), "Training", **{"image": IMAGE, "capacity": [SPOT], **given})
    except (TypeError, ValueError) as error:
        for line in str(error).splitlines():
            assert any(f"'{name}'" in line for name in given), line


@settings(max_examples=20, deadline=None)
@given(st.dictionaries(st.sampled_from(OF_TASKS), ANYTHING, max_size=2))
def test_arbitrary_arguments_make_a_task_or_are_refused_by_name(given: dict[str, Any]) -> None:
    scope = stack()
    parts = {
        "image": IMAGE,
        "capacity": [SPOT],
        "role": TrainingRole(scope, "Role"),
        "checkpoint_bucket": CheckpointBucket(scope, "Checkpoints"),
        "output_bucket": OutputBucket(scope, "Models"),
    }
    try:
        SpotTrainingTask(scope, "Train", **{**parts, **given})
    except (TypeError, ValueError) as error:
        for line in str(error).splitlines():
            assert any(f"'{name}'" in line for name in given), line


def test_help_shows_every_option_with_its_type() -> None:
    shown = str(TAKES)
    assert "image: constructs_lib.cdk.images.training_image.TrainingImage," in shown
    assert "max_runtime: aws_cdk.Duration | None = None" in shown
    assert "role: " in shown
    assert "**options" not in shown
    assert set(TrainingOptions.__annotations__) <= set(TAKES.parameters) & set(TASK_TAKES.parameters)
    assert TrainingOptions.__required_keys__ == {"image", "capacity"}


ATTRIBUTES = (
    "base_job_name", "role", "checkpoint_bucket", "output_bucket", "publish_metrics", "security_groups",
    "longest_wait_for_capacity", "longest_run",
)  # fmt: skip


def test_attributes_are_read_only_and_documented() -> None:
    made = SpotTraining(stack(), "Training", image=IMAGE, capacity=[SPOT])
    for name in (*ATTRIBUTES, "log_group", "state_machine"):
        assert getattr(SpotTraining, name).__doc__
        with pytest.raises(AttributeError):
            setattr(made, name, getattr(made, name))
    for name in ATTRIBUTES:
        assert getattr(SpotTrainingTask, name).__doc__

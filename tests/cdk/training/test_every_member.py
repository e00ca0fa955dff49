"""Every settable member of CreateTrainingJob is set through the public face, and found in what an attempt asks for."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_efs as efs
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from aws_cdk.assertions import Template

from constructs_lib import (
    Capacity,
    Experiment,
    InstanceGroup,
    InstancePreference,
    SpotTraining,
    TensorBoard,
    TrainingChannel,
    TrainingImage,
    TrainingOptions,
)
from constructs_lib.training_job.request.members import SETTINGS, leaves
from tests.support.engines.jsonata_engine import PythonEngine
from tests.support.places import ROOT
from tests.support.run_documents import begin, plan
from tests.support.templates import definition, stack

IMAGE = TrainingImage.from_registry("123456789012.dkr.ecr.eu-west-1.amazonaws.com/churn:1.4")
RULE: dict[str, Any] = {
    "RuleConfigurationName": "rule", "RuleEvaluatorImage": "123456789012.dkr.ecr.eu-west-1.amazonaws.com/rules:1",
    "InstanceType": "ml.t3.medium", "VolumeSizeInGB": 5, "LocalPath": "/opt/ml/rule", "S3OutputPath": "s3://bucket/rules",
    "RuleParameters": {"rule_to_invoke": "LossNotDecreasing"},
}  # fmt: skip
DEBUGGER: dict[str, Any] = {
    "DebugHookConfig": {
        "LocalPath": "/opt/ml/t", "S3OutputPath": "s3://bucket/tensors", "HookParameters": {"a": "b"},
        "CollectionConfigurations": [{"CollectionName": "losses", "CollectionParameters": {"c": "d"}}],
    },
    "DebugRuleConfigurations": [RULE],
    "ProfilerConfig": {
        "S3OutputPath": "s3://bucket/profile", "ProfilingIntervalInMilliseconds": 500,
        "ProfilingParameters": {"e": "f"},
    },
    "ProfilerRuleConfigurations": [{**RULE, "RuleConfigurationName": "other"}],
}  # fmt: skip
PLAN_ARN = "arn:aws:sagemaker:eu-west-1:123456789012:training-plan/reserved-one"
HUB = "arn:aws:sagemaker:eu-west-1:aws:hub-content/SageMakerPublicHub"

Options = Callable[[cdk.Stack], dict[str, Any]]


def bucket(scope: cdk.Stack) -> s3.IBucket:
    return s3.Bucket.from_bucket_name(scope, "Data", "data-bucket")


def plain(scope: cdk.Stack) -> dict[str, Any]:
    key = kms.Key(scope, "Key")
    return {
        "hyperparameters": {"epochs": 3}, "environment": {"LOG": "info"}, "input_mode": "Pipe",
        "metric_definitions": {"loss": "loss=(.*?);"}, "metrics_time_series": True, "container_entrypoint": ["python"],
        "container_arguments": ["train.py"], "output_key": key, "output_compression": "NONE", "volume_key": key,
        "tags": {"team": "churn"}, "network_isolation": True, "inter_container_encryption": True,
        "training_job_overrides": DEBUGGER, "tensorboard": TensorBoard(local_path="/opt/ml/tb"),
        "experiment": Experiment(
            experiment_name="churn", trial_name="one", trial_component_display_name="train", run_name="first"
        ),
        "maximum_retry_attempts": 3,
        "infra_check": True, "max_pending": cdk.Duration.hours(2),
        "channels": {
            "train": TrainingChannel.from_augmented_manifest(
                bucket(scope), "lists/train.manifest", attribute_names=["label"], record_wrapper="RecordIO",
                shuffle_seed=7, content_type="image/jpeg", compression="Gzip", distribution="ShardedByS3Key",
            )
        },
    }  # fmt: skip


def in_a_vpc(scope: cdk.Stack) -> dict[str, Any]:
    vpc = ec2.Vpc(scope, "Vpc", max_azs=1)
    provider = lambda_.Function.from_function_arn(
        scope, "Credentials", "arn:aws:lambda:eu-west-1:123456789012:function:credentials"
    )
    return {
        "image": TrainingImage.from_registry(
            "registry.example.com/churn:1", repository_access_mode="Vpc", credentials_provider=provider
        ),
        "vpc": vpc,
        "remote_debug": True,
        "channels": {"train": TrainingChannel.from_efs(efs.FileSystem(scope, "Files", vpc=vpc), "/data")},
    }


def in_groups(scope: cdk.Stack) -> dict[str, Any]:
    groups = [InstanceGroup(name="gpu", instance_type="ml.g5.xlarge")]
    channel = TrainingChannel.from_bucket(bucket(scope), "in/", input_mode="File", instance_groups=["gpu"])
    return {"capacity": [Capacity.spot_groups(groups)], "channels": {"train": channel}}


def by_preference(_: cdk.Stack) -> dict[str, Any]:
    preference = InstancePreference(instance_type="ml.p5.48xlarge", instance_count=1, training_plan_arn=PLAN_ARN)
    return {"capacity": [Capacity.on_demand_preferences([preference])]}


def kept_warm(_: cdk.Stack) -> dict[str, Any]:
    return {
        "capacity": [Capacity.on_demand("ml.m5.xlarge")],
        "image": TrainingImage.from_algorithm_arn("own-algorithm", checkpoints=True),
        "keep_alive": cdk.Duration.minutes(30),
        "training_job_overrides": {"ProfilerConfig": {"DisableProfiler": True}},
    }


def on_a_training_plan(_: cdk.Stack) -> dict[str, Any]:
    placement = {"EnableMultipleJobs": True, "PlacementSpecifications": [{"UltraServerId": "u", "InstanceCount": 1}]}
    resources = {"TrainingPlanArn": PLAN_ARN, "InstancePlacementConfig": placement}
    return {
        "capacity": [Capacity.on_demand("ml.p6e-gb200.36xlarge")],
        "training_job_overrides": {"ResourceConfig": resources},
    }


def with_the_newest(_: cdk.Stack) -> dict[str, Any]:
    place = "arn:aws:sagemaker:eu-west-1:123456789012"
    return {
        "channels": {
            "hub": TrainingChannel.from_request(
                {
                    "DataSource": {
                        "S3DataSource": {
                            "S3DataType": "S3Prefix", "S3Uri": "s3://data-bucket/in/",
                            "ModelAccessConfig": {"AcceptEula": True},
                            "HubAccessConfig": {"HubContentArn": f"{HUB}/Model/llama/1.0.0"},
                        }
                    }
                }
            ),
            "set": TrainingChannel.from_request(
                {"DataSource": {"DatasetSource": {"DatasetArn": f"{HUB}/DataSet/set/1.0.0"}}}
            ),
        },
        "training_job_overrides": {
            "SessionChainingConfig": {"EnableSessionTagChaining": True},
            "MlflowConfig": {
                "MlflowResourceArn": f"{place}:mlflow-tracking-server/one", "MlflowExperimentName": "a",
                "MlflowRunName": "b",
            },
            "ModelPackageConfig": {
                "ModelPackageGroupArn": f"{place}:model-package-group/churn",
                "SourceModelPackageArn": f"{place}:model-package/churn/1",
            },
        },
    }  # fmt: skip


SERVERLESS = {
    "BaseModelArn": f"{HUB}/Model/llama/1.0.0", "AcceptEula": True, "JobType": "FineTuning",
    "CustomizationTechnique": "SFT", "Peft": "LORA", "EvaluationType": "LLMAJEvaluation", "EvaluatorArn": "arn:e",
    "SequenceLength": "4K",
}  # fmt: skip


def without_a_server(_: cdk.Stack) -> dict[str, Any]:
    return {"training_job_overrides": {"ServerlessJobConfig": SERVERLESS}}


CASES: list[Options] = [
    plain,
    in_a_vpc,
    in_groups,
    by_preference,
    kept_warm,
    on_a_training_plan,
    with_the_newest,
    without_a_server,
]


def requested(options: Options) -> dict[str, Any]:
    """Return the request of the first attempt, as the synthesised machine's own expressions render it."""
    scope = stack()
    given: dict[str, Any] = {"image": IMAGE, "capacity": [Capacity.spot("ml.m5.xlarge")], **options(scope)}
    SpotTraining(scope, "Training", **given)
    settings = definition(Template.from_stack(scope))["States"]["Prepare"]["Assign"]["spot_training_settings"]
    engine = PythonEngine()
    return plan(engine, settings, begin(engine, settings))


def paths(value: Any, path: str = "") -> Iterator[str]:
    """Yield the path of every leaf of a request, as `members` writes them."""
    if isinstance(value, dict):
        for name, member in value.items():
            where = f"{path}.{name}" if path else name
            if where in MAPS:
                yield f"{where}{{}}"
            else:
                yield from paths(member, where)
    elif isinstance(value, list):
        for item in value:
            yield from paths(item, f"{path}[]")
    else:
        yield path


MAPS = {member.path.removesuffix("{}") for member in leaves() if member.path.endswith("{}")}


@pytest.fixture(scope="module")
def found() -> set[str]:
    return {path for options in CASES for path in paths(requested(options))}


def test_all_108_are_found_in_what_an_attempt_asks_for(found: set[str]) -> None:
    wanted = {member.path for member in leaves()}
    print(f"{len(found & wanted)} of {len(wanted)} settable members")
    assert len(wanted) == 108
    assert wanted - found == set()
    assert found - wanted == set()


def test_the_table_names_arguments_that_exist() -> None:
    options = {*TrainingOptions.__annotations__, *inspect.signature(SpotTraining.__init__).parameters}
    named = {name for member in leaves() for name in member.setting.argument.split(", ")}
    assert named <= options


def test_no_option_is_taken_and_ignored() -> None:
    read = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "constructs_lib" / "cdk").rglob("*.py"))
    placed = {name for setting in SETTINGS.values() if setting.by == "typed" for name in setting.argument.split(", ")}
    others = TrainingOptions.__annotations__.keys() - placed
    assert [name for name in others if not re.search(rf"options\.{name}\b", read)] == []


def test_nothing_that_is_not_known_to_work_is_sent_by_default() -> None:
    sync = {member.path: member.sync for member in leaves()}
    sent = set(paths(requested(lambda _: {})))
    assert {path for path in sent if sync[path] == "not verified"} == set()

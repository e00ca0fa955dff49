"""The deployments that together have every permission that the library ever grants.

A new option of `SpotTraining` that changes what is granted is one entry in `OPTIONS`.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_stepfunctions as sfn
from cdk_nag import AwsSolutionsChecks

from constructs_lib import (
    Capacity,
    CheckpointBucket,
    Deadline,
    OutputBucket,
    SpotTraining,
    SpotTrainingTask,
    TrainingChannel,
    TrainingImage,
    TrainingRole,
    TrainingSource,
)
from constructs_lib.cdk.inputs.input_location import InputLocation
from tests.support.cloudformation import ACCOUNT, REGION
from tests.support.session.once import once_a_session
from tests.support.templates import app_context, validated

STACK = "Permissions"
DATA_BUCKET = "data-bucket"
FURTHER_BUCKET = "further-bucket"
KEYED_BUCKET = "keyed-bucket"
KEYED_BUCKET_KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/0123abcd-0000-4000-8000-000000000000"
IMPORTED_KEYS = (KEYED_BUCKET_KEY,)
"""Keys that no deployment creates."""

_HERE = Path(__file__).parent


def _plain(stack: cdk.Stack) -> dict[str, Any]:
    return {}


def _patient(stack: cdk.Stack) -> dict[str, Any]:
    further = s3.Bucket.from_bucket_name(stack, "Further", FURTHER_BUCKET)
    return {
        "capacity": [Capacity.spot("ml.g5.xlarge"), Capacity.on_demand("ml.m5.xlarge")],
        "capacity_patience": cdk.Duration.minutes(1),
        "longest_runtime": cdk.Duration.hours(2),
        "input_locations": [InputLocation.from_bucket(further, "in/")],
    }


def _bucket_keys(stack: cdk.Stack) -> dict[str, Any]:
    key = kms.Key.from_key_arn(stack, "DataKey", KEYED_BUCKET_KEY)
    data = s3.Bucket.from_bucket_attributes(stack, "Data", bucket_name=KEYED_BUCKET, encryption_key=key)
    return {
        "checkpoint_bucket": CheckpointBucket(stack, "Checkpoints", encryption_key=_key(stack, "CheckpointKey")),
        "output_bucket": OutputBucket(stack, "Models", encryption_key=_key(stack, "ModelKey")),
        "channels": {"train": TrainingChannel.from_bucket(data, "in/")},
    }


def _separate_keys(stack: cdk.Stack) -> dict[str, Any]:
    return {
        # the bucket's own key is not used for models, and not granted
        "output_bucket": OutputBucket(stack, "Models", encryption_key=_key(stack, "ModelKey")),
        "output_key": _key(stack, "OutputKey"),
        "volume_key": _key(stack, "VolumeKey"),
        "state_machine_key": _key(stack, "StateMachineKey"),
    }


def _one_key(stack: cdk.Stack) -> dict[str, Any]:
    # instances with local storage take no key
    capacity = [Capacity.spot("ml.m5.xlarge"), Capacity.on_demand("ml.g5.xlarge")]
    return {"encryption_key": _key(stack, "Key"), "capacity": capacity}


def _network(stack: cdk.Stack) -> dict[str, Any]:
    vpc = ec2.Vpc.from_vpc_attributes(
        stack,
        "Vpc",
        vpc_id="vpc-0123456789abcdef0",
        availability_zones=[f"{REGION}a", f"{REGION}b"],
        private_subnet_ids=["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
    )
    password = lambda_.Function.from_function_arn(
        stack, "Password", f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:registry-password"
    )
    return {
        "image": TrainingImage.from_registry(
            "registry.example.com/churn:1.4", repository_access_mode="Vpc", credentials_provider=password
        ),
        "vpc": vpc,
        "security_groups": [ec2.SecurityGroup.from_security_group_id(stack, "Group", "sg-0123456789abcdef0")],
        "network_isolation": True,
        "tracing": True,
        "inter_container_encryption": True,
        "tags": {"team": "churn"},
    }


def _beyond_sync(stack: cdk.Stack) -> dict[str, Any]:
    return {**_patient(stack), "infra_check": False, "remote_debug": True, "tags": {"team": "churn"}}


def _deadline(stack: cdk.Stack) -> dict[str, Any]:
    # too short for spot: what a run is to try spot with says its own
    deadline = Deadline.after(
        cdk.Duration.minutes(4),
        expected_runtime=cdk.Duration.minutes(1),
        on_demand_start=cdk.Duration.minutes(2),
        changeover=cdk.Duration.seconds(20),
        checkpoint_interval=cdk.Duration.seconds(20),
        poll=cdk.Duration.minutes(1),
        hold=10,
        patience=cdk.Duration.seconds(10),
        stint=cdk.Duration.seconds(10),
        lookout=True,
    )
    return {
        "capacity": [Capacity.spot("ml.g5.xlarge", relative_speed=1), Capacity.on_demand("ml.m5.xlarge")],
        "capacity_patience": None,
        "deadline": deadline,
        "checkpoint_bucket": CheckpointBucket(stack, "Checkpoints", encryption_key=_key(stack, "CheckpointKey")),
    }


OPTIONS: dict[str, Callable[[cdk.Stack], dict[str, Any]]] = {
    "plain": _plain,
    "patient": _patient,
    "bucket keys": _bucket_keys,
    "separate keys": _separate_keys,
    "one key": _one_key,
    "network": _network,
    "beyond sync": _beyond_sync,
    "deadline": _deadline,
}
"""What each deployment of `SpotTraining` has beside what all have, or instead of it."""

DEPLOYMENTS = (*OPTIONS, "task")
"""The deployments by name; `task` is `SpotTrainingTask` in a machine of somebody else."""


@dataclass(frozen=True)
class Deployment:
    """A synthesised stack.

    Attributes:
        name: Which of the deployments it is.
        template: Its template.
        assets: What is uploaded before it is deployed, by key, to the bucket for assets.
        nag: What cdk-nag finds that is not acknowledged.
    """

    name: str
    template: dict[str, Any]
    assets: dict[str, bytes]
    nag: tuple[str, ...]


ASSET_BUCKET = f"cdk-hnb659fds-assets-{ACCOUNT}-{REGION}"
"""The bucket of CDK's bootstrap that has the assets."""


@once_a_session
def deployment(name: str) -> Deployment:
    """Synthesise one of the deployments."""
    with tempfile.TemporaryDirectory(prefix="permissions-synth-") as out:
        app = validated(cdk.App(outdir=out, analytics_reporting=False, context=app_context()))
        stack = cdk.Stack(app, STACK, synthesizer=cdk.DefaultStackSynthesizer(generate_bootstrap_version_rule=False))
        if name == "task":
            _task(stack)
        else:
            SpotTraining(stack, "Training", **{**_arguments(stack), **OPTIONS[name](stack)})
        template: dict[str, Any] = app.synth().get_stack_by_name(STACK).template
        found = AwsSolutionsChecks(app).validate_scope(app).violations or []
        return Deployment(name, template, _assets(Path(out)), tuple(violation.rule_name for violation in found))


def _task(stack: cdk.Stack) -> None:
    task = SpotTrainingTask(
        stack,
        "Train",
        **_arguments(stack),
        role=TrainingRole(stack, "Role"),
        checkpoint_bucket=CheckpointBucket(stack, "Checkpoints"),
        output_bucket=OutputBucket(stack, "Models"),
        run_input="{% $states.input %}",
    )
    sfn.StateMachine(
        stack,
        "Machine",
        definition_body=sfn.DefinitionBody.from_chainable(task),
        query_language=sfn.QueryLanguage.JSONATA,
    )


def _arguments(stack: cdk.Stack) -> dict[str, Any]:
    """Return what all deployments have: an image, a program, and a channel of each kind."""
    data = s3.Bucket.from_bucket_name(stack, "DataBucket", DATA_BUCKET)
    return {
        "image": TrainingImage.from_ecr_repository(
            ecr.Repository.from_repository_name(stack, "Image", "churn"), tag="1.4"
        ),
        "capacity": [Capacity.spot("ml.m5.xlarge"), Capacity.on_demand("ml.m5.xlarge")],
        "capacity_patience": "max_wait",
        "max_runtime": cdk.Duration.minutes(30),
        "channels": {
            "train": TrainingChannel.from_bucket(data, "in/"),
            "labels": TrainingChannel.from_asset(_HERE / "program" / "train.py"),
        },
        "source": TrainingSource.from_directory(_HERE / "program", entry_point="train.py"),
        "base_job_name": "churn",
    }


def _key(stack: cdk.Stack, name: str) -> kms.Key:
    return kms.Key(stack, name, enable_key_rotation=True)


def _assets(assembly: Path) -> dict[str, bytes]:
    manifest = json.loads((assembly / f"{STACK}.assets.json").read_text(encoding="utf-8"))
    return {
        destination["objectKey"]: (assembly / file["source"]["path"]).read_bytes()
        for file in manifest["files"].values()
        if file["source"]["packaging"] == "file"
        for destination in file["destinations"].values()
    }

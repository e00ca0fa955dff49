"""The checks of which requests SageMaker refuses: a refusal creates nothing and costs nothing."""

from __future__ import annotations

from typing import Any

from tests.live.checks.asking import asked, is_refused
from tests.live.checks.check import Check
from tests.live.world import World

_RULES = "constructs_lib/training_job/rules/refused"
_GROUP = {"InstanceType": "ml.m5.large", "InstanceCount": 1, "InstanceGroupName": "one"}
_SPOT = {"MaxRuntimeInSeconds": 60, "MaxWaitTimeInSeconds": 60}
_TAKEN = {"Code": "", "Message": "the job was created, and stopped"}


def _local_storage(world: World) -> Any:
    """Ask for a key of volumes on a type that has none, and on one that has some: the key itself does not exist."""
    _, partition, _, region, account = world.machine.split(":")[:5]
    key = f"arn:{partition}:kms:{region}:{account}:key/00000000-0000-4000-8000-000000000000"
    asked_for = {"InstanceCount": 1, "VolumeSizeInGB": 30, "VolumeKmsKeyId": key}
    return {
        kind: asked(world, f"storage-{kind}", ResourceConfig={"InstanceType": instance_type, **asked_for})
        for kind, instance_type in (("local", "ml.r5d.large"), ("volumes", "ml.m5.large"))
    }


def _spot(world: World) -> Any:
    warm = {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 30, "KeepAlivePeriodInSeconds": 60}
    groups = {"VolumeSizeInGB": 30, "InstanceGroups": [_GROUP]}
    spot: dict[str, Any] = {"EnableManagedSpotTraining": True, "StoppingCondition": _SPOT}
    return {
        "warm pool": asked(world, "spot-warm", ResourceConfig=warm, **spot),
        "groups": asked(world, "spot-groups", ResourceConfig=groups, **spot),
    }


def _groups(world: World) -> Any:
    one, two = (_channel(world, name) for name in ("one", "two"))
    one["DataSource"]["S3DataSource"]["InstanceGroupNames"] = ["one"]
    return asked(
        world,
        "groups",
        ResourceConfig={"VolumeSizeInGB": 30, "InstanceGroups": [_GROUP]},
        InputDataConfig=[one, two],
    )


def _manifest(world: World) -> Any:
    channel = _channel(world, "one")
    channel["DataSource"]["S3DataSource"] |= {"S3DataType": "AugmentedManifestFile", "AttributeNames": ["a"]}
    return asked(world, "manifest", InputDataConfig=[{**channel, "InputMode": "File"}])


def _dialects(world: World) -> Any:
    patterns = {"broken": "step (", "of Python": "step (?P<n>[0-9]+)", "of Java": "step ([0-9]++)"}
    algorithm = world.plain.job["AlgorithmSpecification"]

    def taken(kind: str, pattern: str) -> dict[str, str]:
        defined = {**algorithm, "MetricDefinitions": [{"Name": "step", "Regex": pattern}]}
        return asked(world, f"regex-{kind.rsplit(maxsplit=1)[-1].lower()}", AlgorithmSpecification=defined)

    return {kind: taken(kind, pattern) for kind, pattern in patterns.items()}


def _channel(world: World, name: str) -> dict[str, Any]:
    source = {
        "S3DataType": "S3Prefix",
        "S3Uri": f"s3://{world.data}/train/",
        "S3DataDistributionType": "FullyReplicated",
    }
    return {"ChannelName": name, "DataSource": {"S3DataSource": source}}


CHECKS = (
    Check(
        row="req-local-storage",
        observe=_local_storage,
        holds=lambda told: is_refused(told["local"]) and told["local"]["Message"] != told["volumes"]["Message"],
        otherwise={"local": _TAKEN, "volumes": _TAKEN},
        rests=f"{_RULES}/storage.py",
    ),
    Check(
        row="req-spot-without",
        observe=_spot,
        holds=lambda told: is_refused(told["warm pool"]) and told["groups"] == _TAKEN,
        otherwise={"warm pool": _TAKEN, "groups": _TAKEN},
        rests=f"{_RULES}/instances.py",
    ),
    Check(row="req-groups", observe=_groups, holds=is_refused, otherwise=_TAKEN, rests=f"{_RULES}/channels.py"),
    Check(
        row="req-manifest-pipe", observe=_manifest, holds=is_refused, otherwise=_TAKEN, rests=f"{_RULES}/channels.py"
    ),
    Check(
        row="req-regex-dialect",
        observe=_dialects,
        holds=lambda told: is_refused(told["broken"]),
        otherwise={"broken": _TAKEN, "of Python": _TAKEN, "of Java": _TAKEN},
        rests="constructs_lib/cdk/training/argument_problems.py",
    ),
)

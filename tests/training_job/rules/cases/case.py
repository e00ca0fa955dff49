"""A case of a rule, and what the cases are made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from constructs_lib.training_job.capacity.capacity import Capacity
from constructs_lib.training_job.capacity.instances import InstanceGroup, InstancePreference
from tests.support.run_documents import SPOT

Changes = dict[str, Any]

GROUPS = Capacity.on_demand_groups(
    [
        InstanceGroup(name="read", instance_type="ml.c5.18xlarge", instance_count=2),
        InstanceGroup(name="train", instance_type="ml.p4d.24xlarge"),
    ]
)
PREFERENCES = Capacity.on_demand_preferences(
    [InstancePreference(instance_type="ml.p5.48xlarge"), InstancePreference(instance_type="ml.p4d.24xlarge")]
)
PLAN = "arn:aws:sagemaker:eu-west-1:123456789012:training-plan/reserved"
KEY = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
LAMBDA = "arn:aws:lambda:eu-west-1:123456789012:function:registry"
MODEL = "arn:aws:sagemaker:eu-west-1:aws:hub-content/SageMakerPublicHub/Model/llama"
RULE_IMAGE = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/sagemaker-debugger-rules:latest"
VPC = {"Subnets": ["subnet-1"], "SecurityGroupIds": ["sg-1"]}
ISOLATED = {"EnableNetworkIsolation": True}
DAY = 24 * 3600


@dataclass(frozen=True)
class Case:
    """A rule, an attempt, and changes of it on both sides of the boundary."""

    rule: str
    fine: Sequence[Changes]
    refused: Sequence[tuple[Changes, str]]
    capacity: Capacity = SPOT

    def __str__(self) -> str:
        return self.rule


def stopping(**members: Any) -> Changes:
    return {"StoppingCondition": {f"Max{name}InSeconds": value for name, value in members.items()}}


def resources(**members: Any) -> Changes:
    return {"ResourceConfig": members}


def algorithm(**members: Any) -> Changes:
    return {"AlgorithmSpecification": members}


def s3(name: str = "train", source: Changes | None = None, **members: Any) -> Changes:
    uri = {"S3DataType": "S3Prefix", "S3Uri": "s3://data-bucket/train/", **(source or {})}
    return {"ChannelName": name, "DataSource": {"S3DataSource": uri}, **members}


def files(directory: str = "/mount/data", **members: Any) -> Changes:
    source = {
        "FileSystemId": "fs-01234567", "FileSystemAccessMode": "ro", "FileSystemType": "FSxLustre",
        "DirectoryPath": directory,
    }  # fmt: skip
    return {"InputDataConfig": [{"ChannelName": "files", "DataSource": {"FileSystemDataSource": source}}], **members}


def channels(*entries: Changes, **members: Any) -> Changes:
    return {"InputDataConfig": list(entries), **members}


def preferences(*entries: tuple[str, int | None], **members: Any) -> Changes:
    listed = [{"InstanceType": n, **({} if c is None else {"InstanceCount": c})} for n, c in entries]
    return resources(InstancePreferences=listed, **members)


def rule(name: str) -> Changes:
    return {"RuleConfigurationName": name, "RuleEvaluatorImage": RULE_IMAGE}


def tag(key: str) -> Changes:
    return {"Key": key, "Value": "x"}


def registry(mode: str, **members: Any) -> Changes:
    return algorithm(TrainingImageConfig={"TrainingRepositoryAccessMode": mode, **members})


AUTHORISED = {"TrainingRepositoryAuthConfig": {"TrainingRepositoryCredentialsProviderArn": LAMBDA}}
MANIFEST = {"S3DataType": "AugmentedManifestFile", "AttributeNames": ["source-ref"]}
NO_INSTANCES = {"InstanceType": None, "InstanceCount": None, "VolumeSizeInGB": None}
SERVERLESS = {"ServerlessJobConfig": {"BaseModelArn": MODEL, "JobType": "FineTuning"}}

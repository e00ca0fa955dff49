"""Calls that a deployment allows, and hostile ones that differ from them in one thing and must be denied.

`<…>` is what the deployment fills in, as in the permissions that are told.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from constructs_lib.runs.calls.recorded import Context
from tools.docs.security import RoleName

_LOGS = "arn:aws:logs:<region>:<account>:log-group:/aws/sagemaker/TrainingJobs"
_JOBS = "arn:aws:sagemaker:<region>:<account>:training-job"
_CHECKPOINTS = "arn:aws:s3:::<checkpoint bucket>/<base job name>"
_MODELS = "arn:aws:s3:::<output bucket>/<output prefix>"
_DATA = "arn:aws:s3:::<channel bucket>"
_REGISTRY = "arn:aws:ecr:<region>:<account>:repository"
_OTHER = "999999999999"


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """A call that somebody attempts.

    Attributes:
        role: In whose name.
        action: The action.
        resource: The resource.
        context: The condition keys. Defaults to none.
        deployment: On which deployment. Defaults to the plain one.
    """

    role: RoleName
    action: str
    resource: str
    context: Context = field(default_factory=dict)
    deployment: str = "plain"


def _without(context: Context, key: str) -> Context:
    return {name: value for name, value in context.items() if name != key}


def _job(action: str, resource: str, context: Context | None = None, deployment: str = "plain") -> Attempt:
    return Attempt(role="job", action=action, resource=resource, context=context or {}, deployment=deployment)


def _machine(action: str, resource: str, context: Context | None = None, deployment: str = "plain") -> Attempt:
    return Attempt(role="state machine", action=action, resource=resource, context=context or {}, deployment=deployment)


_TYPE: Context = {"sagemaker:InstanceTypes": ("ml.m5.xlarge",)}
_KEYS: Context = {**_TYPE, "sagemaker:VolumeKmsKeyArn": "<volume key>", "sagemaker:OutputKmsKeyArn": "<output key>"}
_KEYS_OTHERWISE: Context = {
    **_TYPE,
    "sagemaker:VolumeKmsKey": "<volume key>",
    "sagemaker:OutputKmsKey": "<output key>",
}
_NETWORK: Context = {
    **_TYPE,
    "sagemaker:VpcSubnets": ("subnet-0123456789abcdef0", "subnet-0123456789abcdef1"),
    "sagemaker:VpcSecurityGroupIds": ("sg-0123456789abcdef0",),
    "sagemaker:NetworkIsolation": "true",
    "sagemaker:InterContainerTrafficEncryption": "true",
}
_BUS = "arn:aws:events:<region>:<account>:event-bus/default"
_EVENT: Context = {"events:source": ("spot-training",), "events:detail-type": ("Spot Training Deadline At Risk",)}
_MACHINES = "arn:aws:states:<region>:<account>:stateMachine"
_SUBNETS = "arn:aws:ec2:<region>:<account>:subnet"
_MACHINE_CONTEXT = "kms:EncryptionContext:aws:states:stateMachineArn"
_TO_SAGEMAKER = {"iam:PassedToService": "sagemaker.amazonaws.com"}

ALLOWED: dict[str, Attempt] = {
    "the job lists its channel": _job("s3:ListBucket", _DATA, {"s3:prefix": "in/"}),
    "the job reads its channel": _job("s3:GetObject", f"{_DATA}/in/a.csv"),
    "the job reads checkpoints": _job("s3:GetObject", f"{_CHECKPOINTS}/run/step-1"),
    "the job lists checkpoints": _job(
        "s3:ListBucket", "arn:aws:s3:::<checkpoint bucket>", {"s3:prefix": "<base job name>/run/"}
    ),
    "the job writes checkpoints": _job("s3:PutObject", f"{_CHECKPOINTS}/run/step-1"),
    "the job deletes checkpoints": _job("s3:DeleteObject", f"{_CHECKPOINTS}/run/step-1"),
    "the job writes its model": _job("s3:PutObject", f"{_MODELS}/job/output/model.tar.gz"),
    "the job reads its program": _job("s3:GetObject", "arn:aws:s3:::<source archive>"),
    "the job pulls its image": _job("ecr:BatchGetImage", "<image repository>"),
    "the job writes its log": _job("logs:PutLogEvents", f"{_LOGS}:log-stream:churn-1/algo-1"),
    "the job puts metrics": _job(
        "cloudwatch:PutMetricData", "*", {"cloudwatch:namespace": "/aws/sagemaker/TrainingJobs"}
    ),
    "the job uses the models' key": _job("kms:GenerateDataKey", "<output key>", deployment="bucket keys"),
    "the job uses the data's key": _job("kms:Decrypt", "<input key>", deployment="bucket keys"),
    "the machine creates a job": _machine("sagemaker:CreateTrainingJob", f"{_JOBS}/<base job name>-1", _TYPE),
    "the machine describes a job": _machine("sagemaker:DescribeTrainingJob", f"{_JOBS}/<base job name>-1"),
    "the machine stops a job": _machine("sagemaker:StopTrainingJob", f"{_JOBS}/<base job name>-1"),
    "the machine tags a job": _machine("sagemaker:AddTags", f"{_JOBS}/<base job name>-1"),
    "the machine passes the role": _machine("iam:PassRole", "<job role>", _TO_SAGEMAKER),
    "the machine keeps its rule": _machine(
        "events:PutRule", "arn:aws:events:<region>:<account>:rule/StepFunctionsGetEventsForSageMakerTrainingJobsRule"
    ),
    "the machine lists jobs": _machine("sagemaker:ListTrainingJobs", "*"),
    "the machine creates a job with keys": _machine(
        "sagemaker:CreateTrainingJob", f"{_JOBS}/<base job name>-1", _KEYS, "separate keys"
    ),
    "the machine creates a job with keys by their other names": _machine(
        "sagemaker:CreateTrainingJob", f"{_JOBS}/<base job name>-1", _KEYS_OTHERWISE, "separate keys"
    ),
    "the machine creates a job in the network": _machine(
        "sagemaker:CreateTrainingJob", f"{_JOBS}/<base job name>-1", _NETWORK, "network"
    ),
    "the machine creates a job that is short": _machine(
        "sagemaker:CreateTrainingJob",
        f"{_JOBS}/<base job name>-1",
        {**_TYPE, "sagemaker:MaxRuntimeInSeconds": "7200"},
        "patient",
    ),
    "the machine reads the progress of a run": _machine(
        "s3:GetObject", f"{_CHECKPOINTS}/run/progress.json", deployment="deadline"
    ),
    "the machine lets the progress be decrypted": _machine("kms:Decrypt", "<checkpoint key>", deployment="deadline"),
    "the machine tells of a deadline at risk": _machine("events:PutEvents", _BUS, _EVENT, "deadline"),
    "the machine uses its own key": _machine(
        "kms:Decrypt", "<state machine key>", {_MACHINE_CONTEXT: "<state machine>"}, "separate keys"
    ),
    "the job lets the volume key be used": _job("kms:CreateGrant", "<volume key>", deployment="separate keys"),
    "the job makes a network interface": _job(
        "ec2:CreateNetworkInterface", f"{_SUBNETS}/<subnet>", deployment="network"
    ),
    "the job removes a network interface": _job(
        "ec2:DeleteNetworkInterface",
        "arn:aws:ec2:<region>:<account>:network-interface/eni-1",
        {"ec2:Subnet": f"{_SUBNETS}/<subnet>"},
        "network",
    ),
    "the job asks for the registry's password": _job(
        "lambda:InvokeFunction", "<credentials provider>", deployment="network"
    ),
    "the job's agent waits for a shell": _job("ssmmessages:CreateControlChannel", "*", deployment="beyond sync"),
}
"""What is allowed; that it is, shows that the evaluator would see it if a hostile call were."""

# what is allowed, and what makes it hostile
_HOSTILE: tuple[tuple[str, Mapping[str, Any]], ...] = (
    # another prefix
    ("the job lists its channel", {"context": {"s3:prefix": "inner/"}}),
    ("the job lists its channel", {"context": {"s3:prefix": "in"}}),
    ("the job lists its channel", {"context": {"s3:prefix": ""}}),
    ("the job lists its channel", {"context": {}}),
    ("the job reads its channel", {"resource": f"{_DATA}/inner/a.csv"}),
    ("the job reads its channel", {"resource": f"{_DATA}/in"}),
    ("the job reads its channel", {"resource": f"{_DATA}/other/in/a.csv"}),
    ("the job lists checkpoints", {"context": {"s3:prefix": "<base job name>.other/"}}),
    ("the job lists checkpoints", {"context": {"s3:prefix": "<base job name>-2/"}}),
    ("the job lists checkpoints", {"context": {}}),
    ("the job reads checkpoints", {"resource": "arn:aws:s3:::<checkpoint bucket>/<base job name>-2/run/step-1"}),
    ("the job writes its model", {"resource": "arn:aws:s3:::<output bucket>/<output prefix>2/model.tar.gz"}),
    ("the job writes its model", {"resource": "arn:aws:s3:::<output bucket>/model.tar.gz"}),
    # another bucket
    ("the job lists its channel", {"resource": "arn:aws:s3:::other-bucket"}),
    ("the job reads its channel", {"resource": "arn:aws:s3:::other-bucket/in/a.csv"}),
    ("the job reads its channel", {"resource": "arn:aws:s3:::<channel bucket>-2/in/a.csv"}),
    ("the job writes checkpoints", {"resource": "arn:aws:s3:::<output bucket>/<base job name>/run/step-1"}),
    ("the job writes its model", {"resource": "arn:aws:s3:::<checkpoint bucket>/<output prefix>/model.tar.gz"}),
    ("the job reads its program", {"resource": f"{_DATA}/sourcedir.tar.gz"}),
    ("the job reads its program", {"resource": "arn:aws:s3:::<channel object's bucket>/other.zip"}),
    # another deed
    ("the job reads its channel", {"action": "s3:PutObject"}),
    ("the job reads its channel", {"action": "s3:DeleteObject"}),
    ("the job reads its channel", {"action": "s3:GetObjectAcl"}),
    ("the job writes its model", {"action": "s3:GetObject"}),
    ("the job writes its model", {"action": "s3:DeleteObject"}),
    ("the job writes checkpoints", {"action": "s3:PutObjectAcl"}),
    ("the job writes checkpoints", {"action": "s3:PutBucketPolicy", "resource": "arn:aws:s3:::<checkpoint bucket>"}),
    ("the job pulls its image", {"action": "ecr:PutImage"}),
    ("the job uses the models' key", {"action": "kms:ScheduleKeyDeletion"}),
    ("the job uses the models' key", {"action": "kms:PutKeyPolicy"}),
    ("the job uses the data's key", {"action": "kms:GenerateDataKey"}),
    # another image, log, namespace, key
    ("the job pulls its image", {"resource": f"{_REGISTRY}/other"}),
    ("the job pulls its image", {"resource": f"arn:aws:ecr:<region>:{_OTHER}:repository/churn"}),
    ("the job writes its log", {"resource": f"{_LOGS}2:log-stream:churn-1/algo-1"}),
    ("the job writes its log", {"resource": f"{_LOGS.replace('sagemaker', 'lambda')}:log-stream:churn-1/algo-1"}),
    ("the job puts metrics", {"context": {"cloudwatch:namespace": "AWS/SageMaker"}}),
    ("the job puts metrics", {"context": {"cloudwatch:namespace": "SpotTraining"}}),
    ("the job puts metrics", {"context": {}}),
    ("the job uses the models' key", {"resource": "arn:aws:kms:<region>:<account>:key/other"}),
    # the job plays the machine
    ("the machine creates a job", {"role": "job"}),
    ("the machine stops a job", {"role": "job"}),
    ("the machine passes the role", {"role": "job"}),
    ("the machine lists jobs", {"role": "job"}),
    # another instance type, or none
    ("the machine creates a job", {"context": {"sagemaker:InstanceTypes": ("ml.p5.48xlarge",)}}),
    ("the machine creates a job", {"context": {"sagemaker:InstanceTypes": ("ml.m5.xlarge", "ml.p5.48xlarge")}}),
    ("the machine creates a job", {"context": {}}),
    # another job name, account, Region
    ("the machine creates a job", {"resource": f"{_JOBS}/other-1"}),
    ("the machine creates a job", {"resource": f"{_JOBS}/<base job name>"}),
    ("the machine creates a job", {"resource": f"{_JOBS}/<base job name>2-1"}),
    ("the machine creates a job", {"resource": f"arn:aws:sagemaker:<region>:{_OTHER}:training-job/<base job name>-1"}),
    ("the machine creates a job", {"resource": "arn:aws:sagemaker:eu-west-1:<account>:training-job/<base job name>-1"}),
    ("the machine describes a job", {"resource": f"{_JOBS}/other-1"}),
    ("the machine stops a job", {"resource": f"{_JOBS}/other-1"}),
    ("the machine tags a job", {"resource": f"{_JOBS}/other-1"}),
    (
        "the machine creates a job",
        {
            "action": "sagemaker:CreateProcessingJob",
            "resource": "arn:aws:sagemaker:<region>:<account>:processing-job/<base job name>-1",
        },
    ),
    # another role, or another service
    ("the machine passes the role", {"resource": "arn:aws:iam::<account>:role/admin"}),
    ("the machine passes the role", {"context": {"iam:PassedToService": "ec2.amazonaws.com"}}),
    ("the machine passes the role", {"context": {}}),
    # another rule, and no end of it
    ("the machine keeps its rule", {"resource": "arn:aws:events:<region>:<account>:rule/other"}),
    ("the machine keeps its rule", {"action": "events:DeleteRule"}),
    # the data, the checkpoints and the models are the job's; the machine touches nothing of S3, and no other machine
    ("the machine describes a job", {"action": "s3:GetObject", "resource": f"{_CHECKPOINTS}/run/step-1"}),
    ("the machine describes a job", {"action": "s3:GetObject", "resource": f"{_MODELS}/job/output/model.tar.gz"}),
    ("the machine describes a job", {"action": "s3:GetObject", "resource": f"{_DATA}/in/a.csv"}),
    ("the machine describes a job", {"action": "s3:PutObject", "resource": f"{_CHECKPOINTS}/run/step-1"}),
    (
        "the machine describes a job",
        {"action": "states:DescribeExecution", "resource": "arn:aws:states:<region>:<account>:execution:machine:run"},
    ),
    ("the machine describes a job", {"action": "s3:DeleteObject", "resource": f"{_CHECKPOINTS}/run/step-1"}),
    ("the machine describes a job", {"action": "s3:ListBucket", "resource": "arn:aws:s3:::<checkpoint bucket>"}),
    # of the checkpoints it reads how far the work is, where there is a deadline, and nothing else
    ("the machine reads the progress of a run", {"deployment": "plain"}),
    ("the machine reads the progress of a run", {"resource": f"{_CHECKPOINTS}/run/step-1"}),
    ("the machine reads the progress of a run", {"resource": f"{_CHECKPOINTS}/run/progress.json.part"}),
    ("the machine reads the progress of a run", {"resource": f"{_CHECKPOINTS}-2/run/progress.json"}),
    ("the machine reads the progress of a run", {"resource": "arn:aws:s3:::other-bucket/churn/run/progress.json"}),
    ("the machine reads the progress of a run", {"action": "s3:PutObject"}),
    ("the machine reads the progress of a run", {"action": "s3:GetObjectVersion"}),
    # of events it puts one kind, its own, where there is a deadline
    ("the machine tells of a deadline at risk", {"deployment": "plain"}),
    ("the machine tells of a deadline at risk", {"resource": "arn:aws:events:<region>:<account>:event-bus/other"}),
    ("the machine tells of a deadline at risk", {"context": {**_EVENT, "events:source": ("spot-training", "orders")}}),
    ("the machine tells of a deadline at risk", {"context": {**_EVENT, "events:detail-type": ("Order Placed",)}}),
    ("the machine tells of a deadline at risk", {"context": _without(_EVENT, "events:source")}),
    ("the machine tells of a deadline at risk", {"context": _without(_EVENT, "events:detail-type")}),
    ("the machine lets the progress be decrypted", {"action": "kms:GenerateDataKey"}),
    ("the machine lets the progress be decrypted", {"resource": "arn:aws:kms:<region>:<account>:key/other"}),
    ("the machine lists jobs", {"action": "sagemaker:ListModels"}),
    ("the machine lists jobs", {"action": "sagemaker:Search"}),
    # what the deployment promised, whatever the definition says
    ("the machine creates a job with keys", {"context": _without(_KEYS, "sagemaker:VolumeKmsKeyArn")}),
    ("the machine creates a job with keys", {"context": _without(_KEYS, "sagemaker:OutputKmsKeyArn")}),
    ("the machine creates a job with keys", {"context": {**_KEYS, "sagemaker:VolumeKmsKeyArn": "<output key>"}}),
    (
        "the machine creates a job with keys by their other names",
        {"context": _without(_KEYS_OTHERWISE, "sagemaker:VolumeKmsKey")},
    ),
    (
        "the machine creates a job with keys by their other names",
        {"context": {**_KEYS_OTHERWISE, "sagemaker:OutputKmsKey": "<volume key>"}},
    ),
    ("the machine creates a job in the network", {"context": _without(_NETWORK, "sagemaker:VpcSubnets")}),
    ("the machine creates a job in the network", {"context": {**_NETWORK, "sagemaker:VpcSubnets": ("subnet-1",)}}),
    ("the machine creates a job in the network", {"context": _without(_NETWORK, "sagemaker:VpcSecurityGroupIds")}),
    (
        "the machine creates a job in the network",
        {"context": {**_NETWORK, "sagemaker:VpcSecurityGroupIds": ("sg-0123456789abcdef0", "sg-1")}},
    ),
    ("the machine creates a job in the network", {"context": {**_NETWORK, "sagemaker:NetworkIsolation": "false"}}),
    ("the machine creates a job in the network", {"context": _without(_NETWORK, "sagemaker:NetworkIsolation")}),
    (
        "the machine creates a job in the network",
        {"context": _without(_NETWORK, "sagemaker:InterContainerTrafficEncryption")},
    ),
    ("the machine creates a job that is short", {"context": {**_TYPE, "sagemaker:MaxRuntimeInSeconds": "7201"}}),
    ("the machine creates a job that is short", {"context": _TYPE}),
    ("the machine uses its own key", {"context": {_MACHINE_CONTEXT: f"{_MACHINES}:other"}}),
    ("the machine uses its own key", {"context": {}}),
    ("the job lets the volume key be used", {"resource": "<output key>"}),
    ("the job lets the volume key be used", {"action": "kms:Decrypt"}),
    ("the job makes a network interface", {"resource": f"{_SUBNETS}/subnet-1"}),
    ("the job makes a network interface", {"resource": "arn:aws:ec2:<region>:<account>:security-group/sg-1"}),
    ("the job makes a network interface", {"deployment": "plain", "resource": f"{_SUBNETS}/subnet-1"}),
    ("the job removes a network interface", {"context": {"ec2:Subnet": f"{_SUBNETS}/subnet-1"}}),
    ("the job removes a network interface", {"context": {}}),
    ("the job asks for the registry's password", {"resource": "arn:aws:lambda:<region>:<account>:function:other"}),
    # a shell where nobody asked for one, or of somebody else
    ("the job's agent waits for a shell", {"deployment": "plain"}),
    ("the job's agent waits for a shell", {"action": "ssm:StartSession"}),
)


def hostile() -> dict[str, Attempt]:
    """Return the hostile calls, by what they are like and what differs."""
    return {f"{like}, but {_told(changes)}": replace(ALLOWED[like], **changes) for like, changes in _HOSTILE}


def _told(changes: Mapping[str, Any]) -> str:
    parts = [f"{name} {value or 'none'}" for name, value in changes.items()]
    return " ".join(parts).replace("arn:aws:", "")

"""The one stack of the live tests: small instances, short limits, and nothing that stays when it is deleted."""

from __future__ import annotations

from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from probes import conditions, probes  # type: ignore[import-not-found]  # beside the app, which is run in its directory

from constructs_lib import (
    Capacity,
    CheckpointBucket,
    OutputBucket,
    SpotTraining,
    TrainingChannel,
    TrainingImage,
    TrainingSource,
)

GONE = cdk.RemovalPolicy.DESTROY
TYPE = "ml.m5.large"
SECONDS = 600
"""The longest that a job may train, which the bound of the costs is reckoned with."""


def main() -> None:
    app = cdk.App()
    stack = cdk.Stack(app, app.node.try_get_context("stack"))
    jobs = app.node.try_get_context("jobs")
    data = s3.Bucket(stack, "Data", removal_policy=GONE, block_public_access=s3.BlockPublicAccess.BLOCK_ALL)
    checkpoints = CheckpointBucket(stack, "Checkpoints", removal_policy=GONE)
    training = SpotTraining(
        stack,
        "Training",
        image=_image(),
        capacity=[Capacity.spot(TYPE), Capacity.on_demand(TYPE)],
        allowed_instance_types=app.node.try_get_context("others").split(","),
        capacity_patience=cdk.Duration.minutes(10),
        max_runtime=cdk.Duration.seconds(SECONDS),
        max_wait=cdk.Duration.minutes(20),
        source=_source(),
        channels={
            "train": TrainingChannel.from_bucket(data, "train/"),
            "one": TrainingChannel.from_bucket(data, "one/only.csv", match="object"),
        },
        hyperparameters={"steps": 3, "token": checkpoints.bucket_name},
        metric_definitions={"step": "step ([0-9]+)"},
        environment={"LIVE": "yes"},
        tags={"spot-training-live": "yes"},
        checkpoint_bucket=checkpoints,
        output_bucket=OutputBucket(stack, "Models", removal_policy=GONE),
        removal_policy=GONE,
        base_job_name=jobs,
    )
    outputs = {
        "StateMachineArn": training.state_machine.state_machine_arn,
        "GuardedArn": _guarded(stack, f"{jobs}-guarded").state_machine.state_machine_arn,
        "ProbesArn": probes(stack, f"{stack.stack_name}-probes", jobs, training.role, checkpoints).state_machine_arn,
        "DataBucket": data.bucket_name,
    } | conditions(stack, jobs, training.role)
    for name, value in outputs.items():
        cdk.CfnOutput(stack, name, value=value)
    app.synth()


def _guarded(stack: cdk.Stack, jobs: str) -> SpotTraining:
    """Train in a network of one's own and with a key of one's own for everything, of a definition that is a file."""
    key = kms.Key(stack, "Key", removal_policy=GONE, pending_window=cdk.Duration.days(7))
    vpc = ec2.Vpc(
        stack,
        "Vpc",
        max_azs=1,
        nat_gateways=0,
        subnet_configuration=[
            ec2.SubnetConfiguration(name="Shut", subnet_type=ec2.SubnetType.PRIVATE_ISOLATED, cidr_mask=24)
        ],
        gateway_endpoints={"S3": ec2.GatewayVpcEndpointOptions(service=ec2.GatewayVpcEndpointAwsService.S3)},
        restrict_default_security_group=False,
    )
    gigabytes = cdk.CfnParameter(stack, "VolumeSize", type="Number", default=30)
    return SpotTraining(
        stack,
        "Guarded",
        image=_image(),
        capacity=[Capacity.on_demand(TYPE)],
        max_runtime=cdk.Duration.seconds(SECONDS),
        source=_source(),
        hyperparameters={"steps": 2},
        tags={"spot-training-live": "yes"},
        vpc=vpc,
        vpc_subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED),
        encryption_key=key,
        state_machine_key=key,
        volume_size=cdk.Size.gibibytes(gigabytes.value_as_number),
        definition_as_asset=True,
        checkpoint_bucket=CheckpointBucket(stack, "GuardedCheckpoints", encryption_key=key, removal_policy=GONE),
        output_bucket=OutputBucket(stack, "GuardedModels", encryption_key=key, removal_policy=GONE),
        removal_policy=GONE,
        base_job_name=jobs,
    )


def _image() -> TrainingImage:
    return TrainingImage.from_deep_learning_container("pytorch-training", "2.6.0-cpu-py312-ubuntu22.04-sagemaker")


def _source() -> TrainingSource:
    return TrainingSource.from_directory(Path(__file__).parent / "program", entry_point="train.py")


main()

#!/usr/bin/env python3
"""Everything brought along: the role, the buckets, the key, the VPC and the log group; the training creates none."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3

from constructs_lib import Capacity, SpotTraining, TrainingChannel, TrainingImage

app = cdk.App()
stack = cdk.Stack(app, "BringYourOwn")

key = kms.Key(stack, "Key", enable_key_rotation=True)
vpc = ec2.Vpc(
    stack,
    "Vpc",
    max_azs=2,
    nat_gateways=0,
    subnet_configuration=[ec2.SubnetConfiguration(name="Training", subnet_type=ec2.SubnetType.PRIVATE_ISOLATED)],
    gateway_endpoints={"S3": ec2.GatewayVpcEndpointOptions(service=ec2.GatewayVpcEndpointAwsService.S3)},
)
role = iam.Role(stack, "Role", assumed_by=iam.ServicePrincipal("sagemaker.amazonaws.com"))
data = s3.Bucket(
    stack,
    "Data",
    encryption_key=key,
    enforce_ssl=True,
    block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
)

training = SpotTraining(
    stack,
    "Training",
    image=TrainingImage.from_ecr_repository(ecr.Repository.from_repository_name(stack, "Image", "churn"), tag="1.4"),
    capacity=[Capacity.spot("ml.m5.xlarge", instance_count=2), Capacity.on_demand("ml.m5.xlarge", instance_count=2)],
    max_runtime=cdk.Duration.hours(4),
    max_wait=cdk.Duration.hours(8),
    channels={"train": TrainingChannel.from_bucket(data, "churn/train/")},
    base_job_name="churn",
    role=role,
    checkpoint_bucket=s3.Bucket.from_bucket_name(stack, "Checkpoints", "team-checkpoints"),
    output_bucket=s3.Bucket.from_bucket_name(stack, "Models", "team-models"),
    encryption_key=key,
    vpc=vpc,
    inter_container_encryption=True,
    log_group=logs.LogGroup(stack, "Log", retention=logs.RetentionDays.ONE_YEAR),
)
cdk.CfnOutput(stack, "StateMachineArn", value=training.state_machine.state_machine_arn)
cdk.CfnOutput(stack, "DataBucketName", value=data.bucket_name)
app.synth()

"""TrainingChannel from a file system: a mount, which is a matter of the network and not of the job's role."""

from __future__ import annotations

import re
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_efs as efs
from aws_cdk import aws_fsx as fsx
from aws_cdk.assertions import Template

from constructs_lib.cdk.inputs.training_channel import TrainingChannel
from constructs_lib.cdk.permissions.training_role import TrainingRole
from constructs_lib.training_job.service_model import model_problems
from tests.support.grants import bind_channel, granted

ID = "fs-0123456789abcdef0"


@pytest.fixture
def role(stack: cdk.Stack) -> TrainingRole:
    return TrainingRole(stack, "Role")


@pytest.fixture
def group(stack: cdk.Stack) -> ec2.ISecurityGroup:
    return ec2.SecurityGroup.from_security_group_id(stack, "Group", "sg-0123456789abcdef0")


@pytest.fixture
def vpc(stack: cdk.Stack) -> ec2.Vpc:
    return ec2.Vpc(stack, "Vpc", max_azs=1, nat_gateways=0)


@pytest.fixture
def shared(stack: cdk.Stack, group: ec2.ISecurityGroup) -> efs.IFileSystem:
    return efs.FileSystem.from_file_system_attributes(stack, "Shared", file_system_id=ID, security_group=group)


@pytest.fixture
def fast(stack: cdk.Stack, group: ec2.ISecurityGroup) -> fsx.IFileSystem:
    return fsx.LustreFileSystem.from_lustre_file_system_attributes(
        stack, "Fast", dns_name=f"{ID}.fsx.eu-west-1.amazonaws.com", file_system_id=ID, security_group=group
    )


def lustre(stack: cdk.Stack, vpc: ec2.Vpc) -> fsx.LustreFileSystem:
    return fsx.LustreFileSystem(
        stack,
        "Lustre",
        vpc=vpc,
        vpc_subnet=vpc.isolated_subnets[0],
        storage_capacity_gib=1200,
        lustre_configuration=fsx.LustreConfiguration(deployment_type=fsx.LustreDeploymentType.SCRATCH_2),
    )


def test_a_directory_of_efs(stack: cdk.Stack, role: TrainingRole, shared: efs.IFileSystem) -> None:
    entry = bind_channel(TrainingChannel.from_efs(shared, "/train"), stack, "train", role)
    assert entry == {
        "ChannelName": "train",
        "DataSource": {
            "FileSystemDataSource": {
                "FileSystemId": ID,
                "FileSystemAccessMode": "ro",
                "FileSystemType": "EFS",
                "DirectoryPath": "/train",
            }
        },
    }
    assert list(model_problems(entry, "Channel")) == []
    assert granted(stack) == []


def test_a_directory_of_lustre(stack: cdk.Stack, role: TrainingRole, fast: fsx.IFileSystem) -> None:
    entry = bind_channel(TrainingChannel.from_fsx_lustre(fast, "/abcdefgh/train"), stack, "train", role)
    assert entry == {
        "ChannelName": "train",
        "DataSource": {
            "FileSystemDataSource": {
                "FileSystemId": ID,
                "FileSystemAccessMode": "ro",
                "FileSystemType": "FSxLustre",
                "DirectoryPath": "/abcdefgh/train",
            }
        },
    }
    assert list(model_problems(entry, "Channel")) == []
    assert granted(stack) == []


@pytest.mark.parametrize("kind", ["EFS", "FSxLustre"])
def test_every_member(
    stack: cdk.Stack, role: TrainingRole, shared: efs.IFileSystem, fast: fsx.IFileSystem, kind: str
) -> None:
    members: Any = {"access_mode": "rw", "input_mode": "File", "content_type": "text/csv"}
    channel = (
        TrainingChannel.from_efs(shared, "/", **members)
        if kind == "EFS"
        else TrainingChannel.from_fsx_lustre(fast, "/abcdefgh", **members)
    )
    entry = bind_channel(channel, stack, "train", role)
    assert entry["DataSource"]["FileSystemDataSource"]["FileSystemType"] == kind
    assert entry["DataSource"]["FileSystemDataSource"]["FileSystemAccessMode"] == "rw"
    assert {**entry, "DataSource": None} == {
        "ChannelName": "train",
        "DataSource": None,
        "ContentType": "text/csv",
        "InputMode": "File",
    }
    assert list(model_problems(entry, "Channel")) == []


def test_file_systems_that_the_stack_owns(stack: cdk.Stack, role: TrainingRole, vpc: ec2.Vpc) -> None:
    own = lustre(stack, vpc)
    shared = efs.FileSystem(stack, "Shared", vpc=vpc, vpc_subnets=ec2.SubnetSelection(subnets=vpc.isolated_subnets))
    fast_entry = bind_channel(TrainingChannel.from_fsx_lustre(own, f"/{own.mount_name}/train"), stack, "fast", role)
    shared_entry = bind_channel(TrainingChannel.from_efs(shared, "/train"), stack, "shared", role)
    template = Template.from_stack(stack)
    (fast_id,) = template.find_resources("AWS::FSx::FileSystem")
    (shared_id,) = template.find_resources("AWS::EFS::FileSystem")
    fast_source = stack.resolve(fast_entry["DataSource"]["FileSystemDataSource"])
    assert fast_source["FileSystemId"] == {"Ref": fast_id}
    mount_name = {"Fn::GetAtt": [fast_id, "LustreMountName"]}
    assert fast_source["DirectoryPath"] == {"Fn::Join": ["", ["/", mount_name, "/train"]]}
    shared_source = stack.resolve(shared_entry["DataSource"]["FileSystemDataSource"])
    assert shared_source["FileSystemId"] == {"Ref": shared_id}


def test_it_needs_a_vpc_and_a_way_in(stack: cdk.Stack, vpc: ec2.Vpc) -> None:
    file_system = efs.FileSystem(
        stack, "Shared", vpc=vpc, vpc_subnets=ec2.SubnetSelection(subnets=vpc.isolated_subnets)
    )
    own = lustre(stack, vpc)
    job = ec2.SecurityGroup(stack, "Job", vpc=vpc)
    for channel in (
        TrainingChannel.from_efs(file_system, "/"),
        TrainingChannel.from_fsx_lustre(own, f"/{own.mount_name}"),
    ):
        assert channel.needs_vpc is True
        assert channel.connections is not None
        channel.connections.allow_default_port_from(job)
    template = Template.from_stack(stack)
    job_id = {"Fn::GetAtt": [stack.get_logical_id(job.node.default_child), "GroupId"]}  # type: ignore[arg-type]
    for low, high in ((2049, 2049), (988, 1023)):
        template.has_resource_properties(
            "AWS::EC2::SecurityGroupIngress", {"FromPort": low, "ToPort": high, "SourceSecurityGroupId": job_id}
        )


def test_a_path_that_is_known_at_deployment_only(stack: cdk.Stack, shared: efs.IFileSystem, vpc: ec2.Vpc) -> None:
    path = cdk.CfnParameter(stack, "Path").value_as_string
    own = lustre(stack, vpc)
    for given in (path, f"/{path}", f"/{path}/train"):
        TrainingChannel.from_efs(shared, given)
        TrainingChannel.from_fsx_lustre(own, given)


@pytest.mark.parametrize("path", ["/", "/a b/ü", "/" + "x" * 4095])
def test_a_full_path_of_efs(stack: cdk.Stack, role: TrainingRole, shared: efs.IFileSystem, path: str) -> None:
    entry = bind_channel(TrainingChannel.from_efs(shared, path), stack, "train", role)
    assert list(model_problems(entry, "Channel")) == []


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("train", "'directory_path' must be a full path, which starts with '/', got 'train'; write \"/train\""),
        ("", "'directory_path' must be a full path"),
        ("/" + "x" * 4096, "'directory_path' must have at most 4096 characters, got 4097"),
        (7, "'directory_path' must be a text, got 7"),
    ],
)
def test_fails_for_a_path_that_is_not_full(
    shared: efs.IFileSystem, fast: fsx.IFileSystem, path: Any, message: str
) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        TrainingChannel.from_efs(shared, path)
    with pytest.raises(ValueError, match=re.escape(message)):
        TrainingChannel.from_fsx_lustre(fast, path)


def test_fails_for_a_path_of_lustre_without_its_mount_name(
    stack: cdk.Stack, fast: fsx.IFileSystem, vpc: ec2.Vpc
) -> None:
    message = "'directory_path' must start with the file system's mount name, got '/'; write \"/<mount name>/train\""
    with pytest.raises(ValueError, match=re.escape(message)):
        TrainingChannel.from_fsx_lustre(fast, "/")
    message = "mount name, got '/fsx/train'; write f\"/{file_system.mount_name}/train\""
    with pytest.raises(ValueError, match=re.escape(message)):
        TrainingChannel.from_fsx_lustre(lustre(stack, vpc), "/fsx/train")


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({"access_mode": "r"}, "'access_mode' must be one of 'ro', 'rw', got 'r'"),
        ({"input_mode": "Pipe"}, "'input_mode' must be one of 'File', got 'Pipe'"),
        ({"content_type": ""}, "'content_type' must have 1 to 256 characters, got 0"),
    ],
)
def test_fails_for_what_create_training_job_does_not_know(
    shared: efs.IFileSystem, members: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        TrainingChannel.from_efs(shared, "/", **members)


def test_fails_for_a_file_system_that_is_an_id() -> None:
    given: Any = ID
    with pytest.raises(
        ValueError, match=f"must be an EFS file system, got the text '{ID}'; write efs.FileSystem.from_"
    ):
        TrainingChannel.from_efs(given, "/")
    with pytest.raises(ValueError, match=f"must be an FSx for Lustre file system, got the text '{ID}'; write fsx."):
        TrainingChannel.from_fsx_lustre(given, "/abcdefgh")


def test_fails_for_a_file_system_of_the_other_kind(
    stack: cdk.Stack, shared: efs.IFileSystem, fast: fsx.IFileSystem, vpc: ec2.Vpc
) -> None:
    wrong: Any
    for wrong in (fast, lustre(stack, vpc)):
        with pytest.raises(ValueError, match="'file_system' must be an EFS file system"):
            TrainingChannel.from_efs(wrong, "/train")
    for wrong in (shared, efs.FileSystem(stack, "Own", vpc=vpc)):
        with pytest.raises(ValueError, match="'file_system' must be an FSx for Lustre file system"):
            TrainingChannel.from_fsx_lustre(wrong, "/abcdefgh")

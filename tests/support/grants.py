"""Binding something for a job's role, and what the role has been granted, as one line a statement."""

from __future__ import annotations

from typing import Any

import aws_cdk as cdk
from aws_cdk.assertions import Template
from constructs import Construct

from constructs_lib.cdk.images.image_facts import TrainingImageConfig
from constructs_lib.cdk.images.training_image import TrainingImage
from constructs_lib.cdk.inputs.input_location import InputLocation
from constructs_lib.cdk.inputs.training_channel import TrainingChannel
from constructs_lib.cdk.inputs.training_source import TrainingSource
from constructs_lib.cdk.permissions.grants import grant
from constructs_lib.cdk.permissions.types import Role
from tests.support.templates import flat, statements


def bind_image(image: TrainingImage, scope: Construct, role: Role) -> TrainingImageConfig:
    """Bind an image, and grant what it needs, as a training does."""
    bound = image.bind(scope, role)
    grant(scope, role, bound.permissions)
    return bound


def bind_channel(channel: TrainingChannel, scope: Construct, name: str, role: Role) -> dict[str, Any]:
    """Bind a channel, grant what it needs, and return its entry in `InputDataConfig`."""
    bound = channel.bind(scope, name)
    grant(scope, role, bound.permissions)
    return dict(bound.members)


def bind_source(source: TrainingSource, scope: Construct, role: Role) -> dict[str, str]:
    """Bind a source, grant what it needs, and return its hyperparameters."""
    bound = source.bind(scope)
    grant(scope, role, bound.permissions)
    return dict(bound.hyperparameters)


def bind_location(location: InputLocation, role: Role) -> str:
    """Grant what reading a location takes, and return its URI."""
    grant(cdk.Stack.of(role), role, location.permissions)
    return location.uri


def granted(stack: cdk.Stack, *, of: str = "Role") -> list[str]:
    """List what has been added to the role whose logical id begins like this: `actions on resource if condition`."""
    return [_line(statement) for statement in statements(Template.from_stack(stack), of=of)]


def reads(bucket: str, prefix: str) -> list[str]:
    """Write what reading a prefix takes, as `granted` lists it."""
    condition = f" if StringLike s3:prefix {prefix}*" if prefix else ""
    return [
        f"s3:ListBucket on arn:aws:s3:::{bucket}{condition}",
        f"s3:GetObject on arn:aws:s3:::{bucket}/{prefix}*",
    ]


def reads_object(bucket: str, key: str) -> list[str]:
    """Write what reading one listed object takes, as `granted` lists it."""
    return [
        f"s3:ListBucket on arn:aws:s3:::{bucket} if StringEquals s3:prefix {key}",
        f"s3:GetObject on arn:aws:s3:::{bucket}/{key}",
    ]


def _line(statement: dict[str, Any]) -> str:
    assert statement["Effect"] == "Allow"
    actions = statement["Action"] if isinstance(statement["Action"], str) else ", ".join(statement["Action"])
    conditions = [
        f"{operator} {key} {flat(value)}"
        for operator, keys in statement.get("Condition", {}).items()
        for key, value in keys.items()
    ]
    return f"{actions} on {flat(statement['Resource'])}{' if ' if conditions else ''}{' and '.join(conditions)}"

"""ChannelSource: what a `TrainingChannel` asks of the place that its data comes from."""

from __future__ import annotations

from typing import Any, Protocol

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from constructs import Construct


class ChannelSource(Protocol):
    """Where a channel's data comes from."""

    @property
    def needs_vpc(self) -> bool:
        """Whether the data is reached through a VPC only."""

    @property
    def connections(self) -> ec2.Connections | None:
        """The network side of what holds the data, where it has one that is known here."""

    def problems(self) -> list[str]:
        """List what is wrong with the arguments, all of it."""

    def members(self) -> dict[str, Any]:
        """Return the members that stand beside the channel's `DataSource`."""

    def data_source(self, scope: Construct, channel_name: str, role: iam.IRole | iam.Role) -> dict[str, Any]:
        """Return the channel's `DataSource`, created in the scope and granted to the role."""

"""ChannelSource: what a `TrainingChannel` asks of the place that its data comes from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from constructs_lib.workflow.permission import Permission

BoundData = tuple[dict[str, Any], Sequence[Permission]]
"""The `DataSource` of a channel, and what the job's role needs to read it."""


class ChannelSource(Protocol):
    """Where a channel's data comes from."""

    @property
    def needs_vpc(self) -> bool:
        """Whether the data is reached through a VPC only."""

    @property
    def connections(self) -> ec2.Connections | None:
        """The network side of what holds the data, where it has one that is known here."""

    @property
    def inbound(self) -> Sequence[ec2.Port]:
        """The ports by which what holds the data comes to the job, beside those by which the job comes to it."""

    def problems(self) -> list[str]:
        """List what is wrong with the arguments, all of it."""

    def members(self) -> dict[str, Any]:
        """Return the members that stand beside the channel's `DataSource`."""

    def bind(self, scope: Construct, channel_name: str) -> BoundData:
        """Create the data where it is created, and tell the channel's `DataSource`, and what reading it takes."""

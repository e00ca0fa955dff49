"""A channel as the API's own request has it, for what `TrainingChannel` has no method for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from constructs_lib.cdk.inputs.data.channel_data import BoundData
from constructs_lib.training_job.request.rendering import copied
from constructs_lib.training_job.service_model import model_problems
from constructs_lib.training_job.tokens import is_token


class RequestSource:
    """An entry of `InputDataConfig` without its name."""

    def __init__(self, entry: Mapping[str, Any]) -> None:
        """Hold a copy of the entry, which whoever gave it may change."""
        self._entry = copied(entry)

    @property
    def needs_vpc(self) -> bool:
        """Whether the entry names a file system."""
        return "FileSystemDataSource" in self._entry["DataSource"]

    @property
    def inbound(self) -> Sequence[ec2.Port]:
        """Nothing comes to the job by itself."""
        return ()

    @property
    def connections(self) -> ec2.Connections | None:
        """What the entry names is not known as a construct."""
        return None

    def problems(self) -> list[str]:
        """List what SageMaker's model has against the entry, and a name that does not belong there."""
        if not isinstance(self._entry, Mapping):
            return list(model_problems(self._entry, "Channel", "entry"))
        # the name comes when the channel is bound
        problems = list(model_problems({**self._entry, "ChannelName": "any"}, "Channel", "entry", is_token))
        if "ChannelName" in self._entry:
            problems.append("'entry.ChannelName' must be left out; the channel's name is its name in 'channels'")
        return problems

    def members(self) -> dict[str, Any]:
        """Return the members that stand beside the `DataSource`."""
        return {name: copied(value) for name, value in self._entry.items() if name != "DataSource"}

    def bind(self, scope: Construct, channel_name: str) -> BoundData:
        """Tell the `DataSource` as it was given; granting is the author's."""
        return copied(self._entry["DataSource"]), []

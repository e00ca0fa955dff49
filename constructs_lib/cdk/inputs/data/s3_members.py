"""The members of a channel from S3, whatever lists its objects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, Self, get_args

from constructs_lib.cdk.inputs.channel_options import (
    Compression,
    Distribution,
    InputMode,
    RecordWrapper,
    S3ChannelOptions,
)
from constructs_lib.cdk.inputs.problems import choice_problems, content_type_problems, names_problems, seed_problems
from constructs_lib.training_job.refusal import refuse
from constructs_lib.training_job.request.rendering import without_absent
from constructs_lib.training_job.service_model import closest
from constructs_lib.training_job.tokens import is_token


@dataclass(frozen=True, kw_only=True)
class S3Members:
    """What `S3ChannelOptions` says, and the input mode; what is `None` is not sent."""

    input_mode: InputMode | None = None
    content_type: str | None = None
    compression: Compression | None = None
    distribution: Distribution | None = None
    record_wrapper: RecordWrapper | None = None
    shuffle_seed: int | None = None
    instance_groups: Sequence[str] | None = None

    @classmethod
    def of(cls, input_mode: InputMode | None, options: S3ChannelOptions) -> Self:
        """Take the options of a channel.

        Args:
            input_mode: The channel's own mode.
            options: The other members.

        Raises:
            TypeError: There is no such option.
        """
        known = [field.name for field in fields(cls)]
        unknown = [f"{name!r} is not an option of this channel{closest(name, known)}" for name in {*options} - {*known}]
        refuse(sorted(unknown), TypeError)
        return cls(input_mode=input_mode, **options)

    def problems(self) -> list[str]:
        """List what CreateTrainingJob does not know, and members that exclude each other."""
        return [
            *choice_problems("input_mode", self.input_mode, get_args(InputMode)),
            *choice_problems("compression", self.compression, get_args(Compression)),
            *choice_problems("distribution", self.distribution, get_args(Distribution)),
            *choice_problems("record_wrapper", self.record_wrapper, get_args(RecordWrapper)),
            *content_type_problems(self.content_type),
            *seed_problems(self.shuffle_seed),
            *names_problems("instance_groups", self.instance_groups, most=5, longest=64),
            *self._mode_problems(),
        ]

    def of_channel(self) -> dict[str, Any]:
        """Return the members that stand beside the channel's `DataSource`."""
        return without_absent(
            ContentType=self.content_type,
            CompressionType=self.compression,
            RecordWrapperType=self.record_wrapper,
            InputMode=self.input_mode,
            ShuffleConfig=None if self.shuffle_seed is None else {"Seed": self.shuffle_seed},
        )

    def of_source(self) -> dict[str, Any]:
        """Return the members that stand in the `S3DataSource`."""
        return without_absent(
            S3DataDistributionType=self.distribution,
            InstanceGroupNames=None if self.instance_groups is None else list(self.instance_groups),
        )

    def _mode_problems(self) -> list[str]:
        # compression is for Pipe only, and File mode knows no wrapper; where the mode is the job's own, the whole
        # request is checked for it: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_Channel.html
        if self.input_mode is None or is_token(self.input_mode):
            return []
        problems = []
        if self.compression == "Gzip" and self.input_mode != "Pipe":
            problems.append(
                f"'compression' may be 'Gzip' only with input_mode='Pipe', got input_mode={self.input_mode!r}; "
                "in the other modes leave it out, the program gets the objects as they are"
            )
        if self.record_wrapper == "RecordIO" and self.input_mode == "File":
            problems.append(
                "'record_wrapper' cannot be 'RecordIO' with input_mode='File'; write input_mode='Pipe', or leave it out"
            )
        return problems

"""The keys that a training's models and volumes are encrypted with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from constructs_lib.cdk.permissions.job_role import encrypt_models, encrypt_volumes
from constructs_lib.cdk.permissions.permission import on_key
from constructs_lib.cdk.permissions.types import Key
from constructs_lib.cdk.training.arguments import TrainingArguments
from constructs_lib.training_job.capacity.instance_type import has_local_storage
from constructs_lib.workflow.permission import Permission


@dataclass(frozen=True, kw_only=True)
class Keys:
    """The keys of a training; what is `None` is left to AWS."""

    output: Key | None
    """The key of the models."""
    volume: Key | None
    """The key of the volumes, where some capacity has volumes to encrypt."""

    @classmethod
    def of(cls, arguments: TrainingArguments) -> Self:
        """Choose each key: its own, or the one for everything."""
        options = arguments.options
        shared: Key | None = options.encryption_key
        volume: Key | None = options.volume_key
        if volume is None and not all(map(has_local_storage, arguments.instance_types)):
            volume = shared
        output: Key | None = shared if options.output_key is None else options.output_key
        return cls(output=output, volume=volume)

    @property
    def permissions(self) -> list[tuple[str, Permission]]:
        """What using them takes, each with the argument that names the key first."""
        found = []
        if self.output is not None:
            found.append(("output_key", on_key(self.output, encrypt_models)))
        if self.volume is not None:
            found.append(("volume_key", on_key(self.volume, encrypt_volumes)))
        return found

"""The CreateTrainingJob request that all attempts of a run share: the options, and what they are bound to.

Which option sets which member is told in `training_job/request/members.py`, and nowhere else; here is what an option
is rendered to where it is not sent as it is. A member that is not asked for is left out, never sent as null.

https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTrainingJob.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any

from aws_cdk import Tokenization

from constructs_lib.cdk.training.network import Network
from constructs_lib.training_job.capacity.capacity import Capacity
from constructs_lib.training_job.capacity.own_settings import HyperParameter
from constructs_lib.training_job.request.members import SETTINGS
from constructs_lib.training_job.request.overrides import merge_overrides
from constructs_lib.training_job.request.rendering import json_text, without_absent
from constructs_lib.training_job.tokens import is_token

_ALWAYS = ("HyperParameters", "Environment")
"""Members that are there though they be empty: each attempt has entries of its own in them."""


@dataclass(frozen=True, kw_only=True)
class Bindings:
    """What a request has of the things that its options are bound to.

    Attributes:
        role_arn: The role the job runs as.
        output_s3_uri: Where models go; SageMaker adds `/<job name>/output/`. What TensorBoard
            writes goes there as well, where it names no place of its own.
        algorithm: The members of `AlgorithmSpecification` that the image decides.
        channels: The entries of `InputDataConfig`.
        source: The hyperparameters that say where the program is.
        network: Where the containers are attached.
        output_key_arn: The key that encrypts models.
        volume_key_arn: The key that encrypts volumes.
    """

    role_arn: str
    output_s3_uri: str
    algorithm: Mapping[str, Any]
    channels: Sequence[Mapping[str, Any]] = ()
    source: Mapping[str, str] = field(default_factory=dict)
    network: Network = field(default_factory=Network)
    output_key_arn: str | None = None
    volume_key_arn: str | None = None


def render_request(options: SimpleNamespace, bound: Bindings) -> dict[str, Any]:
    """Render what every attempt asks for, in CreateTrainingJob's names.

    Args:
        options: What `read_options` gave.
        bound: What they are bound to.
    """
    values = {**vars(options), **_rendered(options, bound)}
    request: dict[str, Any] = {"RoleArn": bound.role_arn, "AlgorithmSpecification": bound.algorithm}
    for path, setting in SETTINGS.items():
        if setting.by == "typed" and setting.argument not in ("role", "image"):
            *objects, name = path.split(".")
            value = values[setting.argument]
            member = {name: value} if path in _ALWAYS else without_absent(**{name: value})
            for outer in reversed(objects):
                member = without_absent(**{outer: member})
            request = merge_overrides(request, member)
    return merge_overrides(request, options.training_job_overrides)


def _rendered(options: SimpleNamespace, bound: Bindings) -> dict[str, Any]:
    """Render the arguments that are not sent as they are, by the names that `SETTINGS` has for them."""
    return {
        "channels": list(bound.channels),
        "container_arguments": list(options.container_arguments),
        "container_entrypoint": list(options.container_entrypoint),
        "experiment": None if options.experiment is None else options.experiment.render(),
        "hyperparameters": hyperparameter_texts(
            {**options.hyperparameters, **bound.source}, as_json=decodes_hyperparameters(options)
        ),
        "inter_container_encryption": options.inter_container_encryption or None,
        "metric_definitions": [{"Name": name, "Regex": regex} for name, regex in options.metric_definitions.items()],
        "network_isolation": options.network_isolation or None,
        "output_bucket, output_prefix": bound.output_s3_uri,
        "output_key": bound.output_key_arn,
        "tags": [{"Key": key, "Value": value} for key, value in options.tags.items()],
        "tensorboard": _tensorboard(options, bound),
        "volume_key": bound.volume_key_arn,
        "vpc, vpc_subnets, security_groups": _vpc(bound.network),
    }


def _vpc(network: Network) -> dict[str, Any] | None:
    if not network.subnet_ids:
        return None
    return {"Subnets": list(network.subnet_ids), "SecurityGroupIds": network.security_group_ids}


def _tensorboard(options: SimpleNamespace, bound: Bindings) -> dict[str, Any] | None:
    if options.tensorboard is None:
        return None
    rendered: dict[str, Any] = options.tensorboard.render(bound.output_s3_uri)
    return rendered


def decodes_hyperparameters(options: SimpleNamespace) -> bool:
    """Say whether the image decodes hyperparameters as JSON: what it says itself, or else where there is a source."""
    told: bool | None = options.image.decodes_hyperparameters
    return options.source is not None if told is None else told


def hyperparameter_texts(hyperparameters: Mapping[str, HyperParameter], *, as_json: bool) -> dict[str, str]:
    """Render hyperparameters as SageMaker wants them: strings; numbers and booleans as JSON has them.

    Args:
        hyperparameters: Names and values.
        as_json: Whether a string is written as JSON too, for an image that decodes it.
    """
    return {name: _text(value, as_json=as_json) for name, value in hyperparameters.items()}


def as_sent(capacity: Capacity, *, as_json: bool) -> Capacity:
    """Return an entry of the plan with its own hyperparameters as SageMaker wants them.

    Args:
        capacity: The entry.
        as_json: Whether a string is written as JSON.
    """
    return replace(capacity, hyperparameters=hyperparameter_texts(capacity.hyperparameters, as_json=as_json))


def _text(value: HyperParameter, *, as_json: bool) -> str:
    if isinstance(value, str):
        return json_text(value) if as_json else value
    return Tokenization.stringify_number(value) if is_token(value) else json.dumps(value)

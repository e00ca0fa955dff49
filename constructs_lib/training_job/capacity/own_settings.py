"""Settings that go with a capacity: hyperparameters and environment variables of the jobs on it alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from constructs_lib.training_job.input_fields import RUN_MARK
from constructs_lib.training_job.kinds import kind_problems
from constructs_lib.training_job.service_model import model_problems
from constructs_lib.training_job.tokens import is_token

HyperParameter = str | int | float | bool
"""What a hyperparameter may be; a string reaches the program as it is written."""


def own_settings(
    hyperparameters: Mapping[str, HyperParameter] | None, environment: Mapping[str, str] | None
) -> dict[str, Any]:
    """Return the settings of a capacity as its fields hold them; `None` is none."""
    return {
        "hyperparameters": {} if hyperparameters is None else hyperparameters,
        "environment": {} if environment is None else environment,
    }


def own_settings_problems(hyperparameters: object, environment: object) -> Iterator[str]:
    """Yield what is wrong with the settings of one capacity, before they are merged over others."""
    given = (("hyperparameters", hyperparameters, HyperParameter), ("environment", environment, str))
    for argument, values, kind in given:
        if problems := list(kind_problems(argument, Mapping[str, kind], values)):  # type: ignore[valid-type]
            yield from problems
        elif argument == "environment" and isinstance(values, Mapping):
            yield from model_problems(values, "TrainingEnvironmentMap", argument, is_token)
            if RUN_MARK in values:
                yield f"'environment' must not have {RUN_MARK!r}, which the run itself sets; leave it out"
        elif isinstance(values, Mapping):
            # how long a value is, and what stands in it, is looked at as it is sent
            texts = dict.fromkeys(values, "")
            yield from model_problems(texts, "HyperParameters", argument, is_token)

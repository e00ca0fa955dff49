"""Hyperparameters as the toolkit reads them, and as it puts them on a command line."""

from __future__ import annotations

import json
from collections.abc import Mapping

from constructs_lib.local.training_jobs.api.errors import JobFailedError

_FRAMEWORK_PREFIX = "sagemaker_"
_TOOLKIT_OWN = frozenset(
    {
        "_tuning_objective_metric",
        "default_user_module_name",
        "sagemaker_container_log_level",
        "sagemaker_enable_cloudwatch_metrics",
        "sagemaker_job_name",
        "sagemaker_program",
        "sagemaker_region",
        "sagemaker_s3_output",
        "sagemaker_submit_directory",
    }
)


def decoded(hyperparameters: Mapping[str, str]) -> dict[str, object]:
    """Return hyperparameters as the toolkit reads them: as JSON, or as they are where they are not JSON.

    Raises:
        JobFailedError: `AlgorithmError` for JSON that is nested so deep that the toolkit ends by it.
    """
    values: dict[str, object] = {}
    for name, text in hyperparameters.items():
        try:
            values[name] = json.loads(text)
        except ValueError:
            values[name] = text
        except RecursionError as error:
            raise JobFailedError(
                "AlgorithmError", f"Framework Error: hyperparameter '{name}' is nested too deep"
            ) from error
    return values


def program_own(values: Mapping[str, object]) -> dict[str, object]:
    """Return the decoded hyperparameters that are the program's."""
    return {
        name: value
        for name, value in values.items()
        if not name.startswith(_FRAMEWORK_PREFIX) and name not in _TOOLKIT_OWN
    }


def framework_own(values: Mapping[str, object]) -> dict[str, object]:
    """Return the decoded hyperparameters that are for the framework's container, and not for the toolkit itself."""
    return {
        name: value for name, value in values.items() if name.startswith(_FRAMEWORK_PREFIX) and name not in _TOOLKIT_OWN
    }


def to_arguments(hyperparameters: Mapping[str, object]) -> list[str]:
    """Return hyperparameters as the toolkit puts them on a command line: sorted, `-k v` for names of one letter."""
    arguments: list[str] = []
    for name, value in sorted(hyperparameters.items()):
        arguments.append(f"{'--' if len(name) > 1 else '-'}{name}" if name else "")
        if isinstance(value, dict):
            arguments.append(",".join(f"{key}={item}" for key, item in sorted(value.items())))
        else:
            arguments.append("" if value is None else str(value))
    return arguments

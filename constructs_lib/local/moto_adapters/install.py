"""All adapters together: put in as one, and taken out as one."""

from __future__ import annotations

from contextlib import ExitStack

from constructs_lib.local.moto_adapters import iam_simulation, sagemaker_api
from constructs_lib.local.moto_adapters.cloudformation import (
    bucket_deployments,
    bucket_settings,
    role_policies,
    route_tables,
    stacks,
    state_machines,
    unknown_types,
    versions,
)
from constructs_lib.local.moto_adapters.emulation import Emulation
from constructs_lib.local.moto_adapters.memory import executions, instances, log_groups, metric_data
from constructs_lib.local.moto_adapters.patching import Patch, apply
from constructs_lib.local.moto_adapters.services import known_services, s3_objects, secret_names, times
from constructs_lib.local.moto_adapters.step_functions import adapters as step_functions

ADAPTERS = (
    bucket_deployments,
    bucket_settings,
    iam_simulation,
    known_services,
    role_policies,
    route_tables,
    s3_objects,
    sagemaker_api,
    secret_names,
    stacks,
    state_machines,
    times,
    unknown_types,
    versions,
    *step_functions.ADAPTERS,
    executions,
    instances,
    log_groups,
    metric_data,
)
"""The adapters."""


def all_patches(emulation: Emulation) -> list[Patch]:
    """Return every patch of every adapter."""
    return [patch for adapter in ADAPTERS for patch in adapter.patches(emulation)]


def install(emulation: Emulation) -> ExitStack:
    """Install every adapter.

    Returns:
        What takes them out again when it is closed.

    Raises:
        MotoChangedError: If moto is not the one that they were written for; nothing is replaced then.
    """
    return apply(all_patches(emulation))

"""Teaches moto what the embedded AWS needs: one small module for each thing, all of them put in and taken out together.

Each module names the file of moto that it reaches into and declares what it replaces there; `patching.py` checks that
against the installed moto before anything is touched.
"""

from __future__ import annotations

from contextlib import ExitStack

from constructs_lib.local.moto_adapters import (
    aws_sdk_task,
    bucket_settings,
    context_object,
    definitions,
    error_names,
    executions,
    history,
    jsonata_expressions,
    redrives,
    sagemaker_api,
    stacks,
    state_machines,
    string_literals,
    sync_task,
    waits,
)
from constructs_lib.local.moto_adapters.emulation import Emulation
from constructs_lib.local.moto_adapters.patching import MOTO_VERSION, MotoChangedError, Patch, apply, check

ADAPTERS = (
    aws_sdk_task,
    bucket_settings,
    context_object,
    definitions,
    error_names,
    executions,
    history,
    jsonata_expressions,
    redrives,
    sagemaker_api,
    stacks,
    state_machines,
    string_literals,
    sync_task,
    waits,
)
"""The adapters."""

__all__ = ["ADAPTERS", "MOTO_VERSION", "Emulation", "MotoChangedError", "Patch", "all_patches", "check", "install"]


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

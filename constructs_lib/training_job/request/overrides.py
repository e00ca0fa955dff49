"""`training_job_overrides`: a part of a CreateTrainingJob request, merged over what was rendered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from constructs_lib.training_job.request.members import OVERRIDES, READ_ONLY, SETTINGS, Setting, arguments_of
from constructs_lib.training_job.request.rendering import copied
from constructs_lib.training_job.service_model import closest, model_shape, plain, shown

_ARGUMENT = "training_job_overrides"


def merge_overrides(request: Mapping[str, Any], overrides: Mapping[str, Any]) -> dict[str, Any]:
    """Return a request with overrides merged over it; neither is changed.

    Objects are merged member by member, at every depth. Everything else, lists too, is replaced.
    """
    merged = {name: copied(value) for name, value in request.items()}
    for name, value in overrides.items():
        below = merged.get(name)
        if isinstance(below, Mapping) and isinstance(value, Mapping):
            merged[name] = merge_overrides(below, value)
        else:
            merged[name] = copied(value)
    return merged


def override_problems(overrides: object) -> list[str]:
    """Say what overrides must not hold: what the run owns, what goes with a grant, and what the API does not know.

    Types, lengths and the rest are `request_problems`' to tell, of the merged request.

    Args:
        overrides: The value of `training_job_overrides`.

    Returns:
        One sentence a problem, each with the argument to use instead; empty when there is none.
    """
    if not isinstance(overrides, Mapping):
        return [f"'{_ARGUMENT}' must be an object with members of CreateTrainingJob, got {shown(overrides)}"]
    return list(_problems(overrides, "CreateTrainingJobRequest", ""))


def _problems(overrides: Mapping[str, Any], shape_name: str, path: str) -> Iterator[str]:
    members = model_shape(shape_name)["members"]
    for name, value in overrides.items():
        where = f"{path}.{plain(name)}" if path else plain(name)
        if name not in members:
            of = f"'{path}'" if path else "CreateTrainingJob"
            yield f"'{_ARGUMENT}' has '{where}', which is not a member of {of}{closest(name, members)}"
        elif where in READ_ONLY:
            yield f"'{_ARGUMENT}' must not set '{where}', which is read-only; leave it out"
        elif not SETTINGS.get(where, OVERRIDES).overridable:
            yield _owned(where, value, SETTINGS[where])
        elif model_shape(members[name]["shape"])["type"] != "structure":
            continue
        elif isinstance(value, Mapping):
            yield from _problems(value, members[name]["shape"], where)
        else:
            yield f"'{_ARGUMENT}' must have an object for '{where}', got {shown(value)}"


def _owned(where: str, value: object, setting: Setting) -> str:
    reason = "which the run decides" if setting.by == "run" else "which has an argument of its own"
    return f"'{_ARGUMENT}' must not set '{where}', {reason}, got {shown(value)}; use {arguments_of(setting)}"

"""Whether an argument is of the kind that its type hint says, and the sentence for one that is not.

CDK's own check of kinds, by typeguard, raises at the first and names no fix; deep inside it is jsii that raises.
"""

from __future__ import annotations

import functools
import math
import types
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Literal, ParamSpec, TypeVar, Union, get_args, get_origin, get_type_hints

from constructs_lib.training_job.refusal import refuse
from constructs_lib.training_job.service_model import shown
from constructs_lib.training_job.tokens import is_token

P = ParamSpec("P")
R = TypeVar("R")

_ONE: dict[Any, str] = {str: "a string", int: "a whole number", float: "a number", bool: "True or False"}
_MANY: dict[Any, str] = {str: "strings", int: "whole numbers", float: "numbers", bool: "booleans"}
_CALLED = {"HasSeconds": "Duration", "TrainingMonitoring": "SpotTraining"}
"""What a reader calls a kind, where that is not the name of its class."""

_ADVICE = {
    "Bucket": 's3.Bucket.from_bucket_name(self, "Bucket", …) gives one by its name',
    "Capacity": 'Capacity.spot("ml.m5.xlarge") makes one',
    "Deadline": "Deadline.after(…, expected_runtime=…) makes one",
    "Duration": "write Duration.hours(…), .minutes(…) or .seconds(…)",
    "InputLocation": "InputLocation.from_bucket(…) makes one",
    "Key": 'kms.Key.from_key_arn(self, "Key", …) gives one by its ARN',
    "LogGroup": 'logs.LogGroup.from_log_group_name(self, "Log", …) gives one by its name',
    "ManagedPolicy": 'iam.ManagedPolicy.from_managed_policy_name(self, "Policy", …) gives one by its name',
    "Prices": "Prices.from_file(…) reads them",
    "Role": 'iam.Role.from_role_arn(self, "Role", …) gives one by its ARN',
    "SecurityGroup": 'ec2.SecurityGroup.from_security_group_id(self, "Group", …) gives one by its id',
    "Size": "write Size.gibibytes(…)",
    "SubnetSelection": "write ec2.SubnetSelection(…)",
    "TrainingChannel": "TrainingChannel.from_bucket(…) makes one",
    "TrainingImage": "TrainingImage.from_registry(…) makes one, and so do its other methods",
    "TrainingSource": "TrainingSource.from_directory(…) makes one",
    "Vpc": 'ec2.Vpc.from_lookup(self, "Vpc", …) gives one by its id',
}
"""How to come by what is asked for."""


def checked(function: Callable[P, R]) -> Callable[P, R]:
    """Let a function refuse keyword arguments of another kind than its hints say, all of them before it begins."""

    @functools.wraps(function)
    def of_the_right_kinds(*args: P.args, **kwargs: P.kwargs) -> R:
        hints = get_type_hints(function)
        refuse(
            problem for name in kwargs if name in hints for problem in kind_problems(name, hints[name], kwargs[name])
        )
        return function(*args, **kwargs)

    return of_the_right_kinds


def kind_problems(argument: str, hint: Any, value: object) -> Iterator[str]:
    """Yield what is wrong with the kind of an argument; a token is of the kind that it stands for.

    Args:
        argument: Its name.
        hint: Its type hint, evaluated.
        value: What was given.
    """
    found = _stranger(hint, value)
    if found is not None:
        stranger, where = found
        yield f"'{argument}' must be {_one(hint)}, got {_shown(stranger)}{where}{_fix(hint, value)}"


def _stranger(hint: Any, value: object) -> tuple[object, str] | None:
    """Return what is of another kind, the value or something in it, and where it stands; nothing where all is well."""
    inner = get_args(hint)
    if _is_union(hint):
        found = [_stranger(each, value) for each in inner]
        return None if None in found else next((deep for deep in found if deep and deep[1]), (value, ""))
    if get_origin(hint) is Literal:
        return None if isinstance(value, str) and (value in inner or is_token(value)) else (value, "")
    if get_origin(hint) is Mapping:
        return _stranger_in_mapping(inner[1], value)
    if get_origin(hint) is Sequence:
        return _stranger_in_list(inner[0], value)
    return None if _is(hint, value) else (value, "")


def _stranger_in_mapping(hint: Any, value: object) -> tuple[object, str] | None:
    if not isinstance(value, Mapping):
        return value, ""
    for name, each in value.items():
        if not isinstance(name, str):
            return name, " as a name"
        if (deep := _stranger(hint, each)) is not None:
            return deep[0], f" for {shown(name)}"
    return None


def _stranger_in_list(hint: Any, value: object) -> tuple[object, str] | None:
    if not isinstance(value, Sequence) or isinstance(value, (str, bytes)):
        return value, ""
    for number, each in enumerate(value):
        if (deep := _stranger(hint, each)) is not None:
            return deep[0], f" at [{number}]"
    return None


def _is(kind: Any, value: object) -> bool:
    """Return whether a value is of a kind that is neither a union nor a container."""
    if kind is Any or kind is object:
        return True
    if kind is int:
        # a number that is a token reaches Python as a float
        return (isinstance(value, int) and not isinstance(value, bool)) or (
            isinstance(value, float) and is_token(value)
        )
    if kind is float:
        # JSON has no NaN and no infinity
        return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
    if _is_protocol(kind):
        # jsii hands what has no class in Python as a bundle of proxies, each for one interface
        members = [name for name in vars(kind) if not name.startswith("_")]
        classes = [type(each) for each in getattr(value, "_delegates", (value,))]
        return any(all(hasattr(each, name) for name in members) for each in classes)
    return isinstance(value, kind)


def _kinds(hint: Any) -> list[Any]:
    """Return what a hint allows, without `None`, an interface beside its class, and `int` beside `float`."""
    kinds = [each for each in get_args(hint) if each is not types.NoneType] if _is_union(hint) else [hint]
    classes = {_name(kind) for kind in kinds if not _is_protocol(kind)}
    return [
        kind
        for kind in kinds
        if not (_is_protocol(kind) and _name(kind) in classes) and not (kind is int and float in kinds)
    ]


def _is_union(hint: Any) -> bool:
    return get_origin(hint) in (Union, types.UnionType)


def _is_protocol(kind: Any) -> bool:
    return bool(getattr(kind, "_is_protocol", False))


def _name(kind: Any) -> str:
    name = str(getattr(kind, "__name__", kind))
    # CDK's own way to name an interface
    interface = _is_protocol(kind) and name[:1] == "I" and name[1:2].isupper()
    return _CALLED.get(name, name[1:] if interface else name)


def _one(hint: Any) -> str:
    return _listed([_one_kind(kind) for kind in _kinds(hint)], "or")


def _one_kind(kind: Any) -> str:
    origin, inner = get_origin(kind), get_args(kind)
    if origin is Literal:
        return _listed([repr(each) for each in inner], "or")
    if origin is Mapping:
        return f"a mapping of names to {_many(inner[1])}"
    if origin is Sequence:
        return f"a list of {_many(inner[0])}"
    name = _name(kind)
    return _ONE.get(kind) or f"{'an' if name[0] in 'AEIO' else 'a'} {name}"


def _many(hint: Any) -> str:
    if hint is Any:
        return "values"
    return _listed([_MANY.get(kind) or _name(kind) for kind in _kinds(hint)], "and")


def _listed(words: Sequence[str], last: str) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}"


def _fix(hint: Any, value: object) -> str:
    kinds = _kinds(hint)
    items = [get_args(kind)[0] for kind in kinds if get_origin(kind) is Sequence]
    if any(_stranger(item, value) is None for item in items):
        return "; put it in a list, […]"
    wanted = [each for kind in kinds for each in (get_args(kind)[-1:] or [kind])]
    names = [_name(kind) for each in wanted for kind in _kinds(each)]
    return next((f"; {_ADVICE[name]}" for name in names if name in _ADVICE), "")


def _shown(value: object) -> str:
    """Show a value that has a plain form, and of another the name of its class."""
    plain = value is None or isinstance(value, (str, int, float, bytes, list, tuple, dict, set, type))
    return shown(value) if plain else f"a {type(value).__name__}"

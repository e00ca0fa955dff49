"""Reading the arguments of a training, in this one place: names, kinds, lengths of time, values, defaults.

What is wrong is told all at once; what stands behind it has nothing to ask again.
"""

from __future__ import annotations

import inspect
import re
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import SimpleNamespace
from typing import Any

from aws_cdk import Duration, Size, SizeRoundingBehavior

from constructs_lib.cdk.buckets.checkpoint_bucket import CheckpointBucket
from constructs_lib.cdk.task.run_arguments import run_input_problems, run_name_problems
from constructs_lib.cdk.training.argument_problems import argument_problems
from constructs_lib.cdk.training.arguments import TrainingArguments, longest_wait_seconds
from constructs_lib.training_job.capacity.prices import Prices
from constructs_lib.training_job.durations import whole_seconds
from constructs_lib.training_job.kinds import kind_problems
from constructs_lib.training_job.limits import (
    DEFAULT_CAPACITY_PATIENCE_SECONDS,
    DEFAULT_RUNTIME_SECONDS,
    MAX_RUNTIME_SECONDS,
)
from constructs_lib.training_job.refusal import refuse
from constructs_lib.training_job.request.naming import base_job_name_problems, default_base_job_name
from constructs_lib.training_job.request.overrides import override_problems
from constructs_lib.training_job.service_model import closest, shown
from constructs_lib.training_job.tokens import is_token
from constructs_lib.workflow.deadline.deadline import Deadline
from constructs_lib.workflow.jsonata.given import literal_problems

_MOST_ENTRIES = 16
_TAG_PATTERN = re.compile(r"[A-Za-z0-9_*][A-Za-z0-9._*-]{0,127}")
_STATE_MACHINE_NAME = re.compile(r"[A-Za-z0-9+!@.()\-=_']{1,80}")

_OF_EVERY_DIALECT = (
    "missing )", "unbalanced", "unterminated", "nothing to repeat", "multiple repeat", "bad character range",
    "min repeat", "bad escape (end",
)  # fmt: skip
"""Mistakes in a regular expression that no dialect takes; AWS does not say which one SageMaker speaks."""

_EXPRESSIONS = ("run_input", "run_name")
"""Keywords whose texts Step Functions is to evaluate."""

_DEFAULTS: dict[str, Any] = {
    "allowed_image_tags": (),
    "allowed_instance_types": (),
    "channels": {},
    "checkpoint_local_path": "/opt/ml/checkpoints",
    "container_arguments": (),
    "container_entrypoint": (),
    "environment": {},
    "hyperparameters": {},
    "input_locations": (),
    "input_mode": "File",
    "inter_container_encryption": False,
    "metric_definitions": {},
    "network_isolation": False,
    "output_prefix": "models",
    "publish_metrics": True,
    "tags": {},
    "training_job_overrides": {},
    "volume_size": 30,
}
"""What an option is when it is not given; the others are `None` then."""


def read_options(
    takes: inspect.Signature, given: Mapping[str, Any], *, path: Callable[[], str], also: Iterable[str] = ()
) -> TrainingArguments:
    """Read the keywords of a construct that trains: fill the defaults, and check all that is known before it is made.

    Args:
        takes: The constructor's signature, `shows_options` applied: which keywords there are, and of what kind.
        given: The keywords as they were given; one that is `None` is as if it were not.
        path: Gives the construct's path, which names the jobs where the author does not.
        also: What is wrong with the construct besides its keywords. Defaults to nothing.

    Raises:
        TypeError: A keyword that does not exist, or a missing one; all other problems of single keywords with it.
        ValueError: Keywords of another kind or value, all at once; or, where each is right by itself, all that do not
            go together.
    """
    known = {each.name: each for each in takes.parameters.values() if each.kind is inspect.Parameter.KEYWORD_ONLY}
    said = {name: value for name, value in given.items() if value is not None}
    of_names = list(_name_problems(known, said))
    problems, values = [*of_names, *also], {}
    for name, value in said.items():
        if name in known:
            values[name], found = _read(name, known[name].annotation, value)
            problems += found
    refuse(problems, TypeError if of_names else ValueError)
    arguments = _with_defaults({each.name: each.default for each in known.values()} | _DEFAULTS, values, path)
    refuse(argument_problems(arguments))
    return arguments


def _name_problems(known: Mapping[str, inspect.Parameter], said: Mapping[str, object]) -> Iterator[str]:
    for name in said:
        if name not in known:
            yield f"there is no option {name!r}{closest(name, known)}"
    for name, each in known.items():
        if each.default is inspect.Parameter.empty and name not in said:
            yield f"'{name}' is required"


def _with_defaults(defaults: Mapping[str, Any], said: Mapping[str, Any], path: Callable[[], str]) -> TrainingArguments:
    options = SimpleNamespace(**{**defaults, **said})
    checkpointing = options.image.checkpoints is not False if options.checkpointing is None else options.checkpointing
    deadline: Deadline | None = options.deadline
    expected = 0 if deadline is None else deadline.expected_runtime_seconds
    runtime = _first(options.max_runtime, min(MAX_RUNTIME_SECONDS, max(DEFAULT_RUNTIME_SECONDS, 2 * expected)))
    longest_wait = longest_wait_seconds(checkpointing=checkpointing)
    longest = _first(options.longest_runtime, runtime)
    until = 2 * runtime if deadline is None else max(deadline.after_seconds, longest)
    wait = _first(options.max_wait, min(until, longest_wait))
    bucket = options.checkpoint_bucket
    return TrainingArguments(
        options=options,
        base_job_name=default_base_job_name(path()) if options.base_job_name is None else options.base_job_name,
        checkpointing=checkpointing,
        runtime_seconds=runtime,
        wait_seconds=wait,
        capacity_patience_seconds=_capacity_patience(options, wait),
        longest_runtime_seconds=longest,
        kept_seconds=bucket.kept_seconds if isinstance(bucket, CheckpointBucket) else None,
    )


def _capacity_patience(options: SimpleNamespace, wait_seconds: int) -> int | None:
    if options.capacity_patience is not None:
        return None if options.capacity_patience == "max_wait" else int(options.capacity_patience)
    if options.deadline is not None:
        return None
    goes_on = any(entry.is_spot for entry in options.capacity[:-1])
    return DEFAULT_CAPACITY_PATIENCE_SECONDS if goes_on and wait_seconds > DEFAULT_CAPACITY_PATIENCE_SECONDS else None


def _first(given: int | None, default: int) -> int:
    return default if given is None else given


def _read(name: str, hint: Any, given: Any) -> tuple[Any, list[str]]:
    """Return a value in the form that everything behind this works with, and what is wrong with it."""
    if problems := list(kind_problems(name, hint, given)):
        return given, problems
    try:
        value = _converted(name, given)
    except ValueError as error:
        return given, [str(error)]
    problems = [] if name in _EXPRESSIONS else list(literal_problems(name, value))
    if name in _CHECKS:
        problems += _CHECKS[name](value)
    return value, problems


def _converted(name: str, value: Any) -> Any:
    if isinstance(value, Duration):
        return whole_seconds(name, value)
    if isinstance(value, Size):
        return _gibibytes(name, value)
    if name == "prices" and not isinstance(value, Prices):
        return Prices.of(value)
    return tuple(value) if name == "capacity" else value


def _gibibytes(name: str, size: Size) -> float:
    try:
        gibibytes = size.to_gibibytes(rounding=SizeRoundingBehavior.NONE)
    except RuntimeError:
        # CDK converts no token from one unit to another
        raise ValueError(f"'{name}' must be in GiB where it is a token; write Size.gibibytes(…)") from None
    if is_token(gibibytes):
        return gibibytes
    if gibibytes != int(gibibytes):
        raise ValueError(f"'{name}' must be whole GiB, got {gibibytes:g} GiB; round it")
    if gibibytes < 1:
        raise ValueError(f"'{name}' must be at least 1 GiB, got {gibibytes:g} GiB; leave it out for 30 GiB")
    return int(gibibytes)


def _base_job_name(name: str) -> Iterable[str]:
    return () if is_token(name) else base_job_name_problems(name)


def _capacity(plan: tuple[object, ...]) -> Iterator[str]:
    if not plan:
        yield "'capacity' must name at least one capacity, such as Capacity.spot(\"ml.m5.xlarge\"), got none"
    elif len(plan) > _MOST_ENTRIES:
        yield f"'capacity' must have at most {_MOST_ENTRIES} entries, got {len(plan)}"


def _allowed_instance_types(names: Iterable[str]) -> Iterator[str]:
    for name in names:
        if not is_token(name) and not name.startswith("ml."):
            fix = shown(f"ml.{name}")
            yield f"'allowed_instance_types' must have types that begin with 'ml.', got {shown(name)}; write {fix}"


def _allowed_image_tags(tags: Iterable[str]) -> Iterator[str]:
    for tag in tags:
        if not is_token(tag) and not _TAG_PATTERN.fullmatch(tag):
            yield (
                "'allowed_image_tags' must have tags, 1 to 128 letters, digits, '_', '.' and '-', with '*' for any "
                f"characters, got {shown(tag)}"
            )


def _output_prefix(prefix: str) -> Iterator[str]:
    if prefix.startswith("/") or prefix.endswith("/") or not prefix:
        yield f"'output_prefix' must be a prefix without a slash at either end, such as \"models\", got {prefix!r}"


def _checkpoint_local_path(path: str) -> Iterator[str]:
    if not is_token(path) and not path.startswith("/"):
        yield f"'checkpoint_local_path' must be an absolute path in the container, got {path!r}"


def _state_machine_name(name: str) -> Iterator[str]:
    if not is_token(name) and not _STATE_MACHINE_NAME.fullmatch(name):
        yield f"'state_machine_name' must be 1 to 80 letters, digits and any of + ! @ . ( ) - = _ ', got {shown(name)}"


def _patience(value: Any) -> Iterable[str]:
    if is_token(value):
        yield "'capacity_patience' must be known at synth, got a token; write Duration.minutes(…) or \"max_wait\""


def _max_cost(dollars: float) -> Iterator[str]:
    if is_token(dollars):
        yield "'max_cost' must be known at synth, got a token; write a number of dollars"
    elif dollars <= 0:
        yield f"'max_cost' must be a number of dollars above nought, got {dollars:g}"


def _metric_definitions(definitions: Mapping[str, str]) -> Iterator[str]:
    for name, regex in definitions.items():
        if not is_token(regex) and (wrong := _broken_regex(regex)):
            yield (
                f"'metric_definitions' must have regular expressions, got {shown(regex)} for {shown(name)}, which has "
                f"a mistake: {wrong}"
            )


def _broken_regex(regex: str) -> str:
    """Say what is wrong with a regular expression, whatever its dialect; nothing where only Python may not know it."""
    try:
        with warnings.catch_warnings(action="ignore"):
            re.compile(regex)
    except (re.error, OverflowError, RecursionError) as error:
        return str(error) if str(error).startswith(_OF_EVERY_DIALECT) else ""
    return ""


_CHECKS: dict[str, Callable[[Any], Iterable[str]]] = {
    "allowed_image_tags": _allowed_image_tags,
    "allowed_instance_types": _allowed_instance_types,
    "base_job_name": _base_job_name,
    "capacity": _capacity,
    "capacity_patience": _patience,
    "checkpoint_local_path": _checkpoint_local_path,
    "max_cost": _max_cost,
    "metric_definitions": _metric_definitions,
    "output_prefix": _output_prefix,
    "run_input": run_input_problems,
    "run_name": run_name_problems,
    "state_machine_name": _state_machine_name,
    "training_job_overrides": override_problems,
}
"""What is wrong with the value of one keyword, whatever the others are."""

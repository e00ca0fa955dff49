"""The input of a run: what a file says, with the flags merged over it.

Its fields are those of the state machine, which validates them against what the deployment allows; only the form is
looked at here, so that there is one place that judges.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

from constructs_lib.runs.aws.errors import RunsError
from constructs_lib.runs.aws.state_machine import run_name_of
from constructs_lib.runs.times import parse_duration
from constructs_lib.training_job.capacity.capacity import Capacity

LARGEST_INPUT_BYTES = 262_144
"""The most that StartExecution takes: https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html"""

_DIGITS = 15
"""How many digits of a number JSONata writes; a longer one would lose some."""

_MERGED = ("HyperParameters", "Environment", "Channels")
"""The fields that are merged name by name; any other flag replaces what the file has."""


@dataclass(frozen=True, kw_only=True)
class InputFlags:
    """The flags that make up a run's input, as they were written."""

    hyperparameter: Sequence[str] = ()
    environment: Sequence[str] = ()
    channel: Sequence[str] = ()
    capacity: Sequence[str] = ()
    max_runtime: str | None = None
    max_wait: str | None = None
    image_tag: str | None = None
    output_prefix: str | None = None
    resume_from: str | None = None
    deadline: str | None = None
    deadline_in: str | None = None
    expected_runtime: str | None = None

    def document(self) -> dict[str, Any]:
        """Return the input that the flags alone make.

        Raises:
            RunsError: If a flag is not of its form; names it and says how it is written.
        """
        seconds = {"MaxRuntimeInSeconds": ("--max-runtime", self.max_runtime)}
        seconds["MaxWaitTimeInSeconds"] = ("--max-wait", self.max_wait)
        seconds["DeadlineInSeconds"] = ("--deadline-in", self.deadline_in)
        seconds["ExpectedRuntimeInSeconds"] = ("--expected-runtime", self.expected_runtime)
        fields: dict[str, Any] = {
            "HyperParameters": name_value_pairs("--hyperparameter", self.hyperparameter),
            "Environment": name_value_pairs("--environment", self.environment),
            **{field: parse_duration(text, flag) for field, (flag, text) in seconds.items() if text is not None},
            "Capacity": [parse_capacity(text) for text in self.capacity],
            "Channels": _channels(self.channel),
            "ImageTag": self.image_tag,
            "OutputPrefix": self.output_prefix,
            "ResumeFrom": self.resume_from and run_name_of(self.resume_from),
            "Deadline": self.deadline,
        }
        texts = {"--image-tag": self.image_tag, "--output-prefix": self.output_prefix, "--deadline": self.deadline}
        for flag, text in texts.items():
            if text == "":
                # a shell variable without a value must not come to mean the deployed one
                raise RunsError(f"{flag} must not be empty; leave it out for the deployed one")
        if self.resume_from is not None and not fields["ResumeFrom"]:
            raise RunsError("--resume-from must be the name of an earlier run, got an empty one")
        return {field: value for field, value in fields.items() if value}


def parse_capacity(text: str) -> dict[str, Any]:
    """Read `spot:ml.g5.xlarge`, `on-demand:ml.g5.xlarge:2`.

    Raises:
        RunsError: If it is not of that form.
    """
    try:
        capacity = Capacity.parse(text)
    except ValueError as error:
        raise RunsError(f"--capacity: {error}") from error
    return {**capacity.resource_config(), "Market": capacity.market}


def merge(document: dict[str, Any], flags: dict[str, Any]) -> dict[str, Any]:
    """Merge flags over a document: hyperparameters, environment and channels by name, all else as a whole.

    Raises:
        RunsError: If the document has no object where names are to be merged.
    """
    merged = {**document, **flags}
    for field in _MERGED:
        if field in document and field in flags:
            if not isinstance(document[field], dict):
                shown = repr(document[field])[:60]
                raise RunsError(f"{field!r} in the input must be an object of names and values, got {shown}")
            merged[field] = {**document[field], **flags[field]}
    return merged


def read_input(path: str, stdin: BinaryIO) -> dict[str, Any]:
    """Read the input from a file, or from standard input when the path is `-`.

    Raises:
        RunsError: If it cannot be read or is not a JSON object; says where.
    """
    return parse_input(*read_text(path, stdin))


def read_text(path: str, stdin: BinaryIO) -> tuple[str, str]:
    """Read a file, or standard input when the path is `-`; return its text and what to call it.

    Raises:
        RunsError: If it cannot be read, or is not text.
    """
    where = "standard input" if path == "-" else path
    try:
        content = stdin.read() if path == "-" else Path(path).read_bytes()
        return content.decode("utf-8-sig"), where
    except UnicodeDecodeError as error:
        raise RunsError(f"{where} is not text in UTF-8; write the input as JSON") from error
    except (OSError, ValueError) as error:
        hint = "; --input takes a file, or - for standard input" if path.lstrip().startswith(("{", "[")) else ""
        reason = getattr(error, "strerror", None) or str(error)
        raise RunsError(f"the input {where!r} cannot be read: {reason}{hint}") from error


def parse_input(text: str, where: str) -> dict[str, Any]:
    """Read a run's input from JSON text; nothing at all is an empty input.

    Raises:
        RunsError: If it is not a JSON object; says where.
    """
    if not text.strip():
        return {}
    try:
        document = json.loads(text, parse_constant=_not_json, parse_float=_finite)
    except json.JSONDecodeError as error:
        raise RunsError(f"{where} is not JSON: {error.msg} at line {error.lineno} column {error.colno}") from error
    except (ValueError, RecursionError) as error:
        raise RunsError(f"{where} is not JSON: {error}") from error
    if not isinstance(document, dict):
        raise RunsError(f"{where} must be a JSON object such as {{}}, got {text.strip()[:60]!r}")
    check_digits(text, where, "HyperParameters")
    return document


def input_text(document: dict[str, Any]) -> str:
    """Write a run's input as StartExecution takes it.

    Raises:
        RunsError: If it is too large.
    """
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    size = len(text.encode("utf-8", errors="surrogatepass"))
    if size > LARGEST_INPUT_BYTES:
        raise RunsError(f"the input must be at most {LARGEST_INPUT_BYTES} bytes, got {size}; put the data in a channel")
    return text


def name_value_pairs(flag: str, texts: Iterable[str]) -> dict[str, str]:
    """Read `NAME=VALUE`, each name once.

    Raises:
        RunsError: If one is not of that form, or a name comes twice.
    """
    pairs: dict[str, str] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or not name:
            raise RunsError(f"{flag} must be <name>=<value>, got {text!r}")
        if name in pairs:
            raise RunsError(f"{flag} must name each only once, got {name!r} twice")
        pairs[name] = value
    return pairs


def check_digits(text: str, where: str, field: str) -> None:
    """Check that no number in a field loses digits on its way, before it has lost them.

    Args:
        text: The input, a JSON object.
        where: What to call it.
        field: The field.

    Raises:
        RunsError: Some have more than 15; names them.
    """
    exact = json.loads(text, parse_float=Decimal, parse_int=Decimal).get(field)
    long = [
        f"{name!r} ({value})"
        for name, value in _numbers(exact, field)
        if len("".join(map(str, value.as_tuple().digits)).strip("0")) > _DIGITS
    ]
    if long:
        raise RunsError(
            f"the numbers in {field!r} of {where} must have at most {_DIGITS} digits, got {', '.join(long)}; "
            "write a longer one as a string"
        )


def _numbers(value: Any, name: str) -> Iterator[tuple[str, Decimal]]:
    """Yield each number in a value, with the nearest name above it."""
    if isinstance(value, Decimal):
        yield name, value
    elif isinstance(value, dict):
        for inner, member in value.items():
            yield from _numbers(member, inner)
    elif isinstance(value, list):
        for member in value:
            yield from _numbers(member, name)


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError(f"{text} is larger than any number that a program can read")
    return number


def _not_json(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not a JSON number")


def _channels(texts: Iterable[str]) -> dict[str, str]:
    channels = name_value_pairs("--channel", texts)
    for name, uri in channels.items():
        if not uri.startswith("s3://"):
            raise RunsError(f"--channel must be <name>=s3://<bucket>/<prefix>, got {name + '=' + uri!r}")
    return channels

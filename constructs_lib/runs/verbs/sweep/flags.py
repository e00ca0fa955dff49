"""The flags that say which runs a sweep has: a grid, draws, or a file in S3; all that is wrong with them at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from constructs_lib.runs.aws.errors import RunsError

KINDS = ("Runs", "Grid", "Random", "RunsFrom")
"""The fields of a sweep's input of which it has one."""

_DRAWS = {"uniform": "Uniform", "loguniform": "LogUniform", "int": "Int", "logint": "LogInt", "choice": "Choice"}
_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,15})?([eE]-?[0-9]{1,2})?")
"""What the state machine takes for a number in a CSV file: workflow/jsonata/sweep/items/rows."""


@dataclass(frozen=True, kw_only=True)
class SweepFlags:
    """The flags that make up which runs a sweep has, as they were written."""

    grid: Sequence[str] = ()
    random: Sequence[str] = ()
    count: int | None = None
    seed: int | None = None
    runs_from: str | None = None

    def document(self, problems: list[str]) -> dict[str, Any]:
        """Return the fields of the input that the flags make.

        Args:
            problems: Gets what is wrong with them, each as a sentence.
        """
        fields: dict[str, Any] = {
            "Grid": _named("--grid", self.grid, _values, problems),
            "Random": _named("--random", self.random, _draw, problems),
        }
        if self.runs_from == "":
            # a shell variable without a value must not come to mean another kind
            problems.append("--runs-from must be an S3 URI that ends in .jsonl or .csv, got ''")
        fields = {name: value for name, value in fields.items() if value}
        given = {"Count": self.count, "Seed": self.seed, "RunsFrom": self.runs_from or None}
        return fields | {name: value for name, value in given.items() if value is not None}


def scalar(text: str) -> str | int | float | bool:
    """Read a value of a hyperparameter: a number or `true` and `false` where it reads like one, or else a text."""
    if text in ("true", "false"):
        return text == "true"
    if not _NUMBER.fullmatch(text):
        return text
    number = float(text)
    # JSONata writes fifteen digits: what has more stays the text that it is
    if float(f"{number:.15g}") != number or (not number and text.strip("-0.")):
        return text
    return int(number) if number.is_integer() and abs(number) < 1e15 else number


def kind_problems(document: dict[str, Any]) -> Iterator[str]:
    """Yield what is wrong with the kinds of an input, whose values the state machine checks."""
    kinds = [kind for kind in KINDS if kind in document]
    if len(kinds) != 1:
        got = " and ".join(kinds) or "none"
        yield (
            f"a sweep needs one of Runs, Grid, Random and RunsFrom, got {got}; pass --grid, --random, --runs-from, or "
            "an --input that has one"
        )
    if "Random" in kinds and "Count" not in document:
        yield "--random needs --count, how many runs are drawn"
    if "ResumeFrom" in document:
        yield (
            "--resume-from is for one run, because only one may write into its checkpoints; give 'ResumeFrom' to an "
            "item of 'Runs'"
        )
    uri = document.get("RunsFrom")
    if isinstance(uri, str) and not re.fullmatch(r"s3://\S+/.*\.(jsonl|csv)", uri):
        yield (
            f"--runs-from must be an S3 URI that ends in .jsonl or .csv, got {uri!r}; a file of this machine is for "
            "--input"
        )
    for field in ("Count", "Seed"):
        if field in document and "Random" not in document:
            yield f"--{field.lower()} is for --random; leave it out"


def _named(flag: str, texts: Iterable[str], read: Callable[[str], Any], problems: list[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not name or not equals:
            problems.append(f"{flag} must be <name>=<values>, got {text!r}")
        elif name in found:
            problems.append(f"{flag} must name each only once, got {name!r} twice")
        else:
            try:
                found[name] = read(value)
            except RunsError as error:
                found[name] = None
                problems.append(f"{flag} {error}, got {text!r}")
    return found


def _values(text: str) -> list[str | int | float | bool]:
    values = text.split(",")
    if "" in values:
        raise RunsError("must be <name>=<value>,<value>,… with no empty value")
    return [scalar(value) for value in values]


def _draw(text: str) -> dict[str, Any]:
    kind, *values = text.split(":")
    if kind not in _DRAWS:
        raise RunsError(f"must be <name>=<kind>:<lowest>:<highest> with a kind of {', '.join(_DRAWS)}")
    read = [scalar(value) for value in values]
    if kind == "choice":
        if not values or "" in values:
            raise RunsError("must be <name>=choice:<value>:<value>:… with no empty value")
        return {"Choice": read}
    if len(read) != 2 or any(isinstance(value, (str, bool)) for value in read):
        raise RunsError(f"must be <name>={kind}:<lowest>:<highest>, two numbers")
    if kind in ("int", "logint") and any(isinstance(value, float) for value in read):
        raise RunsError(f"must be <name>={kind}:<lowest>:<highest>, two whole numbers")
    return {_DRAWS[kind]: read}

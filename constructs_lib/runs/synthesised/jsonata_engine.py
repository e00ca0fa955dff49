"""Evaluates JSONata as Step Functions does: version 2.0.6, without `$eval`, with the functions that AWS adds.

The engine is jsonata-python. It knows operators of later versions, which the service refuses, so an expression is first
read by a parser without them.
https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
"""

from __future__ import annotations

import hashlib
import json
import math
import random
import uuid
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

import jsonata

_LONGEST_MILLISECONDS = 30_000
"""Step Functions allows one second; Python needs longer for the same expression, above all on a busy machine."""

_DIGESTS = {"MD5": "md5", "SHA-1": "sha1", "SHA-256": "sha256", "SHA-384": "sha384", "SHA-512": "sha512"}
_NEWER_OPERATORS = ("??", "?:")
_NO_EVAL = "The JSONata function $eval is not supported; use $parse."
_CALLS = ("function", "partial")
_NOT_BELOW = ("_outer_instance", "ancestor", "seeking_parent")
_THREW = "threw an error during evaluation."
_LARGEST_EXACT = 2**53
_LONGEST_SHOWN = 200

NULL = jsonata.Utils.NULL_VALUE
"""JSON's null inside of the engine, where Python's None means undefined."""


class JsonataError(Exception):
    """An expression that cannot be read, cannot be evaluated, or gives nothing that JSON has.

    Attributes:
        problem: What is wrong, in Step Functions' words.
        expression: The expression; empty where it is not known.
    """

    def __init__(self, problem: str, expression: str = "") -> None:
        self.problem, self.expression = problem, expression
        super().__init__(self.at(""))

    def at(self, field: str) -> str:
        """Say it as Step Functions does.

        Args:
            field: The field of the state that the expression stands in, such as `Output/result`; it may be empty.
        """
        place = f" specified for the field '{field}'" if field else ""
        return f"The JSONata expression '{_named(self.expression)}'{place} {self.problem}"


def check_syntax(expression: str) -> None:
    """Check that Step Functions would accept an expression.

    Raises:
        JsonataError: If it cannot be read, uses an operator that is newer than 2.0.6, or calls `$eval`.
    """
    problem = _syntax_problem(expression)
    if problem:
        raise JsonataError(problem, expression)


def evaluate(expression: str, variables: Mapping[str, Any], *, now_milliseconds: int) -> Any:
    """Evaluate an expression.

    Args:
        expression: JSONata, without `{%` and `%}`.
        variables: The values of its variables, by name without the dollar sign. They are not changed.
        now_milliseconds: What `$millis()` gives, and `$now()` in words.

    Returns:
        A JSON value that shares nothing with the variables.

    Raises:
        JsonataError: If it fails, or its value is undefined or a function.
    """
    check_syntax(expression)
    try:
        engine = jsonata.Jsonata("null", timeout=_LONGEST_MILLISECONDS)
        engine.ast = _parsed(expression)
        engine.set_output_convert_nulls(False)
        bindings: dict[str, Any] = {
            name: jsonata.Jsonata.JLambda(f) for name, f in _functions(now_milliseconds).items()
        }
        bindings.update((name, from_json(value)) for name, value in variables.items())
        value = engine.evaluate(None, bindings)
    except RecursionError as error:
        raise JsonataError(f"{_THREW} It recursed too deeply.", expression) from error
    except Exception as error:  # jsonata-python lets errors of Python itself pass, such as ZeroDivisionError
        raise JsonataError(f"{_THREW} {_message(error)}", expression) from error
    if value is None:
        raise JsonataError("returned nothing (undefined).", expression)
    try:
        return to_json(value)
    except ValueError as error:
        raise JsonataError(str(error), expression) from error


def from_json(value: Any) -> Any:
    """Copy a JSON value into the engine, where None in a list is nothing to a function that gets it."""
    if isinstance(value, dict):
        return {key: from_json(item) for key, item in value.items()}
    if isinstance(value, list):
        return [from_json(item) for item in value]
    return NULL if value is None else value


def to_json(value: Any) -> Any:
    """Copy a value of the engine into plain lists, dicts, strings and numbers.

    Raises:
        ValueError: If there is a function in it, or a number that JSON does not have.
    """
    if value is NULL or value is None or isinstance(value, str | bool):
        return None if value is NULL else value
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError("returned a number out of range.")
        return int(value) if value.is_integer() and abs(value) < _LARGEST_EXACT else value
    if isinstance(value, int):
        return value
    if isinstance(value, dict):
        return {str(key): to_json(item) for key, item in value.items()}
    if isinstance(value, list):
        # by index: the engine's ranges are lists whose iterator misses the last element
        return [to_json(value[index]) for index in range(len(value))]
    raise ValueError("returned an unsupported result type.")


@cache
def _parsed(expression: str) -> Any:
    # a state is entered again and again, and its functions are longer to read than to evaluate
    return jsonata.Jsonata(expression).ast


@cache
def _syntax_problem(expression: str) -> str:
    parser = jsonata.Parser()
    for operator in _NEWER_OPERATORS:
        parser.symbol_table.pop(operator, None)
    try:
        parser.parse(expression)
        found = list(_symbols(_parsed(expression)))
    except Exception as error:  # noqa: BLE001 - the parser has errors of many kinds
        return f"cannot be read: {_message(error)}"
    called = {symbol.procedure.value for symbol in found if symbol.type in _CALLS and symbol.procedure is not None}
    own = {symbol.lhs.value for symbol in found if symbol.type == "bind"}
    return f"cannot be read: {_NO_EVAL}" if "eval" in called - own else ""


@cache
def members_read(expression: str, variable: str) -> frozenset[str]:
    """Return the members of a variable that an expression reads by their names, such as `input` of `$states.input`."""
    return frozenset(
        after.value
        for symbol in _symbols(_parsed(expression))
        if symbol.type == "path"
        for first, after in zip(symbol.steps, symbol.steps[1:], strict=False)
        if (first.type, first.value, after.type) == ("variable", variable, "name")
    )


def _symbols(part: Any) -> Iterator[Any]:
    """Yield every symbol of an expression that has been read."""
    if isinstance(part, list | tuple):
        for item in part:
            yield from _symbols(item)
    elif isinstance(part, jsonata.Parser.Symbol):
        yield part
        for name, item in vars(part).items():
            if name not in _NOT_BELOW:
                yield from _symbols(item)


def _message(error: Exception) -> str:
    code = getattr(error, "error", "")
    return f"{code}: {error}" if code else str(error) or type(error).__name__


def _named(expression: str) -> str:
    """An expression as a message shows it: whole functions stand in those of real machines."""
    return expression if len(expression) <= _LONGEST_SHOWN else f"{expression[:_LONGEST_SHOWN]}…"


def _functions(now_milliseconds: int) -> dict[str, Callable[..., Any]]:
    """The functions that Step Functions adds or takes away."""

    def now(picture: str | None = None, timezone: str | None = None) -> Any:
        return jsonata.Functions.datetime_from_millis(now_milliseconds, picture, timezone)

    return {
        "eval": _eval,
        "hash": _hash,
        "millis": lambda: now_milliseconds,
        "now": now,
        "parse": _parse,
        "partition": _partition,
        "random": _random,
        "range": _range,
        "uuid": lambda: str(uuid.uuid4()),
    }


def _eval(*_: Any) -> Any:
    raise ValueError(_NO_EVAL)


def _hash(content: Any = None, algorithm: Any = None) -> str:
    if not isinstance(content, str) or algorithm not in _DIGESTS:
        raise ValueError(f"$hash needs a string and one of {', '.join(_DIGESTS)}, got {content!r} and {algorithm!r}.")
    return hashlib.new(_DIGESTS[algorithm], content.encode(), usedforsecurity=False).hexdigest()


def _parse(text: Any = None) -> Any:
    try:
        value = json.loads(text)
    except (TypeError, ValueError) as error:
        raise ValueError(f"$parse needs a string of JSON: {error}") from error
    return from_json(value)


def _partition(array: Any = None, size: Any = None) -> Any:
    if array is None:
        return None
    items = list(array) if isinstance(array, list) else [array]
    if not isinstance(size, int) or isinstance(size, bool) or size < 1:
        raise ValueError(f"$partition needs a size of at least 1, got {size!r}.")
    return [items[start : start + size] for start in range(0, len(items), size)]


def _random(seed: Any = None) -> float:
    return random.Random(seed).random()  # noqa: S311 - what the function promises is no secret


def _range(first: Any = None, last: Any = None, step: Any = None) -> Any:
    if not all(isinstance(number, int | float) and not isinstance(number, bool) for number in (first, last, step)):
        raise ValueError(f"$range needs three numbers, got {first!r}, {last!r} and {step!r}.")
    if step == 0:
        raise ValueError("$range needs a step other than 0.")
    count = max(0, math.floor((last - first) / step) + 1)
    numbers = [first + index * step for index in range(count)]
    # AWS's answer for one is that one, as for every sequence of JSONata
    return numbers[0] if count == 1 else numbers

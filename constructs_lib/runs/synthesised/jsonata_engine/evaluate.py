"""Evaluates JSONata as Step Functions does: version 2.0.6, without `$eval`, with the functions that AWS adds.

The engine is jsonata-python. It knows operators of later versions, which the service refuses, so an expression is first
read by a parser without them.
https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import jsonata

from constructs_lib.runs.synthesised.jsonata_engine.evaluation import Evaluation
from constructs_lib.runs.synthesised.jsonata_engine.functions import NO_EVAL, functions
from constructs_lib.runs.synthesised.jsonata_engine.values import from_json, to_json

_LONGEST_SECONDS = 30
"""Step Functions allows one second; Python needs longer for the same expression, above all on a busy machine."""

_NEWER_OPERATORS = ("??", "?:")
_CALLS = ("function", "partial")
_NOT_BELOW = ("_outer_instance", "ancestor", "seeking_parent")
_THREW = "threw an error during evaluation."
_LONGEST_SHOWN = 200


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
        evaluation = Evaluation(tree(expression), longest_seconds=_LONGEST_SECONDS)
        for name, function in functions(now_milliseconds).items():
            evaluation.register_lambda(name, function)
        for name, value in variables.items():
            evaluation.assign(name, from_json(value))
        value = evaluation.evaluate(None)
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


@cache
def tree(expression: str) -> Any:
    """Return an expression as it is evaluated, read once: a state is entered again and again.

    Raises:
        Exception: Of many kinds, if it cannot be read by Step Functions' version.
    """
    parser = jsonata.Parser()
    for operator in _NEWER_OPERATORS:
        parser.symbol_table.pop(operator, None)
    return parser.parse(expression)


@cache
def _syntax_problem(expression: str) -> str:
    try:
        read = tree(expression)
    except Exception as error:  # noqa: BLE001 - the parser has errors of many kinds
        return f"cannot be read: {_message(error)}"
    if "eval" not in expression:
        return ""
    found = list(_symbols(read))
    called = {symbol.procedure.value for symbol in found if symbol.type in _CALLS and symbol.procedure is not None}
    own = {symbol.lhs.value for symbol in found if symbol.type == "bind"}
    return f"cannot be read: {NO_EVAL}" if "eval" in called - own else ""


@cache
def members_read(expression: str, variable: str) -> frozenset[str]:
    """Return the members of a variable that an expression reads by their names, such as `input` of `$states.input`."""
    return frozenset(
        after.value
        for symbol in _symbols(tree(expression))
        if symbol.type == "path"
        for first, after in zip(symbol.steps, symbol.steps[1:], strict=False)
        if (first.type, first.value, after.type) == ("variable", variable, "name")
    )


def _symbols(part: Any) -> Iterator[Any]:
    """Yield every symbol of an expression that has been read."""
    waiting = [part]
    while waiting:
        part = waiting.pop()
        if isinstance(part, list | tuple):
            waiting.extend(part)
        elif isinstance(part, jsonata.Parser.Symbol):
            yield part
            waiting.extend(value for name, value in vars(part).items() if name not in _NOT_BELOW)


def _message(error: Exception) -> str:
    code = getattr(error, "error", "")
    return f"{code}: {error}" if code else str(error) or type(error).__name__


def _named(expression: str) -> str:
    """An expression as a message shows it: whole functions stand in those of real machines."""
    return expression if len(expression) <= _LONGEST_SHOWN else f"{expression[:_LONGEST_SHOWN]}…"

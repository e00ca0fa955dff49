"""What is wrong with `run_name` and `run_input`; where jsonata-python is installed, it reads the expressions too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from constructs_lib.training_job.service_model import shown
from constructs_lib.training_job.tokens import is_token
from constructs_lib.workflow.jsonata import given

try:
    import jsonata
except ImportError:  # it comes with the extra `explain`, and the check of brackets and quotes goes without
    jsonata = None


def run_name_problems(value: str) -> Iterator[str]:
    """Yield what is wrong with `run_name`."""
    yield from list(given.run_name_problems(value)) or _unreadable("run_name", value)


def run_input_problems(value: str | Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong with `run_input`."""
    yield from list(given.run_input_problems(value)) or _unreadable("run_input", value)


def _unreadable(argument: str, value: str | Mapping[str, Any]) -> Iterator[str]:
    if jsonata is None:
        return
    for expression in given.expressions(value):
        if is_token(expression):  # what stands there is not known yet
            continue
        try:
            jsonata.Jsonata(expression)
        except Exception as error:  # noqa: BLE001 - the parser has errors of many kinds
            yield f"'{argument}' must be a JSONata expression that can be read: {error}; got {shown(expression)}"

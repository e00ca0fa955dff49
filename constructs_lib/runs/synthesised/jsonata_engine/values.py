"""JSON values inside of the engine and outside of it."""

from __future__ import annotations

import math
from typing import Any

import jsonata

_LARGEST_EXACT = 2**53

NULL = jsonata.Utils.NULL_VALUE
"""JSON's null inside of the engine, where Python's None means undefined."""


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

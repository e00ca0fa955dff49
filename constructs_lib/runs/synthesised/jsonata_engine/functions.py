"""The functions that Step Functions adds to JSONata, or takes away.

https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
"""

from __future__ import annotations

import hashlib
import json
import math
import random
import uuid
from collections.abc import Callable
from typing import Any

import jsonata

from constructs_lib.runs.synthesised.jsonata_engine.values import from_json

NO_EVAL = "The JSONata function $eval is not supported; use $parse."
_DIGESTS = {"MD5": "md5", "SHA-1": "sha1", "SHA-256": "sha256", "SHA-384": "sha384", "SHA-512": "sha512"}


def functions(now_milliseconds: int) -> dict[str, Callable[..., Any]]:
    """Return the functions that Step Functions adds or takes away, by name.

    Args:
        now_milliseconds: What `$millis()` gives, and `$now()` in words.
    """

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
    raise ValueError(NO_EVAL)


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

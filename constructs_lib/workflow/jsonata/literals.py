"""Texts with `${…}` in a definition: Hydra and shells mean by them what CloudFormation would take for its own.

CDK refuses them in a template (E1029), and CloudFormation replaces those that it knows. There is no escape for them in
the states language, so such a text is written as a JSONata expression that has no `$` and gives the text.
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-sub.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from constructs_lib.training_job.tokens import known_part, outside_tokens

_HELD = "${"
_ESCAPES = {"$": "\\u0024", "%": "\\u0025"}
"""JSONata reads the escapes of JSON; `%}` would end the expression."""
_QUOTES = frozenset("'\"`")
_MARKS = re.compile(r"(\\.|['\"`]|\$(?=\{))")
"""Where a text in an expression begins or ends, and each `$` before a brace."""


def literal(value: Any) -> Any:
    """Return JSON that Step Functions, in JSONata, evaluates to a value; all but texts with `${` stays as it is.

    Args:
        value: The value; its texts may hold CDK tokens, whose values then must have no quote or backslash.
    """
    if isinstance(value, str):
        return _expression(value) if _is_held(value) else value
    if isinstance(value, Mapping):
        # a name cannot be an expression
        return (
            _expression(value)
            if any(map(_is_held, value))
            else {name: literal(member) for name, member in value.items()}
        )
    if isinstance(value, (list, tuple)):
        return [literal(member) for member in value]
    return value


def expression_without(expression: str) -> str:
    """Return a JSONata expression without `${` that gives the same: escaped in its texts, elsewhere with a blank."""
    quote, parts = "", _MARKS.split(expression)
    for index, part in enumerate(parts):
        if part == "$":
            parts[index] = "$ " if quote in ("", "`") else _ESCAPES["$"]
        elif part in _QUOTES and quote in ("", part):
            quote = "" if quote else part
    return "".join(parts)


def _is_held(text: str) -> bool:
    return _HELD in known_part(text)


def _expression(value: Any) -> str:
    return f"{{% {outside_tokens(json.dumps(value, ensure_ascii=False), _escaped)} %}}"


def _escaped(text: str) -> str:
    for character, escape in _ESCAPES.items():
        text = text.replace(character, escape)
    return text

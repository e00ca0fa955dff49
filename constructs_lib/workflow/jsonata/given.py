"""What a stack's author gives: whether an expression has the form of one, and whether a text would be taken for one.

This looks at quotes, comments, regular expressions and brackets only, so that it needs no engine.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import is_dataclass
from typing import Any

from constructs_lib.training_job.input_fields import INPUT_FIELDS
from constructs_lib.training_job.service_model import closest, plain, shown

_OPEN, _CLOSE = "{%", "%}"
_PAIRS = {"(": ")", "[": "]", "{": "}"}
_TOKEN = re.compile(
    r"(?P<blank>\s+|/\*.*?\*/)|(?P<unended>/\*)|(?P<newer>\?\?|\?:)"
    r"|(?P<value>\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|`[^`]*`)"
    r"|(?P<word>[^\s\"'`.\[\]{}(),@#;:?+\-*/%|=<>^~&!][^\s.\[\]{}(),@#;:?+\-*/%|=<>^~&!]*)|(?P<other>.)",
    re.DOTALL,
)
_UNENDED = {"'": "a quotation mark", '"': "a quotation mark", "`": "a backtick"}
_BEFORE_A_VALUE = ("and", "or", "in")


def is_expression(text: str) -> bool:
    """Return whether Step Functions evaluates a text rather than taking it literally."""
    return text.startswith(_OPEN) and text.endswith(_CLOSE) and len(text) >= len(_OPEN + _CLOSE)


def body(expression: str) -> str:
    """Return what stands between `{%` and `%}`."""
    return expression[len(_OPEN) : -len(_CLOSE)].strip()


def run_name_problems(value: str) -> Iterator[str]:
    """Yield what is wrong with `run_name`, an expression."""
    yield from _expression_problems("run_name", value, "")


def run_input_problems(value: str | Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong with `run_input`: an expression for an object, or an object that may have some in it."""
    if isinstance(value, str):
        yield from _expression_problems("run_input", value, "; or pass a dict")
        if is_expression(value) and _is_no_object(body(value)):
            yield f"'run_input' must give an object, got {shown(value)}; '{{% {{}} %}}' is the deployed settings alone"
        return
    names = [each.name for each in INPUT_FIELDS]
    for name in value:
        if name not in names:
            yield (
                f"'run_input' must have fields of a run's input, {', '.join(names)}, got {shown(name)}"
                f"{closest(name, names)}"
            )
    try:
        json.dumps(value, allow_nan=False)
    except (TypeError, ValueError):
        yield f"'run_input' must be what JSON can write, got {shown(value)}; write texts, numbers, lists and dicts"
        return
    for path, text in texts(value):
        if text.startswith(_OPEN):
            yield from (f"{problem} for '{path}'" for problem in _expression_problems("run_input", text, ""))


def expressions(value: str | Mapping[str, Any]) -> list[str]:
    """Return the bodies of the expressions in an expression or in an object."""
    return [body(text) for _, text in texts(value) if is_expression(text)]


def texts(value: object, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield every text in a JSON value or a value object, with where it stands."""
    if is_dataclass(value) and not isinstance(value, type):
        value = vars(value)
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for name, member in value.items():
            yield from texts(member, f"{path}.{plain(name)}".strip("."))
    elif isinstance(value, (list, tuple)):
        for index, member in enumerate(value):
            yield from texts(member, f"{path}[{index}]")


def literal_problems(argument: str, value: object) -> Iterator[str]:
    """Yield what is wrong with texts that are to be taken literally, and that Step Functions would evaluate."""
    for path, text in texts(value):
        if is_expression(text):
            where = f" for '{path}'" if path else ""
            yield (
                f"'{argument}' must not have the form of a JSONata expression, got {shown(text)}{where}; "
                "change the text"
            )


def _expression_problems(argument: str, text: str, otherwise: str) -> Iterator[str]:
    if not is_expression(text):
        yield f"'{argument}' must be a JSONata expression of the form {{% … %}}, got {shown(text)}{otherwise}"
    elif not body(text):
        yield f"'{argument}' must be a JSONata expression, got an empty one: {shown(text)}"
    elif wrong := _broken(body(text)):
        yield f"'{argument}' must be a JSONata expression that can be read, and it has {wrong}, got {shown(text)}"


def _is_no_object(text: str) -> bool:
    try:
        return not isinstance(json.loads(text), dict)
    except ValueError:
        return False


def _broken(text: str) -> str:
    """Say what of an expression is not closed, or not opened; nothing where it is all right."""
    awaited: list[tuple[str, str]] = []
    at, value_before = 0, False
    while at < len(text):
        if not value_before and (end := _regex_end(text, at)):
            at, value_before = end, True
            continue
        kind, part, at = _token(text, at)
        if kind == "newer":
            return f"'{part}', which is newer than Step Functions' JSONata 2.0.6"
        if kind == "unended":
            return "a comment without an end"
        if part in _UNENDED:
            return f"{_UNENDED[part]} without its other"
        if part in _PAIRS:
            awaited.append((_PAIRS[part], part))
        elif part in _PAIRS.values():
            if not awaited or awaited[-1][0] != part:
                return f"'{part}' without its other"
            awaited.pop()
        if kind != "blank":
            value_before = part in _PAIRS.values() or (kind in ("value", "word") and part not in _BEFORE_A_VALUE)
    return f"'{awaited[-1][1]}' without its other" if awaited else ""


def _token(text: str, start: int) -> tuple[str, str, int]:
    """Return the kind of a token, the token, and where it ends; every character is one of some kind."""
    found = next(_TOKEN.finditer(text, start))
    return str(found.lastgroup), found[0], found.end()


def _regex_end(text: str, start: int) -> int | None:
    """Return where a regular expression ends that begins here: at the next slash outside of its brackets."""
    if text[start] != "/" or text.startswith("/*", start):
        return None
    depth = 0
    for found in re.finditer(r"\\.|[/()\[\]{}]", text[start + 1 :], re.DOTALL):
        if found[0] == "/" and depth == 0:
            return start + 1 + found.end()
        depth += (found[0] in _PAIRS) - (found[0] in _PAIRS.values())
    return None

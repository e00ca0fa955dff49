"""What SageMaker's API model says about a value: type, required members, patterns, lengths, enumerations.

The model is the one that botocore carries, so that a new instance type or member arrives with an upgrade of botocore
and never by a copied list.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, cast

Unknown = Callable[[object], bool]
"""Tells whether a value is not known yet (a CDK token) and so cannot be checked."""

WELL_FORMED_INSTANCE_TYPE = re.compile(r"ml\.[a-z][a-z0-9-]*\.[a-z0-9][a-z0-9-]*")
"""What every instance type looks like: `ml.`, a family, a size."""

_GROWING = ("TrainingInstanceType", "ProcessingInstanceType")
"""Enumerations that grow with every season: a well-formed value that is not in them may be newer than botocore."""

_LINE_BREAKS = "\n\r\x85\u2028\u2029"
"""What `.` does not match in Java: https://docs.oracle.com/javase/8/docs/api/java/util/regex/Pattern.html#lt"""

_LINE_BREAK = re.compile(f"[{_LINE_BREAKS}]")
_SEPARATORS = "\u0020\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_DOT = re.compile(r"\\.|\[(?:\\.|[^\]\\])*\]|\.")
"""An escaped character, a whole class, or the dot that is neither."""

_PYTHON_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "long": (int,),
    "float": (int, float),
    "double": (int, float),
}


@cache
def _shapes() -> dict[str, dict[str, Any]]:
    # here, because the `spot-training` command reads this room's tables and starts without botocore
    from botocore.loaders import Loader  # noqa: PLC0415 - see above

    model = Loader().load_service_model("sagemaker", "service-2")
    return cast("dict[str, dict[str, Any]]", model["shapes"])


def model_shape(name: str) -> dict[str, Any]:
    """Return one shape of SageMaker's model, such as `CreateTrainingJobRequest`."""
    return _shapes()[name]


@cache
def instance_types(shape_name: str = "TrainingInstanceType") -> frozenset[str]:
    """Every instance type that the model knows, for training unless another enumeration is named."""
    return frozenset(_shapes()[shape_name]["enum"])


def closest(given: object, allowed: Iterable[str]) -> str:
    """Return `; did you mean 'x'`, or nothing when no allowed word is like the given one."""
    # AWS writes one word in two ways (`Gzip` of a channel, `GZIP` of the model), so case does not make words unlike
    words = {word.lower(): word for word in sorted(allowed)}
    near = difflib.get_close_matches(str(given).lower(), words, n=1)
    return f"; did you mean {words[near[0]]!r}" if near else ""


def closest_instance_type(given: str, allowed: Iterable[str]) -> str:
    """Return `; write 'ml.g5.xlarge'` where only the `ml.` is missing, or else what `closest` says."""
    prefixed = f"ml.{given}"
    if not given.startswith("ml.") and WELL_FORMED_INSTANCE_TYPE.fullmatch(prefixed):
        return f"; write {prefixed!r}"
    return closest(given, allowed)


def model_problems(value: object, shape_name: str, path: str = "", unknown: Unknown = lambda _: False) -> Iterator[str]:
    """Yield what the API model has against a value, each problem with its path.

    Args:
        value: What would be sent.
        shape_name: The shape in SageMaker's model, such as `CreateTrainingJobRequest`.
        path: Where the value stands in the request. Defaults to the request itself.
        unknown: Tells values apart that cannot be checked yet. Defaults to knowing every value.
    """
    shape = _shapes()[shape_name]
    kind = shape["type"]
    where = f"'{path}'" if path else "the request"
    if unknown(value):
        # what is not known yet stands in a text, whose line breaks are
        if isinstance(value, str) and _breaks_lines(value, shape):
            yield _no_line_break(value, where)
        return
    if kind == "structure":
        yield from _structure_problems(value, shape, path, where, unknown)
    elif kind == "map":
        yield from _map_problems(value, shape, path, where, unknown)
    elif kind == "list":
        yield from _list_problems(value, shape, path, where, unknown)
    elif shape_name in _GROWING and isinstance(value, str):
        yield from _instance_type_problems(value, shape, where)
    else:
        yield from _scalar_problems(value, shape, where)


def _structure_problems(value: object, shape: dict[str, Any], path: str, where: str, unknown: Unknown) -> Iterator[str]:
    if not isinstance(value, Mapping):
        yield f"{where} must be an object, got {shown(value)}"
        return
    members = shape["members"]
    for name in shape.get("required", []):
        if name not in value:
            yield f"'{_join(path, name)}' is required"
    for name, member in value.items():
        if name in members:
            yield from model_problems(member, members[name]["shape"], _join(path, name), unknown)
        else:
            yield f"'{_join(path, name)}' is not a member of {where}{closest(name, members)}"


def _map_problems(value: object, shape: dict[str, Any], path: str, where: str, unknown: Unknown) -> Iterator[str]:
    if not isinstance(value, Mapping):
        yield f"{where} must be an object of names and values, got {shown(value)}"
        return
    yield from _size_problems(len(value), shape, where, "entries")
    for name, member in value.items():
        yield from model_problems(name, shape["key"]["shape"], _join(path, f"{name} (name)"), unknown)
        yield from model_problems(member, shape["value"]["shape"], _join(path, name), unknown)


def _list_problems(value: object, shape: dict[str, Any], path: str, where: str, unknown: Unknown) -> Iterator[str]:
    if isinstance(value, str) or not isinstance(value, Sequence):
        yield f"{where} must be a list, got {shown(value)}"
        return
    yield from _size_problems(len(value), shape, where, "items")
    for index, member in enumerate(value):
        yield from model_problems(member, shape["member"]["shape"], f"{path}[{index}]", unknown)


def _scalar_problems(value: object, shape: dict[str, Any], where: str) -> Iterator[str]:
    kind = shape["type"]
    types = _PYTHON_TYPES.get(kind, (object,))
    if not isinstance(value, types) or (isinstance(value, bool) and kind != "boolean"):
        article = "an" if kind[0] in "aeiou" else "a"
        yield f"{where} must be {article} {kind}, got {shown(value)}"
    elif isinstance(value, str):
        yield from _string_problems(value, shape, where)
    elif kind != "boolean":
        yield from _size_problems(cast("int", value), shape, where, "")


def _instance_type_problems(value: str, shape: dict[str, Any], where: str) -> Iterator[str]:
    if not WELL_FORMED_INSTANCE_TYPE.fullmatch(value):
        hint = closest_instance_type(value, shape["enum"])
        yield f"{where} must be an instance type such as 'ml.m5.xlarge', got {shown(value)}{hint}"


def _string_problems(value: str, shape: dict[str, Any], where: str) -> Iterator[str]:
    if "enum" in shape:
        if value not in shape["enum"]:
            allowed = shape["enum"]
            listed = f"one of {', '.join(allowed)}" if len(allowed) <= 12 else "one that the API knows"
            yield f"{where} must be {listed}, got {value!r}{closest(value, allowed)}"
        return
    sizes = list(_size_problems(len(value), shape, where, "characters"))
    yield from sizes
    if sizes:
        return
    if _breaks_lines(value, shape):
        yield _no_line_break(value, where)
    # AWS anchors the patterns of its models
    elif (pattern := shape.get("pattern")) is not None and not python_pattern(pattern).fullmatch(value):
        yield f"{where} must match {pattern}, got {shown(value)}"


def _breaks_lines(value: str, shape: dict[str, Any]) -> bool:
    """Return whether it is for a line break that a pattern does not take a text.

    The service holds texts to its model's patterns as Java has them, and there `.` is no line break:
    https://github.com/aws/sagemaker-python-sdk/issues/3295
    """
    if _LINE_BREAK.search(value) is None or "pattern" not in shape:
        return False
    without = _LINE_BREAK.sub(" ", value)
    taken = python_pattern(shape["pattern"])
    # a pattern that takes no blank is named as a whole
    return taken.fullmatch(value) is None and taken.fullmatch(without) is not None


def _no_line_break(value: str, where: str) -> str:
    return f"{where} must have no line break, got {shown(value)}"


@cache
def python_pattern(pattern: str) -> re.Pattern[str]:
    """Compile a pattern of the model: Java's Unicode classes become Python's nearest, never narrower ones."""
    classes = ((r"\p{L}", r"\w"), (r"\p{N}", r"\d"), (r"\p{Z}", _SEPARATORS), (r"\p{Alnum}", "a-zA-Z0-9"))
    for java, python in classes:
        pattern = pattern.replace(java, python)
    return re.compile(_DOT.sub(lambda found: f"[^{_LINE_BREAKS}]" if found[0] == "." else found[0], pattern))


def _size_problems(size: int, shape: dict[str, Any], where: str, unit: str) -> Iterator[str]:
    low, high = shape.get("min"), shape.get("max")
    noun = f" {unit}" if unit else ""
    verb = "have" if unit else "be"
    if low is not None and size < low:
        yield f"{where} must {verb} at least {low}{noun}, got {size}"
    if high is not None and size > high:
        yield f"{where} must {verb} at most {high}{noun}, got {size}"


def _join(path: str, name: object) -> str:
    return f"{path}.{plain(name)}" if path else plain(name)


def plain(name: object) -> str:
    """Return a name as a message shows it within quotes: on one line, whatever is in it."""
    return repr(str(name))[1:-1]


def shown(value: object) -> str:
    """Return a value as a message shows it: at most 80 characters."""
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."

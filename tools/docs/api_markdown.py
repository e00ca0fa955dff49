"""Writes what griffe reads of the library's docstrings as Markdown: tables of options, classes, functions."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Sequence

import griffe

INTERNAL = frozenset({"render", "resource_config", "to_state_json"})
"""Methods that the constructs call, or CDK, and nobody else."""

_DEFAULT = re.compile(r"\s*\bDefaults to (.*)", re.DOTALL)
_ADDRESS = re.compile(r"(?<![<(\"'`])(https?://[^\s<>)\"'`]*[^\s<>)\"'`.,;])")


def options_table(attributes: Iterable[griffe.Attribute], needed: Sequence[str] = ()) -> Iterator[str]:
    """Write the keywords of a TypedDict: name, type, default, meaning."""
    yield "| option and type | default | what it is |"
    yield "|---|---|---|"
    for each in attributes:
        meaning, default = _told(each.docstring.value if each.docstring else "")
        if each.name in needed:
            default = "**needed**"
        yield f"| `{each.name}`<br>{_type(each.annotation)} | {default} | {meaning} |"
    yield ""


def arguments_table(function: griffe.Function, skip: Sequence[str] = ()) -> Iterator[str]:
    """Write the arguments of a function, but for those that every construct has."""
    told = {each.name.lstrip("*"): each.description for each in _parameters(function)}
    rows = [each for each in function.parameters if each.name not in ("self", "cls", *skip)]
    if not rows:
        return
    yield "| argument and type | default | what it is |"
    yield "|---|---|---|"
    for each in rows:
        meaning, default = _told(told.get(each.name, ""))
        if each.default is None and each.kind is not griffe.ParameterKind.var_keyword:
            default = "**needed**"
        elif not default and each.default is not None:
            default = f"`{each.default}`"
        stars = "**" if each.kind is griffe.ParameterKind.var_keyword else ""
        yield f"| `{stars}{each.name}`<br>{_type(each.annotation)} | {default} | {meaning} |"
    yield ""


def function_section(function: griffe.Function, title: str, level: int) -> Iterator[str]:
    """Write a function or a method: what it does, its arguments, what it gives and raises."""
    yield f"{'#' * level} {title}"
    yield ""
    yield from _text(function)
    yield from arguments_table(function)
    if function.returns is not None and str(function.returns) != "None":
        yield f"Gives {_type(function.returns)}."
        yield ""
    yield from raised(function)


def class_section(
    found: griffe.Class, *, constructor: bool, level: int = 2, elsewhere: Sequence[str] = ()
) -> Iterator[str]:
    """Write a class: what it is for, its attributes, its constructor where that is meant to be called, its methods."""
    yield f"{'#' * level} {found.name}"
    yield ""
    yield from _text(found)
    yield from _attributes(found)
    init = found.members.get("__init__")
    if constructor and isinstance(init, griffe.Function):
        yield from arguments_table(init, skip=("scope", "construct_id"))
        yield from raised(init)
    for method in methods(found, elsewhere):
        yield from function_section(method, f"{found.name}.{method.name}", level + 1)


def methods(found: griffe.Class, elsewhere: Sequence[str] = ()) -> list[griffe.Function]:
    """Return the public methods of a class, inherited ones too, but for those that the library alone calls.

    Args:
        found: The class.
        elsewhere: Classes with a section of their own, whose methods are not repeated in those that inherit them.
    """
    kept = []
    for name, member in {**found.inherited_members, **found.members}.items():
        target = member.final_target if isinstance(member, griffe.Alias) else member
        if not isinstance(target, griffe.Function) or name.startswith("_") or name in INTERNAL or not target.docstring:
            continue
        if target.parent is found or target.parent is None or target.parent.name not in elsewhere:
            kept.append(target)
    return kept


def raised(function: griffe.Function) -> Iterator[str]:
    """Write what a function raises."""
    for section in _sections(function):
        if isinstance(section, griffe.DocstringSectionRaises):
            for each in section.value:
                yield f"Raises `{each.annotation}`: {_flat(each.description)}"
                yield ""


def _attributes(found: griffe.Class) -> Iterator[str]:
    rows = [
        (each.name, each.annotation, each.description)
        for section in _sections(found)
        if isinstance(section, (griffe.DocstringSectionAttributes, griffe.DocstringSectionParameters))
        for each in section.value
    ]
    known = {name for name, _, _ in rows}
    members = {**found.inherited_members, **found.members}
    for name, member in members.items():
        target = member.final_target if isinstance(member, griffe.Alias) else member
        if name.startswith("_") or name in known or not isinstance(target, griffe.Attribute):
            continue
        if name.isupper() and target.value is not None:
            rows.append((name, "str", f"`{target.value}`"))
        elif target.docstring:
            rows.append((name, target.annotation, target.docstring.value))
    if not rows:
        return
    yield "| attribute | type | what it is |"
    yield "|---|---|---|"
    for name, annotation, meaning in rows:
        yield f"| `{name}` | {_type(annotation)} | {_flat(meaning)} |"
    yield ""


def _parameters(function: griffe.Function) -> Iterator[griffe.DocstringParameter]:
    for section in _sections(function):
        if isinstance(section, griffe.DocstringSectionParameters):
            yield from section.value


def _sections(found: griffe.Object) -> list[griffe.DocstringSection]:
    return found.docstring.parse("google", warnings=False) if found.docstring else []


def _text(found: griffe.Object) -> Iterator[str]:
    for section in _sections(found):
        if isinstance(section, griffe.DocstringSectionText):
            yield linked(section.value)
            yield ""


def _told(text: str) -> tuple[str, str]:
    """Part a docstring into what an option is and what it defaults to."""
    flat = _flat(text)
    match = _DEFAULT.search(flat)
    if match is None:
        return flat, ""
    return flat[: match.start()].strip(), match[1][:1].upper() + match[1][1:]


def _flat(text: str) -> str:
    return linked(" ".join(text.split())).replace("|", "&#124;")


def linked(text: str) -> str:
    """Make the addresses in a text links."""
    return _ADDRESS.sub(r"<\1>", text)


def _type(annotation: str | griffe.Expr | None) -> str:
    if annotation is None:
        return ""
    said = re.sub(r"^Required\[(.*)\]$", r"\1", str(annotation))
    return f"<code>{html.escape(said, quote=False).replace('|', '&#124;')}</code>"

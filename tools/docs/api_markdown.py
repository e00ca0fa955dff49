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
    rows = []
    for each in attributes:
        meaning, default = _told(each.docstring.value if each.docstring else "")
        default = "**needed**" if each.name in needed else default
        rows.append([f"`{each.name}`<br>{_type(each.annotation)}", default, meaning])
    yield from _table(["option and type", "default", "what it is"], rows)


def arguments_table(function: griffe.Function, skip: Sequence[str] = ()) -> Iterator[str]:
    """Write the arguments of a function, but for those that every construct has."""
    made = function.parent if function.name == "__init__" else None
    told = {each.name.lstrip("*"): each.description for each in _parameters(function)}
    # the fields of a dataclass are told by its own docstring
    told |= {} if made is None else {each.name: each.description for each in _parameters(made)}
    rows = []
    for each in function.parameters:
        if each.name in ("self", "cls", *skip):
            continue
        meaning, default = _told(told.get(each.name, ""))
        if each.default is None and each.kind is not griffe.ParameterKind.var_keyword:
            default = "**needed**"
        elif not default and each.default is not None:
            default = f"`{each.default}`"
        stars = "**" if each.kind is griffe.ParameterKind.var_keyword else ""
        rows.append([f"`{stars}{each.name}`<br>{_type(each.annotation)}", default, meaning])
    yield from _table(["argument and type", "default", "what it is"], rows)


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
    init = found.members.get("__init__")
    shown = constructor and isinstance(init, griffe.Function)
    yield from _attributes(found, fields=not shown)
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


def _attributes(found: griffe.Class, *, fields: bool) -> Iterator[str]:
    """Write the attributes of a class; of a dataclass its fields too, where its constructor is not shown."""
    kinds = (griffe.DocstringSectionAttributes, *((griffe.DocstringSectionParameters,) if fields else ()))
    told = {
        each.name: (each.annotation, each.description)
        for section in _sections(found)
        if isinstance(section, kinds)
        for each in section.value
    }
    rows = []
    for name, member in {**found.inherited_members, **found.members}.items():
        target = member.final_target if isinstance(member, griffe.Alias) else member
        if name.startswith("_") or not isinstance(target, griffe.Attribute):
            continue
        annotation, meaning = told.pop(name, (target.annotation, target.docstring.value if target.docstring else ""))
        if name.isupper() and target.value is not None:
            annotation, meaning = "str", f"`{target.value}`"
        field = fields and "dataclass" in found.labels and target.annotation is not None
        if meaning or field:
            rows.append([f"`{name}`", _type(annotation or target.annotation), _flat(meaning)])
    rows += [[f"`{name}`", _type(annotation), _flat(meaning)] for name, (annotation, meaning) in told.items()]
    yield from _table(["attribute", "type", "what it is"], rows)


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Write a table, without the columns in which there is nothing."""
    columns = [place for place in range(len(heads)) if any(row[place] for row in rows)]
    if not columns:
        return
    yield f"| {' | '.join(heads[place] for place in columns)} |"
    yield f"|{'---|' * len(columns)}"
    yield from (f"| {' | '.join(row[place] for place in columns)} |" for row in rows)
    yield ""


def _parameters(function: griffe.Object) -> Iterator[griffe.DocstringParameter]:
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

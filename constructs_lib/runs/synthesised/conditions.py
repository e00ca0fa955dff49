"""The parameters and conditions of a template, as far as they can be known before it is deployed.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-conditions.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

_AS_WRITTEN = ("String", "Number")
"""The types of parameters whose default is the value itself, and not the name of one that is kept elsewhere."""


def defaults_of(document: Mapping[str, Any]) -> dict[str, str]:
    """Return the defaults of a template's parameters, by their names; what has none is left out."""
    return {
        name: str(parameter["Default"])
        for name, parameter in document.get("Parameters", {}).items()
        if parameter.get("Type") in _AS_WRITTEN and "Default" in parameter
    }


def holds(condition: Any, conditions: Mapping[str, Any], text: Callable[[Any], str | None]) -> bool | None:
    """Decide a condition; None where that takes a value which is not known.

    Args:
        condition: Its name, or a function of conditions.
        conditions: Those of the template, by their names.
        text: Writes a value, or returns None where it is not known.
    """
    if isinstance(condition, str):
        return holds(conditions[condition], conditions, text) if condition in conditions else None
    ((name, argument),) = condition.items()
    if name == "Condition":
        return holds(argument, conditions, text)
    if name == "Fn::Equals":
        one, other = (text(value) for value in argument)
        return None if one is None or other is None else one == other
    found = [holds(each, conditions, text) for each in argument]
    if name == "Fn::Not":
        return None if found[0] is None else not found[0]
    # one that decides is enough, whatever the others are
    deciding = bool(name == "Fn::Or")
    if deciding in found:
        return deciding
    return None if None in found else not deciding

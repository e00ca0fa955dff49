"""Where in a state an expression stands, as Step Functions tells of it: `Output/result`, `Choices[0]/Condition`.

moto remembers the last field only.

Reaches into moto/stepfunctions/parser/asl/component/eval_component.py, by which
every part of a definition is evaluated; the parts are told by the names of their classes.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

from moto.stepfunctions.parser.asl.component.eval_component import EvalComponent

from constructs_lib.local.moto_adapters.emulation import Emulation
from constructs_lib.local.moto_adapters.patching import Patch

FIELDS = {
    "Arguments": "Arguments",
    "AssignDecl": "Assign",
    "CauseDecl": "Cause",
    "ConditionJSONataLit": "Condition",
    "ConditionStringJSONata": "Condition",
    "ErrorDecl": "Error",
    "HeartbeatSecondsJSONata": "HeartbeatSeconds",
    "ItemSelector": "ItemSelector",
    "Items": "Items",
    "MaxConcurrencyJSONata": "MaxConcurrency",
    "MaxItemsStringJSONata": "ItemReader/ReaderConfig/MaxItems",
    "Output": "Output",
    "SecondsJSONata": "Seconds",
    "TimeoutSecondsJSONata": "TimeoutSeconds",
    "Timestamp": "Timestamp",
    "ToleratedFailureCountStringJSONata": "ToleratedFailureCount",
    "ToleratedFailurePercentageStringJSONata": "ToleratedFailurePercentage",
}
"""The field that a part of a state is, by its class."""

_NAMED = ("AssignTemplateBinding", "JSONataTemplateBinding")
"""The members of objects, which know their own name."""

_LISTS = {
    "AssignTemplateValueArray": ("values", ""),
    "CatchDecl": ("catchers", "Catch"),
    "JSONataTemplateValueArray": ("values", ""),
    "StateChoice": ("choices_decl.rules", "Choices"),
}
"""What holds a list: where it has it, and the list's name, if it has one of its own."""


def patches(_: Emulation) -> list[Patch]:
    """Remember the way to the part that is evaluated."""

    def on_the_way(original: Any) -> Any:
        def evaluate(self: Any, env: Any) -> None:
            _number(self)
            name = _name(self)
            if not name:
                original(self, env)
                return
            way = env.__dict__.setdefault("way", [])
            way.append(name)
            try:
                original(self, env)
            finally:
                way.pop()

        return evaluate

    return [Patch(owner=EvalComponent, name="eval", signature="(self, env)", make=on_the_way)]


def place(env: Any) -> str:
    """Return where the expression that is evaluated stands, from its state on."""
    return "/".join(getattr(env, "way", ())).replace("/[", "[")


def _name(part: Any) -> str:
    kind: Any = type(part)
    field = _field(kind)
    if field in _NAMED:
        return str(part.identifier)
    return field or getattr(part, "place_in_list", "")


@cache
def _field(kind: Any) -> str:
    names = [parent.__name__ for parent in kind.__mro__]
    return next((FIELDS.get(name, name) for name in names if name in FIELDS or name in _NAMED), "")


def _number(part: Any) -> None:
    """Tell the members of a list, once, which they are."""
    found = _LISTS.get(type(part).__name__)
    if found is None or getattr(part, "is_numbered", False):
        return
    members, name = found
    value = part
    for attribute in members.split("."):
        value = getattr(value, attribute)
    _tell(value, name)
    part.is_numbered = True


def _tell(members: Iterable[Any], name: str) -> None:
    for index, member in enumerate(members):
        member.place_in_list = f"{name}[{index}]"

"""Evaluates IAM policies: whether the policies of a principal allow an action on a resource.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html,
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

Decision: TypeAlias = Literal["allowed", "explicitDeny", "implicitDeny"]

Context: TypeAlias = Mapping[str, Sequence[str]]
"""Condition keys, in lower case, with their values."""


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What policies say of one action on one resource.

    Attributes:
        decision: The decision.
        missing: The condition keys that stand in statements about it and that the context does not have.
    """

    decision: Decision
    missing: tuple[str, ...]


def evaluate(documents: Iterable[Mapping[str, Any]], action: str, resource: str, context: Context) -> Verdict:
    """Say whether policies allow an action.

    Args:
        documents: The policies, all of one principal.
        action: The action, such as `s3:PutObject`.
        resource: The resource's ARN, or `*` for all.
        context: The condition keys of the request.

    Raises:
        NotImplementedError: For a condition operator that is not known here.
    """
    effects: set[str] = set()
    missing: dict[str, None] = {}
    for statement in (each for document in documents for each in _as_list(document.get("Statement", []))):
        if not _is_about(statement, action, resource):
            continue
        conditions = [
            (operator, key, _as_list(values))
            for operator, keys in statement.get("Condition", {}).items()
            for key, values in keys.items()
        ]
        missing |= dict.fromkeys(key for _, key, _ in conditions if key.lower() not in context)
        if all(_holds(operator, context.get(key.lower()), values) for operator, key, values in conditions):
            effects.add(statement["Effect"])
    decision: Decision = "explicitDeny" if "Deny" in effects else "allowed" if "Allow" in effects else "implicitDeny"
    return Verdict(decision=decision, missing=tuple(missing))


def _is_about(statement: Mapping[str, Any], action: str, resource: str) -> bool:
    for name, value, ignore_case in (("Action", action, True), ("Resource", resource, False)):
        if name in statement:
            if not any(_like(pattern, value, ignore_case) for pattern in _as_list(statement[name])):
                return False
        elif any(_like(pattern, value, ignore_case) for pattern in _as_list(statement.get(f"Not{name}", []))):
            return False
    return True


def _holds(operator: str, found: Sequence[str] | None, expected: Sequence[Any]) -> bool:
    """Say whether one condition holds; its key may be absent."""
    quantifier, colon, name = operator.partition(":")
    quantifier, name = (quantifier, name) if colon else ("", quantifier)
    if name == "Null":
        return (found is None) == (str(expected[0]).lower() == "true")
    if_exists = name.endswith("IfExists")
    name = name.removesuffix("IfExists")
    negated = "Not" in name
    matches = _matcher(name.replace("Not", ""))
    if found is None:
        return if_exists or negated or quantifier == "ForAllValues"
    hits = [any(matches(str(wanted), value) for wanted in expected) for value in found]
    if quantifier == "ForAllValues":
        return all(hit != negated for hit in hits)
    if quantifier == "ForAnyValue":
        return any(hit != negated for hit in hits)
    return any(hits) != negated


def _matcher(name: str) -> Callable[[str, str], bool]:
    known: dict[str, Callable[[str, str], bool]] = {
        "StringEquals": lambda wanted, value: wanted == value,
        "StringEqualsIgnoreCase": lambda wanted, value: wanted.lower() == value.lower(),
        "StringLike": lambda wanted, value: _like(wanted, value, ignore_case=False),
        "ArnEquals": lambda wanted, value: _like(wanted, value, ignore_case=False),
        "ArnLike": lambda wanted, value: _like(wanted, value, ignore_case=False),
        "Bool": lambda wanted, value: wanted.lower() == value.lower(),
        "NumericEquals": lambda wanted, value: float(value) == float(wanted),
        "NumericLessThan": lambda wanted, value: float(value) < float(wanted),
        "NumericLessThanEquals": lambda wanted, value: float(value) <= float(wanted),
        "NumericGreaterThan": lambda wanted, value: float(value) > float(wanted),
        "NumericGreaterThanEquals": lambda wanted, value: float(value) >= float(wanted),
    }
    if name not in known:
        raise NotImplementedError(f"the condition operator {name!r} is not evaluated")
    return known[name]


def _like(pattern: str, value: str, ignore_case: bool) -> bool:
    expression = "".join(".*" if letter == "*" else "." if letter == "?" else re.escape(letter) for letter in pattern)
    return re.fullmatch(expression, value, re.DOTALL | (re.IGNORECASE if ignore_case else 0)) is not None


def _as_list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]

"""What is wrong with a definition, in Step Functions' words, with the place: for what AWS's own answers are known.

It is no validator of the whole language: what it does not know, moto's parser refuses or an execution finds out.
https://docs.aws.amazon.com/step-functions/latest/apireference/API_ValidateStateMachineDefinition.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from constructs_lib.runs.synthesised.jsonata_engine.evaluate import JsonataError, check_syntax, members_read

_TYPES = ("Task", "Wait", "Pass", "Succeed", "Fail", "Choice", "Parallel", "Map")
_TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?Z")
_JSONATA, _JSONPATH = "JSONata", "JSONPath"


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One thing that is wrong.

    Attributes:
        message: What.
        place: Where; empty if it is nowhere.
        code: Its kind.
    """

    message: str
    place: str
    code: str = "SCHEMA_VALIDATION_FAILED"

    def __str__(self) -> str:
        """Write it as CreateStateMachine does."""
        return f"{self.code}: {self.message} at {self.place}" if self.place else f"{self.code}: {self.message}"


def problems(definition: str, *, express: bool = False) -> list[Problem]:
    """Return what is known to be wrong with a definition.

    Args:
        definition: The definition, as JSON.
        express: Whether it is an Express workflow's.
    """
    if not definition.strip():
        return [Problem(message="Definition must be a valid JSON object", place="")]
    try:
        machine = json.loads(definition)
    except json.JSONDecodeError as error:
        return [_no_json(error)]
    if not isinstance(machine, dict):
        return [Problem(message="Definition must be a valid JSON object", place="")]
    return list(_of_machine(machine, "", machine.get("QueryLanguage", _JSONPATH), express))


def _no_json(error: json.JSONDecodeError) -> Problem:
    """Tell of a word that is none of JSON's as Step Functions' reader does, which stops after it."""
    code = "INVALID_JSON_DESCRIPTION"
    word = re.match(r"\w+", error.doc[error.pos :])
    if error.msg != "Expecting value" or word is None:
        return Problem(message=str(error), place="", code=code)
    expected = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')"
    place = f'[Source: (String)"{error.doc}"; line: {error.lineno}, column: {error.colno + len(word[0])}]'
    return Problem(message=f"Unrecognized token '{word[0]}': was expecting {expected}", place=place, code=code)


def _of_machine(machine: dict[str, Any], place: str, language: str, express: bool) -> Iterator[Problem]:
    missing = [name for name in ("States", "StartAt") if name not in machine]
    if missing:
        yield Problem(message=f"These fields are required: [{', '.join(missing)}]", place=place or "/")
    states = machine.get("States")
    if not isinstance(states, dict):
        return
    for field in ("StartAt",):
        target = machine.get(field)
        if isinstance(target, str) and target not in states:
            yield _no_target(field, target, f"{place}/{field}")
    for name, state in states.items():
        if isinstance(state, dict):
            yield from _of_state(state, f"{place}/States/{name}", states, language, express)


def _of_state(
    state: dict[str, Any], place: str, states: dict[str, Any], language: str, express: bool
) -> Iterator[Problem]:
    if state.get("Type") not in _TYPES:
        known = ", ".join(_TYPES)
        yield Problem(message=f"The field 'Type' should have one of these values: [{known}]", place=f"{place}/Type")
        return
    own = state.get("QueryLanguage", language)
    if own == _JSONPATH and language == _JSONATA:
        message = "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine"
        yield Problem(message=message, place=place)
    yield from _of_targets(state, place, states)
    yield from _of_resource(state, place, express)
    timestamp = state.get("Timestamp")
    if isinstance(timestamp, str) and not _is_expression(timestamp) and not _is_time(timestamp):
        yield Problem(message="String does not match RFC3339 timestamp", place=f"{place}/Timestamp")
    if state.get("Branches") == []:
        yield Problem(message="Value cannot be empty", place=f"{place}/Branches")
    for key, value in state.items():
        nested = value if key == "Branches" else [value] if key in ("ItemProcessor", "Iterator") else []
        for index, machine in enumerate(nested if isinstance(nested, list) else []):
            inside = f"{place}/{key}[{index}]" if key == "Branches" else f"{place}/{key}"
            if isinstance(machine, dict):
                # nested states take the whole machine's language, not that of the state around them
                yield from _of_machine(machine, inside, language, express)
        if own == _JSONATA and key not in ("Branches", "ItemProcessor", "Iterator"):
            yield from _of_expressions(value, f"{place}/{key}", caught=key == "Catch")


def _of_targets(state: dict[str, Any], place: str, states: dict[str, Any]) -> Iterator[Problem]:
    for field in ("Next", "Default"):
        if isinstance(state.get(field), str) and state[field] not in states:
            yield _no_target(field, state[field], f"{place}/{field}")
    for field in ("Catch", "Choices"):
        for index, member in enumerate(state.get(field) or []):
            target = member.get("Next") if isinstance(member, dict) else None
            if isinstance(target, str) and target not in states:
                yield _no_target("Next", target, f"{place}/{field}[{index}]/Next")


def _of_resource(state: dict[str, Any], place: str, express: bool) -> Iterator[Problem]:
    resource = state.get("Resource")
    if not express or not isinstance(resource, str):
        return
    told = "Express state machine does not support"
    if ":activity:" in resource:
        yield Problem(message=f"{told} Activity ARN", place=f"{place}/Resource")
    elif resource.endswith(".waitForTaskToken"):
        # the space at the end is AWS's
        yield Problem(message=f"{told} '.waitForTaskToken' service integration ", place=f"{place}/Resource")
    elif resource.endswith((".sync", ".sync:2")):
        yield Problem(message=f"{told} '.sync' service integration", place=f"{place}/Resource")


def _of_expressions(value: Any, place: str, *, caught: bool) -> Iterator[Problem]:
    for at, expression in expressions_in(value, place):
        try:
            check_syntax(expression)
        except JsonataError as error:
            yield Problem(message=str(error), place=at)
            continue
        read = members_read(expression, "states")
        if caught and "result" in read:
            yield Problem(message="The variable '$states.result' is not available in a catcher", place=at)
        if not caught and "errorOutput" in read:
            yield Problem(message="The variable '$states.errorOutput' is only available in a catcher", place=at)


def expressions_in(value: Any, place: str) -> Iterator[tuple[str, str]]:
    """Yield every JSONata expression in a part of a state, with its place."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from expressions_in(item, f"{place}/{key}")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from expressions_in(item, f"{place}[{index}]")
    elif isinstance(value, str) and _is_expression(value):
        yield place, value[2:-2].strip()


def _no_target(field: str, target: str, place: str) -> Problem:
    return Problem(message=f"Missing '{field}' target: {target}", place=place, code="MISSING_TRANSITION_TARGET")


def _is_expression(text: str) -> bool:
    return text.startswith("{%") and text.endswith("%}")


def _is_time(text: str) -> bool:
    found = _TIME.fullmatch(text)
    try:
        return found is not None and bool(datetime.fromisoformat(found[1]))
    except ValueError:
        return False

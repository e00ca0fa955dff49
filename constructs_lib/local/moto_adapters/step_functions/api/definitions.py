"""Definitions and inputs are refused when they come, by the names that Step Functions has for what is wrong with them.

Reaches into moto/stepfunctions/parser/models.py, whose errors lose their names on the way out, and which does not read
JSONata before it is evaluated; and parser/asl/parse/preprocessor.py, whose parsers share one stack of query languages,
which a definition that is refused leaves in disorder for all others, and two threads at once too.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from moto.core.exceptions import AWSError
from moto.stepfunctions.exceptions import InvalidExecutionInput
from moto.stepfunctions.parser import models
from moto.stepfunctions.parser.asl.parse.preprocessor import Preprocessor
from moto.stepfunctions.parser.models import StepFunctionsParserBackend

from constructs_lib.local.moto_adapters.emulation import Emulation
from constructs_lib.local.moto_adapters.patching import VALUE, Patch
from constructs_lib.runs.synthesised.jsonata_engine import JsonataError, check_syntax

_JSONATA = "JSONata"


class InvalidDefinition(AWSError):  # noqa: N818 - the API's name
    """The definition is wrong."""

    TYPE = "InvalidDefinition"
    STATUS = 400

    def __init__(self, message: str) -> None:
        super().__init__(f"Invalid State Machine Definition: '{message}'")


def patches(_: Emulation) -> list[Patch]:
    """Name the errors, and read every expression of a definition."""

    def validating(original: Any) -> Any:
        def validate_definition(definition: str) -> None:
            original(definition)
            for place, expression in expressions(json.loads(definition)):
                try:
                    check_syntax(expression)
                except JsonataError as error:
                    raise InvalidDefinition(f"{error} at {place}") from error

        return staticmethod(validate_definition)

    def with_own_scopes(original: Any) -> Any:
        def initialise(self: Any, *args: Any, **kwargs: Any) -> None:
            original(self, *args, **kwargs)
            self._query_language_per_scope = []

        return initialise

    return [
        Patch(owner=Preprocessor, name="__init__", signature="(self, *args, **kwargs)", make=with_own_scopes),
        Patch(owner=models, name="InvalidDefinition", signature=VALUE, make=lambda _: InvalidDefinition),
        Patch(owner=models, name="InvalidExecutionInput", signature=VALUE, make=lambda _: InvalidExecutionInput),
        Patch(
            owner=StepFunctionsParserBackend,
            name="_validate_definition",
            signature="(definition)",
            make=validating,
        ),
    ]


def expressions(definition: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield every JSONata expression of a state machine with its place, through nested machines too."""
    language = definition.get("QueryLanguage", "JSONPath")
    for name, state in definition.get("States", {}).items():
        yield from _of_state(f"/States/{name}", state, state.get("QueryLanguage", language), language)


def _of_state(place: str, state: dict[str, Any], language: str, outer: str) -> Iterator[tuple[str, str]]:
    for key, value in state.items():
        nested = value if key == "Branches" else [value] if key in ("ItemProcessor", "Iterator") else None
        if nested is not None:
            for machine in nested:
                # nested states take the whole machine's language, not that of the state around them
                yield from expressions({"QueryLanguage": outer, **machine})
        elif language == _JSONATA:
            yield from _in(f"{place}/{key}", value)


def _in(place: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _in(f"{place}/{key}", item)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _in(f"{place}/{index}", item)
    elif isinstance(value, str) and value.startswith("{%") and value.endswith("%}"):
        yield place, value[2:-2].strip()

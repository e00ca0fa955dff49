"""Definitions and inputs are refused when they come, by the names and words that Step Functions has for what is wrong.

A machine whose name is taken is only the same machine if its definition, role and type are the same. Reads what
`schema.py` knows to be wrong, then what moto's parser finds.

Reaches into moto/stepfunctions/parser/models.py, whose errors lose their names on the way out; moto/stepfunctions/
responses.py, which has no ValidateStateMachineDefinition; and parser/asl/parse/preprocessor.py, whose parsers share one
stack of query languages, which a definition that is refused leaves in disorder for all others, and two threads at once
too.
"""

from __future__ import annotations

from typing import Any

from moto.core.exceptions import AWSError
from moto.core.responses import ActionResult
from moto.stepfunctions.exceptions import InvalidExecutionInput
from moto.stepfunctions.parser import models
from moto.stepfunctions.parser.asl.parse.preprocessor import Preprocessor
from moto.stepfunctions.parser.models import StepFunctionsParserBackend
from moto.stepfunctions.responses import StepFunctionResponse

from constructs_lib.local.moto_adapters.emulation import Emulation
from constructs_lib.local.moto_adapters.patching import ABSENT, VALUE, Patch
from constructs_lib.local.moto_adapters.step_functions.api.schema import Problem, problems

_EXPRESS = "EXPRESS"
_STANDARD = "STANDARD"


class InvalidDefinition(AWSError):  # noqa: N818 - the API's name
    """The definition is wrong."""

    TYPE = "InvalidDefinition"
    STATUS = 400

    def __init__(self, message: str) -> None:
        super().__init__(f"Invalid State Machine Definition: '{message}'")


class StateMachineAlreadyExists(AWSError):  # noqa: N818 - the API's name
    """The name is another machine's."""

    TYPE = "StateMachineAlreadyExists"
    STATUS = 400

    def __init__(self, arn: str) -> None:
        super().__init__(f"State Machine Already Exists: '{arn}'")


def patches(_: Emulation) -> list[Patch]:
    """Name the errors, and read every definition."""
    return [
        Patch(owner=Preprocessor, name="__init__", signature="(self, *args, **kwargs)", make=_with_own_scopes),
        Patch(owner=models, name="InvalidDefinition", signature=VALUE, make=lambda _: InvalidDefinition),
        Patch(owner=models, name="InvalidExecutionInput", signature=VALUE, make=lambda _: InvalidExecutionInput),
        Patch(
            owner=StepFunctionsParserBackend,
            name="_validate_definition",
            signature="(definition)",
            make=lambda original: staticmethod(_validating(original)),
        ),
        Patch(
            owner=StepFunctionsParserBackend,
            name="create_state_machine",
            signature="(self, name, definition, roleArn, tags, publish, loggingConfiguration, tracingConfiguration, "
            "encryptionConfiguration, version_description, sm_type)",
            make=_unless_taken,
        ),
        Patch(
            owner=StepFunctionResponse,
            name="validate_state_machine_definition",
            signature=ABSENT,
            make=lambda _: _validate_response,
        ),
    ]


def _with_own_scopes(original: Any) -> Any:
    def initialise(self: Any, *args: Any, **kwargs: Any) -> None:
        original(self, *args, **kwargs)
        self._query_language_per_scope = []

    return initialise


def _validating(original: Any) -> Any:
    def validate_definition(definition: str) -> None:
        found = problems(definition)
        if found:
            raise InvalidDefinition(", ".join(str(problem) for problem in found))
        original(definition)

    return validate_definition


def _unless_taken(original: Any) -> Any:
    def create_state_machine(self: Any, name: str, definition: str, roleArn: str, **more: Any) -> Any:  # noqa: N803
        kind = more.get("sm_type") or _STANDARD
        if kind == _EXPRESS and (found := problems(definition, express=True)):
            raise InvalidDefinition(", ".join(str(problem) for problem in found))
        there = next((machine for machine in self.state_machines if machine.name == name), None)
        wanted = (definition, roleArn, kind)
        if there is not None and (there.definition, there.roleArn, there.type) != wanted:
            raise StateMachineAlreadyExists(there.arn)
        return original(self, name=name, definition=definition, roleArn=roleArn, **more)

    return create_state_machine


def _validate_response(self: Any) -> ActionResult:
    definition = self._get_param("definition") or ""
    found = problems(definition, express=self._get_param("type") == _EXPRESS)
    if not found:
        try:
            StepFunctionsParserBackend._validate_definition(definition)
        except InvalidDefinition as error:
            found = [Problem(message=str(error.message), place="")]
    most = self._get_int_param("maxResults") or len(found)
    return ActionResult(
        {
            "result": "FAIL" if found else "OK",
            "diagnostics": [_told(problem) for problem in found[:most]],
            "truncated": len(found) > most,
        }
    )


def _told(problem: Problem) -> dict[str, str]:
    place = {"location": problem.place} if problem.place else {}
    return {"severity": "ERROR", "code": problem.code, "message": problem.message, **place}

"""Aliases of state machines: names that lead to one version or two, and start one of them by its weight.

Reaches into moto/stepfunctions/models.py, whose aliases take the place of others of the same name and start nothing,
and moto/stepfunctions/responses.py, which refuses in words of its own.
https://docs.aws.amazon.com/step-functions/latest/dg/concepts-state-machine-alias.html
"""

from __future__ import annotations

import random
import re
from typing import Any

from moto.core.exceptions import AWSError
from moto.stepfunctions.exceptions import NameTooLongException, StateMachineDoesNotExist, ValidationException
from moto.stepfunctions.models import StateMachineAlias, StepFunctionBackend
from moto.stepfunctions.parser.models import StepFunctionsParserBackend
from moto.stepfunctions.responses import StepFunctionResponse
from moto.utilities.paginator import paginate

from constructs_lib.local.moto_adapters.emulation import Emulation
from constructs_lib.local.moto_adapters.patching import Patch
from constructs_lib.local.moto_adapters.step_functions.api.versions import (
    PAGES,
    ConflictException,
    machine_of,
    routed_to,
    unqualified,
)

_NAME = re.compile(r"(?=.*[a-zA-Z_\-.])[a-zA-Z0-9_\-.]+")
_PATTERN = r"^(?=.*[a-zA-Z_\-\.])[a-zA-Z0-9_\-\.]+$"
_LONGEST_NAME = 80
_MOST_ROUTES = 2
_ALL = 100


class NoSuchAlias(AWSError):  # noqa: N818 - as moto names them
    """There is no such alias."""

    TYPE = "ResourceNotFound"
    STATUS = 400

    def __init__(self) -> None:
        super().__init__("Request references a resource that does not exist.")


def patches(_: Emulation) -> list[Patch]:
    """Make, find, list and delete aliases, and start executions by them."""
    return [
        Patch(
            owner=StepFunctionBackend,
            name="create_state_machine_alias",
            signature="(self, name, routing_configuration, description)",
            make=lambda _: _create,
        ),
        Patch(
            owner=StepFunctionBackend,
            name="describe_state_machine_alias",
            signature="(self, arn)",
            make=lambda _: _describe,
        ),
        Patch(
            owner=StepFunctionBackend,
            name="list_state_machine_aliases",
            signature="(self, arn)",
            make=lambda _: paginate(pagination_model=PAGES)(list_state_machine_aliases),
        ),
        Patch(
            owner=StepFunctionBackend,
            name="delete_state_machine_alias",
            signature="(self, arn)",
            make=lambda _: _delete,
        ),
        Patch(
            owner=StepFunctionResponse,
            name="_validate_routing_configuration",
            signature="(self, routing_configuration)",
            make=lambda _: _validate,
        ),
        Patch(
            owner=StepFunctionsParserBackend,
            name="start_execution",
            signature="(self, state_machine_arn, name, execution_input, trace_header)",
            make=_routed,
        ),
    ]


def find(backend: Any, arn: str) -> Any:
    """Return an alias, or `None`."""
    machine_arn, name = unqualified(arn), arn.rpartition(":")[2]
    machine = next((machine for machine in backend.state_machines if machine.arn == machine_arn), None)
    alias = machine.aliases.get(name) if machine is not None else None
    return alias if alias is not None and alias.arn == arn else None


def validate_routes(routes: list[dict[str, Any]]) -> None:
    """Refuse a routing configuration that AWS refuses.

    Raises:
        ValidationException: If it has too many routes, a version twice, what is no version, or weights that are too
            large or not 100 together.
    """
    limit = "failed to satisfy constraint: Member must have"
    if len(routes) > _MOST_ROUTES:
        told = ", ".join(
            f"RoutingConfigurationListItem(stateMachineVersionArn={route['stateMachineVersionArn']}, "
            f"weight={route['weight']})"
            for route in routes
        )
        raise _invalid(
            f"Value '[{told}]' at 'routingConfiguration' {limit} length less than or equal to {_MOST_ROUTES}"
        )
    weights = [route["weight"] for route in routes]
    for number, weight in enumerate(weights, start=1):
        if weight > _ALL:
            place = f"routingConfiguration.{number}.member.weight"
            raise _invalid(f"Value '{weight}' at '{place}' {limit} value less than or equal to {_ALL}")
    arns = [route["stateMachineVersionArn"] for route in routes]
    received = f"Received: [{', '.join(arns)}]"
    if len(set(arns)) < len(arns):
        raise ValidationException(f"Routing configuration must contain distinct state machine version ARNs. {received}")
    if not all(arn.rpartition(":")[2].isdigit() and unqualified(arn) != arn for arn in arns):
        raise ValidationException(f"Routing configuration must contain state machine version ARNs. {received}")
    if sum(weights) != _ALL:
        raise ValidationException(f"Sum of routing configuration weights must equal {_ALL}. Received: {weights}")
    if len({unqualified(arn) for arn in arns}) > 1:
        raise ValidationException(f"Routing configuration must contain versions of one state machine. {received}")


def list_state_machine_aliases(self: Any, arn: str) -> list[Any]:
    """Return a machine's aliases, or those that lead to a version, the oldest first."""
    machine = machine_of(self, unqualified(arn))
    found = [alias for alias in machine.aliases.values() if arn == machine.arn or arn in routed_to(alias)]
    return sorted(found, key=lambda alias: alias.creation_date)


def _invalid(told: str) -> ValidationException:
    return ValidationException(f"1 validation error detected: {told}")


def _validate(_: Any, routing_configuration: list[dict[str, Any]]) -> None:
    validate_routes(routing_configuration)


def _create(self: Any, name: str, routing_configuration: list[dict[str, Any]], description: str | None) -> Any:
    if len(name) > _LONGEST_NAME:
        raise NameTooLongException(name)
    if not _NAME.fullmatch(name):
        raise _invalid(
            f"Value '{name}' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: "
            f"{_PATTERN}"
        )
    arns = [route["stateMachineVersionArn"] for route in routing_configuration]
    machine = machine_of(self, unqualified(arns[0]))
    for arn in arns:
        if not any(version.arn == arn for version in machine.versions.values()):
            raise StateMachineDoesNotExist(f"State Machine Does Not Exist: '{arn}'")
    there = machine.aliases.get(name)
    if there is None:
        make: Any = StateMachineAlias  # moto leaves some of its methods abstract
        there = make(name, machine.arn, routing_configuration, description)
        machine.aliases[name] = there
    elif (there.routing_configuration, there.description) != (routing_configuration, description):
        raise ConflictException(
            "Failed to create alias because an alias with the same name and a different routing configuration already "
            "exists."
        )
    return there


def _describe(self: Any, arn: str) -> Any:
    alias = find(self, arn)
    if alias is None:
        raise NoSuchAlias
    return alias


def _delete(self: Any, arn: str) -> None:
    alias = find(self, arn)
    if alias is not None:
        del machine_of(self, alias.statemachine_arn).aliases[alias.name]


def _routed(original: Any) -> Any:
    def start_execution(
        self: Any,
        state_machine_arn: str,
        name: str | None = None,
        execution_input: Any = None,
        trace_header: Any = None,
    ) -> Any:
        alias = find(self, state_machine_arn)
        if alias is None:
            return original(self, state_machine_arn, name, execution_input, trace_header)
        weights = [route["weight"] for route in alias.routing_configuration]
        (version,) = random.choices(routed_to(alias), weights)  # noqa: S311 - a share of executions, no secret
        known = list(machine_of(self, alias.statemachine_arn).executions)
        execution = original(self, version, name, execution_input, trace_header)
        if execution not in known:  # of the same name and input there may be one that runs
            execution.state_machine_alias_arn = alias.arn
        return execution

    return start_execution

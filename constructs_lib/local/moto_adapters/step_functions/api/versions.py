"""Versions of state machines: published, listed, deleted, and started by their ARN.

A version has the definition and the role that its machine had in one revision. Its executions are its machine's, by the
same names and ARNs; they tell the version that they were started by.

Reaches into moto/stepfunctions/models.py, whose versions are published again for the same revision and cannot be
started, and which knows no revisions.
https://docs.aws.amazon.com/step-functions/latest/dg/concepts-state-machine-version.html
"""

from __future__ import annotations

import uuid
from typing import Any

from moto.core.exceptions import AWSError
from moto.stepfunctions.exceptions import InvalidArn, InvalidToken, StateMachineDoesNotExist
from moto.stepfunctions.models import StateMachine, StateMachineVersion, StepFunctionBackend
from moto.stepfunctions.parser.models import StepFunctionsParserBackend
from moto.stepfunctions.utils import PAGINATION_MODEL
from moto.utilities.paginator import paginate

from constructs_lib.local.moto_adapters.emulation import Emulation
from constructs_lib.local.moto_adapters.patching import ABSENT, Patch

INITIAL = "INITIAL"
"""What stands for the revision of a machine that has never been changed."""

_ARN_PARTS = 7


class ConflictException(AWSError):  # noqa: N818 - the API's name
    """Something else stands in the way."""

    TYPE = "ConflictException"
    STATUS = 400


class WrongPage(InvalidToken):
    """The token leads to no page; moto's paginator makes it."""

    def __init__(self) -> None:
        super().__init__("'Invalid token'")


PAGES: dict[str, Any] = {
    name: {
        **PAGINATION_MODEL["list_state_machine_aliases"],
        "unique_attribute": [unique],
        "fail_on_invalid_token": WrongPage,
    }
    for name, unique in {
        "list_executions": "execution_arn",
        "list_state_machine_aliases": "arn",
        "versions": "arn",
    }.items()
}
"""How moto's paginator cuts what the functions of these names return."""


def patches(_: Emulation) -> list[Patch]:
    """Keep revisions, publish each once, start versions, and list executions by them."""
    return [
        Patch(owner=StateMachine, name="publish", signature="(self, description)", make=lambda _: _publish),
        Patch(
            owner=StateMachineVersion,
            name="_handle_name_input_idempotency",
            signature=ABSENT,
            make=lambda _: StateMachine._handle_name_input_idempotency,
        ),
        Patch(
            owner=StepFunctionsParserBackend,
            name="update_state_machine",
            signature="(self, arn, definition, role_arn, logging_configuration, tracing_configuration, "
            "encryption_configuration, publish, version_description)",
            make=_revising,
        ),
        Patch(
            owner=StepFunctionBackend,
            name="list_executions",
            signature="(self, state_machine_arn, status_filter)",
            make=lambda _: paginate(pagination_model=PAGES)(list_executions),
        ),
    ]


def unqualified(arn: str) -> str:
    """Return a machine's ARN from its own, a version's or an alias'."""
    return ":".join(arn.split(":")[:_ARN_PARTS])


def machine_of(backend: Any, arn: str) -> Any:
    """Return the machine itself, not a version of it.

    Raises:
        StateMachineDoesNotExist: If there is none of this ARN.
    """
    found = next((machine for machine in backend.state_machines if machine.arn == arn), None)
    if found is None:
        raise StateMachineDoesNotExist(f"State Machine Does Not Exist: '{arn}'")
    return found


def revision_of(machine: Any) -> str | None:
    """Return a machine's or a version's revision; `None` for the first."""
    revision: str | None = vars(machine).get("revision_id")
    return revision


def publish(backend: Any, arn: str, *, revision: str | None = None, description: str | None = None) -> Any:
    """Publish a machine's current revision, unless it has been published.

    Returns:
        The version.

    Raises:
        InvalidArn: If this is no ARN.
        StateMachineDoesNotExist: If there is no such machine.
        ConflictException: If the current revision is not the one that is asked for.
    """
    if not arn.startswith("arn:"):
        raise InvalidArn(f"Invalid Arn: 'Invalid ARN prefix: {arn}'")
    machine = machine_of(backend, arn)
    current = revision_of(machine) or INITIAL
    if revision not in (None, current):
        raise ConflictException(
            f"Failed to publish the State Machine version for revision {revision}. The current State Machine revision "
            f"is {current}."
        )
    machine.publish(description)
    return machine.latest_version


def delete(backend: Any, arn: str) -> None:
    """Delete a version; one that does not exist is no error.

    Raises:
        InvalidArn: If the ARN is no version's.
        ConflictException: If an alias refers to it.
    """
    machine_arn, _, number = arn.rpartition(":")
    if not number.isdigit() or unqualified(arn) != machine_arn:
        raise InvalidArn(f"Invalid Arn: '{arn}'")
    machine = next((machine for machine in backend.state_machines if machine.arn == machine_arn), None)
    if machine is None:
        return
    names = [alias.name for alias in machine.aliases.values() if arn in routed_to(alias)]
    if names:
        raise ConflictException(
            "Version to be deleted must not be referenced by an alias. Current list of aliases referencing this "
            f"version: [{', '.join(names)}]"
        )
    machine.versions.pop(int(number), None)


def routed_to(alias: Any) -> list[str]:
    """Return the ARNs of an alias' versions."""
    return [route["stateMachineVersionArn"] for route in alias.routing_configuration]


def association(execution: Any) -> dict[str, str]:
    """Return the ARNs that an execution was started by, as its description and its first event have them."""
    machine = execution.state_machine
    version = {"stateMachineVersionArn": machine.arn} if isinstance(machine, StateMachineVersion) else {}
    alias = vars(execution).get("state_machine_alias_arn")
    return {**version, "stateMachineAliasArn": alias} if alias else version


def list_executions(self: Any, state_machine_arn: str, status_filter: str | None = None) -> list[Any]:
    """Return a machine's executions, or those that were started by a version or an alias, the newest first."""
    machine = machine_of(self, unqualified(state_machine_arn))
    known = {machine.arn, *(version.arn for version in machine.versions.values())}
    if state_machine_arn not in known | {alias.arn for alias in machine.aliases.values()}:
        raise StateMachineDoesNotExist(f"State Machine Does Not Exist: '{state_machine_arn}'")
    found = [
        execution
        for execution in machine.executions
        if state_machine_arn in (machine.arn, *association(execution).values())
        and status_filter in (None, execution.status)
    ]
    return sorted(found, key=lambda execution: execution.start_date, reverse=True)


def _publish(self: Any, description: str | None) -> None:
    version: Any = next((known for known in self.versions.values() if revision_of(known) == revision_of(self)), None)
    if version is None:
        self.latest_version_number += 1
        make: Any = StateMachineVersion  # moto leaves some of its methods abstract
        version = make(source=self, version=self.latest_version_number, description=description)
        version.revision_id = revision_of(self)
        # one list for all: an execution is found by its ARN, which does not tell the version
        version.executions, version.backend = self.executions, self.backend
        self.versions[version.version] = version
    self.latest_version = version


def _revising(original: Any) -> Any:
    def update_state_machine(
        self: Any,
        arn: str,
        *given: Any,
        publish: bool | None = None,
        version_description: str | None = None,
        **more: Any,
    ) -> Any:
        self._validate_machine_arn(arn)
        machine = machine_of(self, arn)
        before = _configuration(machine)
        original(self, arn, *given, **more)
        if _configuration(machine) != before:
            machine.revision_id = str(uuid.uuid4())
        if publish:
            machine.publish(version_description)
        return machine

    return update_state_machine


def _configuration(machine: Any) -> tuple[Any, ...]:
    return (
        machine.definition,
        machine.roleArn,
        machine.loggingConfiguration,
        machine.tracingConfiguration,
        machine.encryptionConfiguration,
    )


def told_revision(machine: Any) -> dict[str, str]:
    """Return a revision as the operations tell it: not at all if it is the first."""
    revision = revision_of(machine)
    return {"revisionId": revision} if revision else {}

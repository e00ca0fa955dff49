"""Which state machine is meant: by its ARN, its name or its stack, or the only one; and its runs by their names."""

from __future__ import annotations

from typing import Any

from constructs_lib.runs.aws.clients import Clients
from constructs_lib.runs.aws.errors import RunsError, aws_errors, error_code, error_message, plain_errors, sentence
from constructs_lib.workflow.names import MACHINE_TAG
from constructs_lib.workflow.sweep.names import MACHINE_TAG as SWEEP_TAG

OUTPUT = "StateMachineArn"
"""The stack output that may say which state machine is meant, where a stack has several."""

_SHOWN = 8
"""How many names an error lists."""


def find_state_machine(clients: Clients, state_machine: str | None = None, stack: str | None = None) -> str:
    """Find the state machine's ARN.

    Args:
        clients: The AWS clients.
        state_machine: Its ARN or its name. Defaults to that of the stack.
        stack: The name of the stack that has it: the one that its output `StateMachineArn` names, or the only one in
            it; of a stack whose output names a sweep's the only training's in it. Defaults to any: the only state
            machine of the Region that a `SpotTraining` made.

    Raises:
        RunsError: If there is no such state machine or stack, or there are several, or AWS cannot be asked; says what
            to do.
    """
    if state_machine is None:
        if stack is None:
            return _only_one(clients)
        return _from_stack(clients, stack)
    if not state_machine:
        raise RunsError("--state-machine must be the ARN or the name of a state machine, got ''")
    if state_machine.startswith("arn:"):
        if ":stateMachine:" not in state_machine:
            raise RunsError(f"--state-machine must be the ARN or the name of a state machine, got {state_machine!r}")
        return state_machine
    return _from_name(clients, state_machine)


def find_sweep_machine(clients: Clients, state_machine: str | None = None, stack: str | None = None) -> str:
    """Find the ARN of a sweep's state machine.

    Args:
        clients: The AWS clients.
        state_machine: Its ARN or its name. Defaults to that of the stack.
        stack: The name of the stack that has it: the only one in it, or of several the one that its output
            `StateMachineArn` names. Defaults to any: the only one of the Region that a `SpotTrainingSweep` made.

    Raises:
        RunsError: If there is no such state machine or stack, or there are several, or AWS cannot be asked; says what
            to do.
    """
    if state_machine is not None:
        return find_state_machine(clients, state_machine)
    if stack is None:
        with plain_errors():
            tagged = _tagged(clients, [machine["stateMachineArn"] for machine in _standard(clients)], SWEEP_TAG)
        place, named = clients.region, ""
    else:
        described = _described(clients, stack)
        tagged = _tagged_in_stack(clients, stack, SWEEP_TAG)
        place, named = f"stack {stack!r}", _outputs(described).get(OUTPUT, "")
    if not tagged:
        raise RunsError(
            f"there is no state machine of a SpotTrainingSweep in {place}; deploy one, or pass --region, --stack, or "
            "--state-machine"
        )
    if len(tagged) > 1 and named not in tagged:
        raise RunsError(_several(place, tagged))
    return named if named in tagged else next(iter(tagged))


def is_of_a_sweep(clients: Clients, state_machine_arn: str) -> bool:
    """Say whether a `SpotTrainingSweep` made a state machine; not so of one whose tags cannot be read."""
    try:
        return bool(_tagged(clients, [state_machine_arn], SWEEP_TAG))
    except aws_errors():
        return False


def execution_arn(state_machine_arn: str, run_name: str) -> str:
    """Return the ARN of a run by its name; an ARN stays as it is.

    https://docs.aws.amazon.com/step-functions/latest/dg/concepts-standard-vs-express.html
    """
    if run_name.startswith("arn:"):
        return run_name
    parts = state_machine_arn.split(":")
    # what follows the machine's name is a version or an alias, which execution ARNs do not carry
    return ":".join([*parts[:5], "execution", parts[6], run_name])


def machine_of(execution_arn: str) -> str:
    """Return the ARN of an execution's state machine; of a child of a Map, that of the machine with the Map."""
    parts = execution_arn.split(":")
    return ":".join([*parts[:5], "stateMachine", parts[6].partition("/")[0]])


def region_of(arn: str) -> str | None:
    """Return the Region of a state machine or an execution by its ARN; None for a name."""
    parts = arn.split(":")
    return parts[3] if len(parts) > 6 and parts[0] == "arn" and parts[3] else None


def run_name_of(arn: str) -> str:
    """Return the name of a run from its execution's ARN; a name stays as it is."""
    return arn.rpartition(":")[2]


def every_state_machine(clients: Clients) -> list[str]:
    """Return the ARNs of all state machines of the Region that a `SpotTraining` made.

    Raises:
        RunsError: If there is none, or AWS cannot be asked.
    """
    return sorted(_all_tagged(clients))


def _only_one(clients: Clients) -> str:
    """Return the only state machine that has the tag of this library."""
    tagged = _all_tagged(clients)
    if len(tagged) == 1:
        return next(iter(tagged))
    raise RunsError(_several(clients.region, tagged))


def _all_tagged(clients: Clients) -> dict[str, str]:
    with plain_errors():
        tagged = _tagged(clients, [machine["stateMachineArn"] for machine in _standard(clients)])
    if not tagged:
        raise RunsError(
            f"there is no state machine of a SpotTraining in {clients.region}; deploy one, or pass --region, --stack, "
            "or --state-machine"
        )
    return tagged


def _several(place: str, tagged: dict[str, str]) -> str:
    named = sorted(f"--state-machine {run_name_of(arn)} ({training})" for arn, training in tagged.items())
    more = f"; and {len(named) - _SHOWN} more" if len(named) > _SHOWN else ""
    return f"there are {len(tagged)} state machines of this library in {place}; say which: " + (
        "; ".join(named[:_SHOWN]) + more
    )


def _tagged(clients: Clients, arns: list[str], wanted: str = MACHINE_TAG) -> dict[str, str]:
    """Return those state machines that a SpotTraining made, or by another tag a sweep, each with the training's id."""
    found = {}
    for arn in arns:
        for tag in clients.sfn.list_tags_for_resource(resourceArn=arn)["tags"]:
            if tag["key"] == wanted:
                found[arn] = str(tag.get("value", ""))
    return found


def _standard(clients: Clients) -> list[dict[str, Any]]:
    pages = clients.sfn.get_paginator("list_state_machines").paginate()
    return [machine for page in pages for machine in page["stateMachines"] if machine.get("type") != "EXPRESS"]


def _from_stack(clients: Clients, stack: str) -> str:
    described = _described(clients, stack)
    named = _outputs(described).get(OUTPUT)
    if named is None or (is_of_a_sweep(clients, named) and _tagged_in_stack(clients, stack, MACHINE_TAG)):
        return _in_stack(clients, stack, described)
    return named


def _described(clients: Clients, stack: str) -> dict[str, Any]:
    if not stack:
        raise RunsError("--stack must be the name of a stack, got ''")
    try:
        found: list[dict[str, Any]] = clients.cloudformation.describe_stacks(StackName=stack)["Stacks"]
    except aws_errors() as error:
        if error_code(error) != "ValidationError":
            raise RunsError(sentence(error)) from error
        if "does not exist" not in error_message(error):
            raise RunsError(f"--stack must be the name of a stack, got {stack!r}") from error
        found = []
    if not found:
        raise RunsError(
            f"there is no stack {stack!r} in {clients.region}; deploy it, or pass another --stack or --region, or a "
            "--state-machine"
        )
    return found[0]


def _outputs(described: dict[str, Any]) -> dict[str, str]:
    return {str(item.get("OutputKey")): str(item.get("OutputValue")) for item in described.get("Outputs") or []}


def _tagged_in_stack(clients: Clients, stack: str, tag: str) -> dict[str, str]:
    with plain_errors():
        pages = clients.cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack)
        resources = [item for page in pages for item in page["StackResourceSummaries"]]
        machines = [
            str(item["PhysicalResourceId"])
            for item in resources
            if item["ResourceType"] == "AWS::StepFunctions::StateMachine" and item.get("PhysicalResourceId")
        ]
        return _tagged(clients, machines, tag)


def _in_stack(clients: Clients, stack: str, described: dict[str, Any]) -> str:
    """Return the only state machine of a SpotTraining in a stack."""
    tagged = _tagged_in_stack(clients, stack, MACHINE_TAG)
    if len(tagged) == 1:
        return next(iter(tagged))
    if tagged:
        raise RunsError(_several(f"stack {stack!r}", tagged))
    raise RunsError(
        f"stack {stack!r} has no state machine of a SpotTraining and no output {OUTPUT!r} (its status is "
        f"{described.get('StackStatus')}); pass --state-machine with an ARN or a name"
    )


def _from_name(clients: Clients, name: str) -> str:
    names = []
    with plain_errors():
        for machine in _standard(clients):
            if machine["name"] == name:
                return str(machine["stateMachineArn"])
            names.append(str(machine["name"]))
    there = f"there are {_some(names)}" if names else "there is none"
    raise RunsError(f"there is no state machine {name!r} in {clients.region} ({there}); pass --region or its ARN")


def _some(names: list[str]) -> str:
    ordered = sorted(names)
    more = f" and {len(ordered) - _SHOWN} more" if len(ordered) > _SHOWN else ""
    return ", ".join(ordered[:_SHOWN]) + more

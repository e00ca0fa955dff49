"""Which state machine is meant: its ARN, its name, or the output of a stack; and the runs of it by their names."""

from __future__ import annotations

from typing import Any

from constructs_lib.runs.aws.clients import Clients
from constructs_lib.runs.aws.errors import RunsError, aws_errors, error_code, error_message, plain_errors, sentence

DEFAULT_STACK = "SpotTraining"
"""The stack that app.py deploys."""

OUTPUT = "StateMachineArn"
"""The stack output that holds the state machine's ARN."""

_SHOWN = 8
"""How many names an error lists."""


def find_state_machine(clients: Clients, state_machine: str | None = None, stack: str = DEFAULT_STACK) -> str:
    """Find the state machine's ARN.

    Args:
        clients: The AWS clients.
        state_machine: Its ARN or its name. Defaults to the one that the stack names in its outputs.
        stack: The stack's name. Defaults to that of the app.

    Raises:
        RunsError: If there is no such state machine, stack or output, or AWS cannot be asked; says what to do.
    """
    if state_machine is None:
        if not stack:
            raise RunsError("--stack must be the name of a stack, got ''")
        return _from_stack(clients, stack)
    if not state_machine:
        raise RunsError("--state-machine must be the ARN or the name of a state machine, got ''")
    if state_machine.startswith("arn:"):
        if ":stateMachine:" not in state_machine:
            raise RunsError(f"--state-machine must be the ARN or the name of a state machine, got {state_machine!r}")
        return state_machine
    return _from_name(clients, state_machine)


def execution_arn(state_machine_arn: str, run_name: str) -> str:
    """Return the ARN of a run by its name; an ARN stays as it is.

    https://docs.aws.amazon.com/step-functions/latest/dg/concepts-standard-vs-express.html
    """
    if run_name.startswith("arn:"):
        return run_name
    parts = state_machine_arn.split(":")
    # what follows the machine's name is a version or an alias, which execution ARNs do not carry
    return ":".join([*parts[:5], "execution", parts[6], run_name])


def region_of(arn: str) -> str | None:
    """Return the Region of a state machine or an execution by its ARN; None for a name."""
    parts = arn.split(":")
    return parts[3] if len(parts) > 6 and parts[0] == "arn" and parts[3] else None


def run_name_of(arn: str) -> str:
    """Return the name of a run from its execution's ARN; a name stays as it is."""
    return arn.rpartition(":")[2]


def _from_stack(clients: Clients, stack: str) -> str:
    try:
        found = clients.cloudformation.describe_stacks(StackName=stack)["Stacks"]
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
    return _output(stack, found[0])


def _output(name: str, stack: dict[str, Any]) -> str:
    outputs = {str(item.get("OutputKey")): str(item.get("OutputValue")) for item in stack.get("Outputs") or []}
    if OUTPUT in outputs:
        return outputs[OUTPUT]
    has = f"it has {_some(outputs)}" if outputs else f"it has none and its status is {stack.get('StackStatus')}"
    raise RunsError(f"stack {name!r} has no output {OUTPUT!r} ({has}); pass --state-machine with an ARN or a name")


def _from_name(clients: Clients, name: str) -> str:
    names = []
    with plain_errors():
        for page in clients.sfn.get_paginator("list_state_machines").paginate():
            for machine in page["stateMachines"]:
                if machine["name"] == name:
                    return str(machine["stateMachineArn"])
                names.append(str(machine["name"]))
    there = f"there are {_some(names)}" if names else "there is none"
    raise RunsError(f"there is no state machine {name!r} in {clients.region} ({there}); pass --region or its ARN")


def _some(names: Any) -> str:
    ordered = sorted(names)
    more = f" and {len(ordered) - _SHOWN} more" if len(ordered) > _SHOWN else ""
    return ", ".join(ordered[:_SHOWN]) + more

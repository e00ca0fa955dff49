"""What a deployed sweep is: its state machine's definition says which training it runs, and where its lines are."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from constructs_lib.runs.aws.clients import Clients
from constructs_lib.runs.aws.errors import RunsError, plain_errors
from constructs_lib.runs.aws.state_machine import run_name_of
from constructs_lib.workflow.sweep.names import PREPARE, SETTINGS

_KINDS = ("Runs", "Grid", "Random", "RunsFrom")


@dataclass(frozen=True, kw_only=True)
class DeployedSweep:
    """A deployed sweep.

    Attributes:
        machine: The ARN of its state machine.
        training: The ARN of the state machine of its runs.
        rungs: How many rungs it has; None without halving.
        kind: `Minimize` or `Maximize`.
    """

    machine: str
    training: str
    bucket: str
    folder: str
    metric: str
    kind: str
    rungs: int | None

    def prefix(self, sweep_name: str) -> str:
        """What the keys of a sweep begin with."""
        return f"{self.folder}{sweep_name}/"

    def uri(self, sweep_name: str) -> str:
        """Where what a sweep has written is."""
        return f"s3://{self.bucket}/{self.prefix(sweep_name)}"

    def folders(self) -> list[str]:
        """Where the lines of a sweep are, below what its keys begin with."""
        return ["runs/"] if self.rungs is None else [f"rung-{number}/" for number in range(1, self.rungs + 1)]


def deployed_sweep(clients: Clients, machine: str) -> DeployedSweep:
    """Read a sweep's settings.

    Args:
        clients: The AWS clients.
        machine: The ARN of its state machine.

    Raises:
        RunsError: The state machine is none of a sweep, or AWS cannot be asked.
    """
    found = read_sweep(clients, machine)
    if found is None:
        raise RunsError(
            f"the state machine {run_name_of(machine)!r} is not that of a SpotTrainingSweep; pass another --stack or "
            "--state-machine, or start one run of a training with: spot-training run"
        )
    return found


def read_sweep(clients: Clients, machine: str) -> DeployedSweep | None:
    """Read a sweep's settings; None of a state machine that is none of a sweep.

    Raises:
        RunsError: AWS cannot be asked.
    """
    with plain_errors():
        text = clients.sfn.describe_state_machine(stateMachineArn=machine)["definition"]
    settings = settings_in(json.loads(text))
    if settings is None:
        return None
    halving = settings.get("Halving")
    return DeployedSweep(
        machine=machine,
        training=str(settings["StateMachineArn"]),
        bucket=str(settings["Bucket"]),
        folder=str(settings["Folder"]),
        metric=str(settings["MetricName"]),
        kind=str(settings["Type"]),
        rungs=None if halving is None else len(halving["Rungs"]),
    )


def settings_in(definition: dict[str, Any]) -> dict[str, Any] | None:
    """Return what the definition of a sweep's state machine fixes; None of any other."""
    found = definition.get("States", {}).get(PREPARE, {}).get("Assign", {}).get(SETTINGS)
    return found if isinstance(found, dict) else None


def reads_like_a_sweep(run_input: str) -> bool:
    """Say whether an execution's input may be that of a sweep; a run has none of these fields."""
    try:
        document = json.loads(run_input or "{}")
    except ValueError:
        return False
    return isinstance(document, dict) and any(kind in document for kind in _KINDS)

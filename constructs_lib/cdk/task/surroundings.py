"""Where a task may stand: told at synth, when the machine around it is known."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import jsii
from aws_cdk import Annotations, Stack
from aws_cdk import aws_stepfunctions as sfn
from constructs import IValidation

from constructs_lib.workflow.definition import EXECUTION_NAME, state_names

_WARNING = "spot-training-constructs:run-name-in-a-distributed-map"
_NO_SYNC = "its execution type cannot wait for a training job (.sync); make it Standard"
_RUN_NAME = "such as \"{% $states.context.Execution.Name & '-' & $states.input.name %}\""


@jsii.implements(IValidation)
class Surroundings:
    """What is wrong with the machine around a task; CDK asks for it at synth."""

    def __init__(self, task: sfn.State, run_name: str) -> None:
        """Keep what is asked about.

        Args:
            task: The task.
            run_name: Its run's name, an expression.
        """
        self._task, self._run_name = task, run_name

    def validate(self) -> list[str]:
        """Say what is wrong: an Express machine, or a Map whose items would share one run's name."""
        found = Stack.of(self._task).node.find_all()
        return [
            *(problem for each in found if isinstance(each, sfn.CfnStateMachine) for problem in self._machine(each)),
            *(problem for each in found if isinstance(each, sfn.MapBase) for problem in self._map(each)),
        ]

    def _machine(self, machine: sfn.CfnStateMachine) -> Iterator[str]:
        # https://docs.aws.amazon.com/step-functions/latest/dg/choosing-workflow-type.html
        if machine.state_machine_type == "EXPRESS" and self._is_in(_definition(machine)):
            yield f"{self._task.state_id!r} stands in the Express state machine {machine.node.path!r}, and {_NO_SYNC}"

    def _map(self, around: sfn.MapBase) -> Iterator[str]:
        state = around.to_state_json()
        processor = state.get("ItemProcessor") or state.get("Iterator") or {"States": {}}
        if not self._is_in(processor):
            return
        config = processor.get("ProcessorConfig", {})
        where = f"{self._task.state_id!r} stands in the Map {around.state_id!r}"
        if config.get("ExecutionType") == "EXPRESS":
            yield f"{where}, whose items are Express executions, and {_NO_SYNC}"
        if self._run_name != EXECUTION_NAME:
            return
        if config.get("Mode") == "DISTRIBUTED":
            # whether an item's execution has a name of its own there is not documented
            Annotations.of(self._task).add_warning_v2(
                _WARNING, f"{where}, whose items may share the execution's name; set 'run_name', {_RUN_NAME}"
            )
        else:
            yield f"{where}, whose items would share one run and its checkpoints; set 'run_name', {_RUN_NAME}"

    def _is_in(self, states: dict[str, Any]) -> bool:
        return self._task.state_id in state_names(states)


def _definition(machine: sfn.CfnStateMachine) -> dict[str, Any]:
    """Read a machine's definition; what CloudFormation fills in does not matter here, and is a zero."""
    text = Stack.of(machine).resolve(machine.definition_string)
    if isinstance(text, dict):
        text = "".join(part if isinstance(part, str) else "0" for part in text.get("Fn::Join", ["", []])[1])
    definition: dict[str, Any] = json.loads(text or '{"States": {}}')
    return definition

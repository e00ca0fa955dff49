"""Which sweep's state machine is meant: the only one, one of several, or that of a stack."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from constructs_lib.local.embedded_aws import EmbeddedAws
from constructs_lib.runs.command.main import main
from constructs_lib.workflow import names as of_runs
from constructs_lib.workflow.sweep import names

ROLE = "arn:aws:iam::123456789012:role/machine"
SETTINGS = {"StateMachineArn": "x", "Bucket": "b", "Folder": "sweeps/", "MetricName": "loss", "Type": "Minimize"}


def machine(tag: str) -> dict[str, Any]:
    prepare = {"Type": "Pass", "Assign": {names.SETTINGS: SETTINGS}, "End": True}
    definition = {"QueryLanguage": "JSONata", "StartAt": names.PREPARE, "States": {names.PREPARE: prepare}}
    properties = {"DefinitionString": json.dumps(definition), "RoleArn": ROLE, "Tags": [{"Key": tag, "Value": "Id"}]}
    return {"Type": "AWS::StepFunctions::StateMachine", "Properties": properties}


SWEEP, TRAINING = machine(names.MACHINE_TAG), machine(of_runs.MACHINE_TAG)


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[EmbeddedAws]:
    monkeypatch.chdir(tmp_path)
    with EmbeddedAws() as embedded:
        for name, value in embedded.environment().items():
            monkeypatch.setenv(name, value)
        yield embedded


def deploy(aws: EmbeddedAws, stack: str, outputs: dict[str, Any] | None = None, **resources: Any) -> None:
    template = {"Resources": resources, "Outputs": outputs or {}}
    aws.client("cloudformation").create_stack(StackName=stack, TemplateBody=json.dumps(template))


def started(*words: str) -> str:
    """Start a sweep; return the name of the machine that it is of, or what the command says."""
    result = CliRunner().invoke(main, ["sweep", "--grid", "lr=1", "--json", *words])
    return result.output if result.exit_code else str(json.loads(result.stdout)["ExecutionArn"].split(":")[-2])


def test_it_is_found_as_that_of_a_run_is(aws: EmbeddedAws) -> None:
    assert "there is no state machine of a SpotTrainingSweep in us-east-1; deploy one" in started()
    deploy(aws, "Night", Nightly=SWEEP, Training=TRAINING)
    assert "Nightly" in started()
    # a stack's output may name the training
    deploy(aws, "Day", {"StateMachineArn": {"Value": {"Ref": "Trains"}}}, Daily=SWEEP, Trains=TRAINING)
    assert "Daily" in started("--stack", "Day")
    assert "there are 2 state machines of this library in us-east-1; say which: --state-machine" in started()
    deploy(aws, "Both", {"StateMachineArn": {"Value": {"Ref": "Second"}}}, First=SWEEP, Second=SWEEP)
    assert "Second" in started("--stack", "Both")
    deploy(aws, "Several", First=SWEEP, Second=SWEEP)
    assert "there are 2 state machines of this library in stack 'Several'; say which" in started("--stack", "Several")
    deploy(aws, "None", Trains=TRAINING)
    assert "no state machine of a SpotTrainingSweep in stack 'None'" in started("--stack", "None")
    assert "there is no stack 'Nowhere' in us-east-1" in started("--stack", "Nowhere")
    trains = CliRunner().invoke(main, ["run", "--json", "--stack", "Both"])
    sweep = started("--stack", "Both")
    told = f"'{sweep}' is the state machine of a sweep; start a sweep with: spot-training sweep --stack Both, or pass"
    assert told in trains.output
    # a run of the stack's training, though its output names the sweep
    deploy(aws, "Mixed", {"StateMachineArn": {"Value": {"Ref": "Sweeps"}}}, Sweeps=SWEEP, Trains=TRAINING)
    run = CliRunner().invoke(main, ["run", "--json", "--stack", "Mixed"])
    assert "Trains" in json.loads(run.stdout)["ExecutionArn"], run.output
    assert "Sweeps" in started("--stack", "Mixed")
    name = started("--stack", "Night")
    assert started("--state-machine", name) == name
    assert "both say which state machine" in started("--state-machine", name, "--stack", "Night")

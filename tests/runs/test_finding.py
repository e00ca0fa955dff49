"""Which state machine a command is for: the only one, one of several, of a stack, or what pyproject.toml says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from constructs_lib.local.embedded_aws import EmbeddedAws
from constructs_lib.runs.command.main import main
from constructs_lib.workflow.names import MACHINE_TAG

DEFINITION = json.dumps({"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}})
ROLE = "arn:aws:iam::123456789012:role/machine"
RESOURCE = {"Type": "AWS::StepFunctions::StateMachine", "Properties": {"DefinitionString": DEFINITION, "RoleArn": ROLE}}


def tagged(training: str) -> dict[str, Any]:
    tags = [{"Key": MACHINE_TAG, "Value": training}]
    return {**RESOURCE, "Properties": {**RESOURCE["Properties"], "Tags": tags}}  # type: ignore[dict-item]


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[EmbeddedAws]:
    monkeypatch.chdir(tmp_path)
    with EmbeddedAws() as embedded:
        for name, value in embedded.environment().items():
            monkeypatch.setenv(name, value)
        yield embedded


def deploy(aws: EmbeddedAws, stack: str, **resources: Any) -> None:
    template = {"Resources": resources}
    aws.client("cloudformation").create_stack(StackName=stack, TemplateBody=json.dumps(template))


def started(*words: str) -> str:
    """Start a run; return the name of the machine that it is of, or what the command says."""
    result: Result = CliRunner().invoke(main, ["run", "--json", *words])
    if result.exit_code != 0:
        return result.output
    return str(json.loads(result.stdout)["ExecutionArn"].split(":")[-2])


def test_the_only_one_of_this_library_needs_no_flag(aws: EmbeddedAws) -> None:
    assert "there is no state machine of a SpotTraining in us-east-1; deploy one" in started()
    deploy(aws, "Other", Elsewhere={**RESOURCE})
    deploy(aws, "Churn", TrainingMachine=tagged("Churn/Training"), Another={**RESOURCE})
    assert "TrainingMachine" in started()
    assert "TrainingMachine" in started("--stack", "Churn")
    said = started("--stack", "Other")
    assert "stack 'Other' has no state machine of a SpotTraining and no output 'StateMachineArn'" in said


@pytest.fixture
def two(aws: EmbeddedAws) -> EmbeddedAws:
    deploy(aws, "Churn", ChurnMachine=tagged("Churn/Training"))
    deploy(aws, "Prices", PricesMachine=tagged("Prices/Training"))
    return aws


def test_fails_where_there_are_several_with_the_flag_that_says_which(two: EmbeddedAws) -> None:
    said = started()
    assert "there are 2 state machines of this library in us-east-1; say which: --state-machine" in said
    assert "(Churn/Training)" in said
    name = said.partition("--state-machine ")[2].split()[0]
    assert started("--state-machine", name) == name


def test_the_environment_and_pyproject_say_which(
    two: EmbeddedAws, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    below = tmp_path / "deep"
    below.mkdir()
    monkeypatch.chdir(below)
    (tmp_path / "pyproject.toml").write_text('[tool.spot-training]\nstack = "Churn"\nregion = "us-east-1"\n')
    assert "ChurnMachine" in started()
    monkeypatch.setenv("SPOT_TRAINING_STACK", "Prices")
    assert "PricesMachine" in started()
    assert "ChurnMachine" in started("--stack", "Churn")
    name = started()
    (tmp_path / "pyproject.toml").write_text(f'[tool.spot-training]\nstate-machine = "{name}"\n')
    assert "ChurnMachine" in started("--stack", "Churn")
    again = CliRunner().invoke(main, ["run", "--stack", "Churn"]).stdout
    assert "--stack Churn" in again
    assert "--state-machine" not in again
    assert "leave one out" in started("--stack", "Churn", "--state-machine", name)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "[tool.spot-training]\nstak = 'x'",
            "'stak' is none of stack, state-machine, region, profile, endpoint-url, ",
        ),
        ("[tool.spot-training]\nstack = 3", "'stack' must be a text that is not empty, got 3"),
        ("[tool]\nspot-training = 3", "must be a table, got 3"),
        ("[tool.spot-training]\nstack = 'a'\nstate-machine = 'b'", "both say which state machine; leave one out"),
        ("[tool", "cannot be read as TOML"),
    ],
)
def test_fails_on_settings_that_cannot_be_meant(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str, said: str
) -> None:
    (tmp_path / "pyproject.toml").write_text(text)
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, ["list"])
    assert (result.exit_code, result.output.count("\n")) == (2, 1)
    assert said in result.output


def test_a_pyproject_of_others_says_nothing(aws: EmbeddedAws, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'x'\n")
    deploy(aws, "Churn", TrainingMachine=tagged("Churn/Training"))
    assert "TrainingMachine" in started()

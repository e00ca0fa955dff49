"""The operator's policy: every call that the command makes is allowed by it, and what it is not for is not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from constructs_lib.runs.calls.recorded import Call
from constructs_lib.runs.command.main import main
from constructs_lib.workflow.names import MACHINE_TAG
from tests.runs.synthesised.operator_calls import ARN, OPERATOR, noted_calls
from tests.support.embedded.unstoppable_jobs import unstoppable_jobs
from tests.support.engines.iam_simulator import IamSimulator
from tests.support.run_bench import ON_DEMAND, SPOT, RunBench, run_bench
from tests.support.synthesised import template, write_template


@pytest.fixture(scope="module")
def bench() -> Iterator[RunBench]:
    with run_bench(SPOT, ON_DEMAND, speed=100) as made:
        yield made


@pytest.fixture
def calls(bench: RunBench, monkeypatch: pytest.MonkeyPatch) -> dict[Call, None]:
    return noted_calls(bench.aws, monkeypatch)


def printed(bench: RunBench, directory: Path) -> dict[str, Any]:
    """Print the policy; return it with what is known once the template is deployed."""
    definition = bench.sfn.describe_state_machine(stateMachineArn=bench.machine)["definition"]
    path = write_template(directory / "t.json", template(Machine=json.loads(definition)))
    result = CliRunner().invoke(main, ["policy", "--operator", "--template", str(path)])
    assert result.exit_code == 0, result.output
    known = {
        "<AWS::Partition>": "aws", "<AWS::Region>": "us-east-1", "<AWS::AccountId>": "123456789012",
        "<Machine>": bench.machine, "<Machine.Name>": "machine",
    }  # fmt: skip
    text = result.stdout
    for name, value in known.items():
        text = text.replace(name, value)
    assert "<" not in text
    policy: dict[str, Any] = json.loads(text)
    return policy


def test_every_call_of_the_command_is_allowed_and_none_is_for_nothing(
    bench: RunBench, calls: dict[Call, None], simulator: IamSimulator, tmp_path: Path
) -> None:
    bench.sfn.tag_resource(resourceArn=bench.machine, tags=[{"key": MACHINE_TAG, "value": "Churn/Training"}])
    resources = {"Topic": {"Type": "AWS::SNS::Topic"}}
    body = json.dumps({"Resources": resources})
    bench.aws.client("cloudformation").create_stack(StackName="Churn", TemplateBody=body)
    for words in (
        ("run", "--name", "one", "--watch", "--interval", "0.1"),
        ("run", "--name", "two", "--watch", "--interval", "0.1", "--hyperparameter", "nonsense=1"),
        ("list",),
        ("list", "--stack", "Churn"),
        ("watch", "one", "--interval", "0.1"),
        ("show", "two"),
        ("logs", "one"),
        ("run", "--name", "three", "--hyperparameter", "hold=2"),
    ):
        assert isinstance(CliRunner().invoke(main, list(words)).exception, SystemExit | None), words
    arn = bench.machine.replace(":stateMachine:", ":execution:") + ":three"
    bench.until(arn, lambda: bool(bench.live_jobs()))
    # the first stop is the command's own, the second that of a job which an abort has left behind
    assert CliRunner().invoke(main, ["stop", "three"]).exit_code == 0
    left = bench.start({"HyperParameters": {"hold": "2"}}, "four")
    bench.until(left, lambda: bool(bench.live_jobs()))
    with unstoppable_jobs(bench.aws):
        bench.sfn.stop_execution(executionArn=left)
        bench.end(left)
    assert CliRunner().invoke(main, ["stop", "four"]).exit_code == 0
    # the embedded AWS has no price list: what AWS itself is asked
    calls[Call(role_arn=OPERATOR, action="pricing:GetProducts", resource="*")] = None
    policy = printed(bench, tmp_path)
    made = list(calls)
    assert [call for call, fine in zip(made, simulator.allowed(made, [policy]), strict=True) if not fine] == []
    # and it has no action that the command does not use
    assert {action for one in policy["Statement"] for action in one["Action"]} == {call.action for call in made}


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("states:StartExecution", ARN.format("states", "stateMachine:other")),
        ("states:StopExecution", ARN.format("states", "execution:other:run")),
        ("states:DescribeExecution", ARN.format("states", "execution:machine-of-others:run")),
        ("sagemaker:StopTrainingJob", ARN.format("sagemaker", "training-job/prices-1")),
        ("sagemaker:CreateTrainingJob", ARN.format("sagemaker", "training-job/churn-1")),
        ("logs:GetLogEvents", ARN.format("logs", "log-group:/aws/lambda/x:log-stream:y")),
        ("s3:ListBucket", "arn:aws:s3:::checkpoint-bucket"),
        ("s3:ListBucket", "arn:aws:s3:::models-bucket"),
        ("s3:GetObject", "arn:aws:s3:::checkpoint-bucket/churn/one/checkpoint-00000001.npz"),
        ("s3:GetObject", "arn:aws:s3:::checkpoint-bucket/prices/one/progress.json"),
        ("s3:GetObject", "arn:aws:s3:::models-bucket/churn/one/progress.json"),
        ("states:DeleteStateMachine", ARN.format("states", "stateMachine:machine")),
        ("states:UpdateStateMachine", ARN.format("states", "stateMachine:machine")),
    ],
)
def test_nothing_else_is_allowed(
    bench: RunBench, simulator: IamSimulator, tmp_path: Path, action: str, resource: str
) -> None:
    call = Call(role_arn=OPERATOR, action=action, resource=resource)
    assert simulator.allowed([call], [printed(bench, tmp_path)]) == [False]


def test_fails_without_a_state_machine_of_this_library(tmp_path: Path) -> None:
    path = write_template(tmp_path / "t.json", {"Resources": {}})
    result = CliRunner().invoke(main, ["policy", "--operator", "--template", str(path)])
    assert (result.exit_code, "has no state machine of spot-training-constructs" in result.output) == (2, True)

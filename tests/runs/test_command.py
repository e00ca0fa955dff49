"""The command, end to end on the embedded AWS, and what it says when it cannot."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from constructs_lib.runs.command.main import main
from tests.support.run_bench import ON_DEMAND, SPOT, RunBench, run_bench
from tests.support.synthesised import template, write_template


@pytest.fixture(scope="module")
def bench() -> Iterator[RunBench]:
    with run_bench(SPOT, ON_DEMAND, speed=100) as made:
        yield made


@pytest.fixture
def command(bench: RunBench, monkeypatch: pytest.MonkeyPatch) -> Any:
    for name, value in bench.aws.environment().items():
        monkeypatch.setenv(name, value)

    def call(*words: str, text: str | None = None) -> Result:
        return CliRunner().invoke(main, [*words, "--state-machine", bench.machine], input=text)

    return call


def test_a_run_is_watched_to_its_end(command: Any) -> None:
    result = command("run", "--name", "first", "--watch", "--interval", "0.1", "--hyperparameter", "steps=2")
    assert result.exit_code == 0, result.output
    assert "Run first succeeded" in result.stdout
    assert "s3://models-bucket/models/churn-" in result.stdout
    assert "started run first" in result.stderr
    assert "Train, attempt 1, spot ml.m5.xlarge" in result.stderr
    listed = command("list", "--json")
    assert "first" in [entry["RunName"] for entry in json.loads(listed.stdout)]
    again = command("watch", "first", "--json", "--interval", "0.1")
    assert again.exit_code == 0
    assert json.loads(again.stdout)["Attempts"][0]["Verdict"] == "completed"


def test_a_run_that_fails_says_why_and_has_its_exit_status(command: Any) -> None:
    result = command("run", "--watch", "--interval", "0.1", "--input", "-", text='{"Foo": 1}')
    assert result.exit_code == 1
    assert "SpotTraining.InvalidInput" in result.stdout
    assert "'Foo' is not a field of the input" in " ".join(result.stdout.split())


def test_a_run_is_stopped_and_no_job_of_it_is_left(command: Any, bench: RunBench) -> None:
    started = command("run", "--name", "held", "--hyperparameter", "hold=2", "--json")
    arn = json.loads(started.stdout)["ExecutionArn"]
    bench.until(arn, lambda: bool(bench.live_jobs()))
    result = command("stop", "held")
    assert result.exit_code == 0, result.output
    assert "no training job of it is live" in result.stdout
    assert bench.live_jobs() == []
    watched = command("watch", "held", "--interval", "0.1")
    assert watched.exit_code == 3


def test_what_is_explained_is_what_is_sent(command: Any, bench: RunBench, tmp_path: Path) -> None:
    words = ("--hyperparameter", "steps=1", "--max-runtime", "50m", "--name", "as-explained")
    definition = bench.sfn.describe_state_machine(stateMachineArn=bench.machine)["definition"]
    path = write_template(tmp_path / "t.json", template(Machine=json.loads(definition)))
    explained = CliRunner().invoke(main, ["run", "--explain", "--template", str(path), *words])
    assert explained.exit_code == 0, explained.output
    started = command("run", *words, "--json")
    arn = json.loads(started.stdout)["ExecutionArn"]
    assert bench.end(arn).status == "SUCCEEDED"
    (sent,) = bench.requests(arn)
    shown = json.loads(explained.stdout)
    # which execution it is and which round of it is known when it has started
    marks = [request["Environment"].pop("SPOT_TRAINING_RUN").split()[3:] for request in (shown, sent)]
    assert marks[0] == marks[1]
    assert shown == sent


def test_what_is_refused_is_explained_by_the_same_cause(command: Any, bench: RunBench, tmp_path: Path) -> None:
    definition = bench.sfn.describe_state_machine(stateMachineArn=bench.machine)["definition"]
    path = write_template(tmp_path / "t.json", template(Machine=json.loads(definition)))
    text = '{"Foo": 1, "MaxRuntimeInSeconds": "x"}'
    explained = CliRunner().invoke(main, ["run", "--explain", "--template", str(path), "--input", "-"], input=text)
    assert explained.exit_code == 1
    ended = bench.run(json.loads(text))
    assert (ended.error, ended.cause) == ("SpotTraining.InvalidInput", explained.stderr.strip())


def test_a_large_input_is_carried_to_the_end(bench: RunBench) -> None:
    # the counting program takes no such arguments and fails: the run has come through all its states with them
    given = {"steps": "1", **{f"p{i}": "x" * 2480 for i in range(49)}}
    ended = bench.run({"HyperParameters": given})
    assert ended.error == "SpotTraining.TrainingFailed"
    assert ended.verdicts == ["training failed"]
    assert bench.requests(ended.arn)[0]["HyperParameters"] == given


@pytest.mark.parametrize(
    ("length", "said"),
    [
        (1400, "must come to a request of at most 131072 bytes"),
        (2480, "the input must have at most 160000 bytes, so that it can be checked, got 246422"),
    ],
)
def test_fails_on_an_input_that_no_run_could_carry(bench: RunBench, length: int, said: str) -> None:
    ended = bench.run({"HyperParameters": {f"p{i}": "x" * length for i in range(99)}})
    assert ended.error == "SpotTraining.InvalidInput"
    assert said in ended.cause


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("run", "--input", "/nowhere.json"), "cannot be read: No such file or directory"),
        (("run", "--max-runtime", "soon"), "--max-runtime must be a length of time such as 4h"),
        (("watch", "nobody"), "there is no run 'nobody'"),
        (("stop", "nobody"), "there is no run 'nobody'"),
    ],
)
def test_fails_with_one_sentence(command: Any, words: tuple[str, ...], said: str) -> None:
    result = command(*words)
    assert result.exit_code == 2
    assert said in result.output
    assert "Traceback" not in result.output


def test_fails_with_one_sentence_when_nothing_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "AWS_ENDPOINT_URL": "http://localhost:9", "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x",
        "AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-1",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    result = CliRunner().invoke(main, ["list"])
    assert result.exit_code == 2
    assert "http://localhost:9" in result.output
    assert "Traceback" not in result.output


def test_fails_with_one_sentence_when_there_is_no_such_stack(bench: RunBench, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in bench.aws.environment().items():
        monkeypatch.setenv(name, value)
    result = CliRunner().invoke(main, ["list", "--stack", "Nowhere"])
    assert result.exit_code == 2
    assert "Nowhere" in result.output

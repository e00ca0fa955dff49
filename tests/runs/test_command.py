"""The command, end to end on the embedded AWS, and what it says when it cannot."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ReadTimeoutError
from click.testing import CliRunner, Result

from constructs_lib.runs.aws.slow_answers import SlowAnswers
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
    bench.until(arn, lambda: any(job["SecondaryStatus"] == "Training" for job in bench.jobs()))
    result = command("stop", "held")
    assert result.exit_code == 0, result.output
    assert "no training job of it is live" in result.stdout
    assert bench.live_jobs() == []
    watched = command("watch", "held", "--interval", "0.1")
    assert watched.exit_code == 3
    assert "go on from its checkpoints with: spot-training run --resume-from held --state-machine" in watched.stderr
    (listed,) = [entry for entry in json.loads(command("list", "--json").stdout) if entry["RunName"] == "held"]
    assert listed["Attempts"][0]["TrainingJobStatus"] == "Stopped"
    assert listed["TrainingTimeInSeconds"] > 0


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
    as_json = command(*words, "--json")
    problem = json.loads(as_json.stdout)
    assert said in problem["Problem"]
    assert problem["ExitStatus"] == as_json.exit_code == 2


def test_an_endpoint_that_never_answers_is_told_soon(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        address = f"http://127.0.0.1:{mute.getsockname()[1]}"
        config = Config(read_timeout=0.5, retries={"total_max_attempts": 1})
        keys = {"aws_access_key_id": "x", "aws_secret_access_key": "x", "region_name": "us-east-1"}
        client = boto3.client("stepfunctions", endpoint_url=address, config=config, **keys)
        SlowAnswers(client, 0.1)
        with pytest.raises(ReadTimeoutError):
            client.list_state_machines()
        assert f"{address} has not answered for 0.1 s, still trying; check --endpoint-url" in capsys.readouterr().err
        time.sleep(0.2)
        assert capsys.readouterr().err == ""


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


def test_what_the_program_wrote_is_read_from_cloudwatch_logs(command: Any) -> None:
    assert command("run", "--name", "told", "--watch", "--interval", "0.1").exit_code == 0
    written = command("logs", "told")
    assert written.exit_code == 0, written.output
    lines = written.stdout.splitlines()
    assert lines
    assert all(line.startswith("1 algo-1  ") for line in lines)
    alone = command("logs", "told", "--attempt", "1", "--host", "algo-1").stdout.splitlines()
    assert alone == [line.removeprefix("1 algo-1  ") for line in lines]
    assert command("logs", "told", "--host", "algo-2").stdout == ""
    followed = command("logs", "told", "--follow", "--json").stdout.splitlines()
    assert [json.loads(line)["Message"] for line in followed] == alone
    wrong = command("logs", "told", "--attempt", "2")
    assert (wrong.exit_code, wrong.output) == (2, "Error: --attempt must be one of the 1 attempts of the run, got 2\n")


def test_a_failed_run_s_report_ends_with_the_program_s_last_lines(command: Any) -> None:
    result = command("run", "--name", "broken", "--watch", "--interval", "0.1", "--hyperparameter", "nonsense=1")
    assert result.exit_code == 1
    assert "The program wrote last:" in result.stdout
    assert "unrecognized arguments: --nonsense 1" in result.stdout.splitlines()[-1]
    again = command("show", "broken", "--json")
    assert again.exit_code == 0
    shown = json.loads(again.stdout)
    assert "unrecognized arguments: --nonsense 1" in shown["LastLines"][-1]
    assert shown["Status"] == "FAILED"
    assert shown["ConsoleUrl"].startswith("https://us-east-1.console.aws.amazon.com/states/home?region=us-east-1#/v2/")


def test_a_run_that_goes_on_is_shown(command: Any, bench: RunBench) -> None:
    started = command("run", "--name", "going", "--hyperparameter", "hold=2", "--json")
    arn = json.loads(started.stdout)["ExecutionArn"]
    bench.until(arn, lambda: bool(bench.live_jobs()))
    shown = command("show", "going")
    assert "Run going goes on after" in shown.stdout
    assert "spot ml.m5.xlarge" in shown.stdout
    assert json.loads(command("show", "going", "--json").stdout)["Attempts"][0]["TrainingJobStatus"] == "InProgress"
    command("stop", "going")


def test_the_console_page_is_opened(command: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []

    def launch(url: str) -> int:
        opened.append(url)
        return 0

    monkeypatch.setattr("click.launch", launch)
    told = command("open", "anything").stdout.strip()
    assert opened == [told]
    assert told.endswith(":execution:machine:anything")
    monkeypatch.setattr("click.launch", lambda _: 1)
    assert "no browser could be started" in command("open", "anything").stderr


@pytest.mark.parametrize("verb", ["show", "logs"])
def test_fails_to_look_at_a_run_that_is_not_there(command: Any, verb: str) -> None:
    result = command(verb, "nobody")
    assert result.exit_code == 2
    assert "there is no run 'nobody'" in result.output

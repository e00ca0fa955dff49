"""`sweep`, and the other commands for sweeps, on the embedded AWS; the operator's policy allows all that they call."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from constructs_lib.runs.calls.recorded import Call
from constructs_lib.runs.command.main import main
from constructs_lib.runs.verbs import stop as stop_of_runs
from constructs_lib.runs.verbs.sweep import stop as stop_of_sweeps
from constructs_lib.workflow.names import MACHINE_TAG
from constructs_lib.workflow.sweep.names import MACHINE_TAG as SWEEP_TAG
from constructs_lib.workflow.sweep.objective import Percent
from tests.local.machines import wait_for
from tests.local.sweep.bench import BUCKET, SweepBench, sweep_bench
from tests.runs.synthesised.operator_calls import OPERATOR, noted_calls
from tests.support.embedded.unstoppable_jobs import unstoppable_jobs
from tests.support.engines.iam_simulator import IamSimulator
from tests.support.synthesised import template, write_template

HELD = {"epochs": 3, "hold": 1}
"""Waits until it is stopped."""


@pytest.fixture(scope="module")
def bench() -> Iterator[SweepBench]:
    with sweep_bench(sweep={"tolerated_failures": Percent(50), "max_concurrency": 3}) as made:
        tags = {made.runs.machine: MACHINE_TAG, made.machine: SWEEP_TAG}
        for arn, tag in tags.items():
            made.runs.sfn.tag_resource(resourceArn=arn, tags=[{"key": tag, "value": "Churn"}])
        yield made


@pytest.fixture(scope="module")
def all_calls() -> dict[Call, None]:
    """Every call that the tests of this file have made, for the last one."""
    return {}


@pytest.fixture
def command(bench: SweepBench, all_calls: dict[Call, None], monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    noted = noted_calls(bench.runs.aws, monkeypatch)
    monkeypatch.setattr("click.launch", lambda _: 0)
    for module in (stop_of_runs, stop_of_sweeps):
        monkeypatch.setattr(module, "SECONDS_BETWEEN_LOOKS", 0.05)

    def call(*words: str, text: str | None = None) -> Result:
        return CliRunner().invoke(main, list(words), input=text)

    yield call
    all_calls.update(noted)


def test_a_sweep_is_watched_to_its_end_and_shown_and_drawn(command: Any, tmp_path: Path) -> None:
    runs = [{"Name": "slow", "HyperParameters": {"lr": 0.1}}, {"Name": "bad", "HyperParameters": {"fail": "boo"}}]
    lines = "\n".join(json.dumps(run) for run in [*runs, {"HyperParameters": {"lr": 0.4}}])
    watched = command("sweep", "--name", "one", "--watch", "--interval", "0.1", "--input", "-", text=lines)
    assert watched.exit_code == 0, watched.output
    assert "started sweep one" in watched.stderr
    assert "3 running, 0 waiting" in watched.stderr
    assert "bad failed, " in watched.stderr
    assert "best loss 0.0144 by trial-0003 (lr=0.4)" in watched.stderr
    assert "Sweep one succeeded" in watched.stdout
    assert watched.stdout.index("one-trial-0003  0.0144") < watched.stdout.index("one-slow        3.6864")
    assert "one-bad: SpotTraining.TrainingFailed" in watched.stdout
    assert "2 succeeded, 1 failed" in watched.stdout
    assert f"s3://{BUCKET}/sweeps/one/report.json" in watched.stdout
    assert "#/v2/executions/details/arn:aws:states:us-east-1:123456789012:execution:sweep:one" in watched.stdout

    shown = json.loads(command("show", "one", "--json").stdout)
    assert shown["Status"] == "SUCCEEDED"
    assert [line["Name"] for line in shown["Best"]] == ["trial-0003", "slow"]
    again = command("watch", "one", "--interval", "0.1", "--json")
    assert json.loads(again.stdout)["BillableTimeInSeconds"] == shown["BillableTimeInSeconds"] > 0

    page = tmp_path / "one.html"
    assert command("show", "one", "--plot", str(page)).exit_code == 0
    assert page.read_text(encoding="utf-8").count('class="plot"') == 3


def test_a_name_may_be_that_of_a_run_or_of_a_sweep(command: Any, bench: SweepBench, tmp_path: Path) -> None:
    command("sweep", "--name", "two", "--grid", "lr=0.3", "--watch", "--interval", "0.1")
    assert "Run two-trial-0001 succeeded" in command("show", "two-trial-0001").stdout
    listed = command("list", "--state-machine", bench.machine)
    assert "two" in listed.stdout, listed.output
    added = json.loads(command("costs", "--json", "--state-machine", bench.machine).stdout)["All"]
    assert (added["RunsWithoutCost"], added["CostInDollars"]) == (added["Runs"], None)
    assert "Sweep two succeeded" in command("show", "two", "--state-machine", bench.machine).stdout
    page = str(tmp_path / "x.html")
    assert "'two' is a sweep; pass --plot" in command("show", "two", "--html", page).stderr
    assert "'two-trial-0001' is a run; pass --html" in command("show", "two-trial-0001", "--plot", page).stderr
    assert "there is no run 'none' of this state machine" in command("show", "none").stderr
    for words, url in ((["two"], "sweep:two"), (["two-trial-0001"], "machine:two-trial-0001"), ([], "machine:two-")):
        opened = command("open", *words)
        assert (opened.exit_code, f":execution:{url}" in opened.stdout) == (0, True), opened.output
    lines = command("logs", "two")
    assert lines.exit_code == 2
    assert "'two' is a sweep, and each of its runs has lines of its own; name one of them, which" in lines.stderr
    assert "called by the sweep's name, a hyphen and their own; see: spot-training list" in lines.stderr
    assert "loss=" in command("logs", "two-trial-0001").stdout
    by_name = command("run", "--state-machine", "sweep")
    assert "'sweep' is the state machine of a sweep; start a sweep with: spot-training sweep --state-machine sweep" in (
        by_name.stderr
    )
    taken = command("sweep", "--name", "two", "--grid", "lr=0.3,0.4")
    assert (taken.exit_code, "there has been a sweep 'two' in the last 90 days" in taken.stderr) == (2, True)
    wrong = command("sweep", "--grid", "lr=0.3", "--state-machine", bench.runs.machine)
    assert "'machine' is not that of a SpotTrainingSweep" in wrong.stderr
    assert "or start one run of a training with: spot-training run" in wrong.stderr


def test_a_sweep_that_is_refused_says_why_and_has_its_exit_status(command: Any) -> None:
    refused = command("sweep", "--name", "odd", "--random", "lr=loguniform:0:1", "--count", "2", "--watch")
    assert refused.exit_code == 1, refused.output
    assert "SpotTraining.InvalidInput" in refused.stdout
    assert "'Random.lr.LogUniform' must be above nought" in " ".join(refused.stdout.split())
    # nothing was begun, so that there is nothing to add up
    assert "Billed" not in refused.stdout
    assert "no report" not in refused.stdout
    none = command("sweep", "--random", "lr=int:1:2", "--count", "0")
    assert (none.exit_code, "0 is not in the range 1<=x<=10000" in none.stderr) == (2, True)


def test_a_stop_leaves_nothing_of_a_sweep_and_changes_nothing_twice(command: Any, bench: SweepBench) -> None:
    put = {"Bucket": BUCKET, "Key": "sweeps/three.jsonl"}
    body = "\n".join(json.dumps(run) for run in [{"Name": "a", "HyperParameters": HELD}, {"HyperParameters": HELD}])
    bench.runs.s3.put_object(**put, Body=body.encode())
    started = command("sweep", "--name", "three", "--runs-from", f"s3://{BUCKET}/sweeps/three.jsonl", "--json")
    arn = json.loads(started.stdout)["ExecutionArn"]
    command("run", "--name", "three-mine", "--hyperparameter", "hold=1", "--hyperparameter", "epochs=3")
    wait_for("three jobs", lambda: len(bench.runs.live_jobs()) == 3)
    assert "Sweep three goes on" in command("show", "three").stdout
    # an abort stops by best effort only: here both jobs live on
    with unstoppable_jobs(bench.runs.aws):
        bench.runs.sfn.stop_execution(executionArn=arn)
        bench.runs.end(arn)
        wait_for("the end of the runs", lambda: running(bench) == ["three-mine"])
    assert len(bench.runs.live_jobs()) == 3
    stopped = command("stop", "three")
    assert stopped.exit_code == 0, stopped.output
    assert "the sweep has ended already (ABORTED)" in stopped.stderr
    assert "three-a: job " in stopped.stderr
    assert "run three-trial-0002  ABORTED" in stopped.stdout
    # somebody else's run that is called much the same goes on
    assert running(bench) == ["three-mine"]
    assert len(bench.runs.live_jobs()) == 1
    again = json.loads(command("stop", "three", "--json").stdout)
    assert [run["RunName"] for run in again["Runs"]] == ["three-a", "three-trial-0002"]
    assert {status for run in again["Runs"] for status in run["TrainingJobs"].values()} == {"Stopped"}
    assert "Sweep three was stopped" in command("show", "three").stdout
    assert command("stop", "three-mine").exit_code == 0
    assert bench.runs.live_jobs() == []


def test_a_stop_of_a_live_sweep_stops_it_and_its_runs(command: Any, bench: SweepBench) -> None:
    started = command("sweep", "--name", "four", "--grid", "hold=1", "--grid", "epochs=3,4,5,6")
    assert "watch it with: spot-training watch four" in started.stdout
    wait_for("three jobs", lambda: len(bench.runs.live_jobs()) == 3)
    stopped = command("stop", "four")
    assert stopped.exit_code == 0, stopped.output
    assert "sweep four: ABORTED; no run and no training job of it is live" in stopped.stdout
    assert (running(bench), bench.runs.live_jobs()) == ([], [])


def test_the_operator_may_do_all_this_and_no_more(
    bench: SweepBench, all_calls: dict[Call, None], simulator: IamSimulator, tmp_path: Path
) -> None:
    made = list(all_calls)
    assert {"states:DescribeMapRun", "s3:GetObject", "states:StopExecution"} <= {call.action for call in made}
    policy = operator_policy(bench, tmp_path)
    assert [call for call, fine in zip(made, simulator.allowed(made, [policy]), strict=True) if not fine] == []
    own = [one for one in policy["Statement"] if "Sweep" in one["Sid"]]
    assert {action for one in own for action in one["Action"]} <= {call.action for call in made}
    arn = "arn:aws:{}:us-east-1:123456789012:{}"
    hostile = [
        ("s3:GetObject", f"arn:aws:s3:::{BUCKET}/models/x/output/model.tar.gz"),
        ("states:StopExecution", arn.format("states", "execution:other:one")),
        ("states:StartExecution", arn.format("states", "stateMachine:other")),
        ("states:DescribeMapRun", arn.format("states", "mapRun:other/label:1")),
    ]
    calls = [Call(role_arn=OPERATOR, action=action, resource=resource) for action, resource in hostile]
    assert simulator.allowed(calls, [policy]) == [False] * len(calls)


def running(bench: SweepBench) -> list[str]:
    """Name the training's executions that run."""
    found = bench.runs.sfn.list_executions(stateMachineArn=bench.runs.machine, statusFilter="RUNNING")["executions"]
    return [str(execution["name"]) for execution in found]


def operator_policy(bench: SweepBench, directory: Path) -> dict[str, Any]:
    """Print the policy; return it with what is known once the template is deployed."""
    machines = {"Machine": bench.runs.machine, "Sweep": bench.machine}
    definitions = {
        name: json.loads(bench.runs.sfn.describe_state_machine(stateMachineArn=arn)["definition"])
        for name, arn in machines.items()
    }
    path = write_template(directory / "t.json", template(**definitions))
    text = CliRunner().invoke(main, ["policy", "--operator", "--template", str(path)]).stdout
    known = {"<AWS::Partition>": "aws", "<AWS::Region>": "us-east-1", "<AWS::AccountId>": "123456789012"}
    known |= {f"<{name}>": arn for name, arn in machines.items()}
    known |= {f"<{name}.Name>": arn.rpartition(":")[2] for name, arn in machines.items()}
    for name, value in known.items():
        text = text.replace(name, value)
    assert "<" not in text
    policy: dict[str, Any] = json.loads(text)
    return policy

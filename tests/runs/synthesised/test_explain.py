"""What an input leads to, by the machine's own expressions, without AWS."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from constructs_lib.runs.command.main import main
from constructs_lib.training_job.capacity.capacity import Capacity
from constructs_lib.training_job.capacity.instances import InstanceGroup
from constructs_lib.training_job.rules.problems import request_problems
from constructs_lib.workflow.deadline.deadline import Deadline
from constructs_lib.workflow.definition import run_branch, run_definition
from constructs_lib.workflow.settings import RunPrices
from tests.support.engines.jsonata_engine import PythonEngine
from tests.support.places import ROOT
from tests.support.run_documents import ON_DEMAND, SPOT, begin, channel, plan, run_settings, settings_document
from tests.support.synthesised import template, write_template

SETTINGS = {"checkpoint_bucket": "<Bucket>", "base_job_name": "churn"}
DEFINITION = run_definition(run_settings(SPOT, ON_DEMAND, **SETTINGS))
TASK = run_branch(run_settings(SPOT, **SETTINGS), name="Train churn", input_expression="{% $states.input.x %}")
IN_JSONPATH = run_branch(run_settings(SPOT, **SETTINGS), name="Train churn", query_language="JSONPath")
OTHER_TASK = run_branch(run_settings(ON_DEMAND, **SETTINGS), name="Train other")


def around(*tasks: tuple[str, dict[str, Any]]) -> dict[str, Any]:
    """Put tasks into a machine that speaks JSONPath, one inside a Map."""
    states = {name: {**task, "End": True} for name, task in tasks}
    inner = {"StartAt": tasks[0][0], "States": states}
    return {"StartAt": "Each", "States": {"Each": {"Type": "Map", "ItemProcessor": inner, "End": True}}}


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Go where there is no AWS and no cloud assembly yet."""
    monkeypatch.chdir(tmp_path)
    for name in ("AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ACCESS_KEY_ID", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("socket.socket.connect", lambda *_: pytest.fail("it must not use the network"))


def synthesise(**machines: dict[str, Any]) -> None:
    write_template(Path("cdk.out/Churn.template.json"), template(**machines))


def call(*words: str, text: str | None = None) -> Result:
    return CliRunner().invoke(main, ["run", "--explain", *words], input=text)


def test_the_prices_of_the_template_are_taken_and_dollars_are_asked_of_the_run() -> None:
    prices = RunPrices(dollars_per_hour={"ml.m5.xlarge": 3.6}, as_of="2026-11-27", region="eu-west-1")
    synthesise(Machine=run_definition(run_settings(SPOT, ON_DEMAND, prices=prices)))
    result = call("--max-cost", "1.5")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["StoppingCondition"]["MaxRuntimeInSeconds"] == 1500
    assert "it costs $1.50 at most: 25 minutes on 1 x ml.m5.xlarge at $3.6/h" in result.stderr
    refused = call("--max-cost", "0.0001")
    assert refused.exit_code == 1
    assert "'MaxCost' must be enough for a second on ml.m5.xlarge spot x1" in refused.stderr


def test_the_request_is_the_one_that_the_machine_makes() -> None:
    synthesise(Machine=DEFINITION)
    Path("prices.json").write_text('{"DollarsPerHour": {"eu-west-1": {"ml.m5.xlarge": 3.2}}}')
    words = ("--hyperparameter", "epochs=3", "--max-runtime", "30m", "--name", "night-1", "--prices", "prices.json")
    result = call(*words)
    assert result.exit_code == 0, result.output
    settings = settings_document(SPOT, ON_DEMAND, **SETTINGS)
    given = {"HyperParameters": {"epochs": "3"}, "MaxRuntimeInSeconds": 1800}
    engine = PythonEngine()
    made = plan(engine, settings, begin(engine, settings, given, "night-1"))
    shown = json.loads(result.stdout)
    mark = shown["Environment"]["SPOT_TRAINING_RUN"].split(" ")
    assert mark[1:] == ["2026-01-01T00:00:00Z", "00000000-0000-0000-0000-000000000000", "1800", "0", "0", "0"]
    assert shown == {**made, "Environment": shown["Environment"]}
    assert shown["CheckpointConfig"]["S3Uri"] == "s3://<Bucket>/churn/night-1/"
    assert result.stderr.splitlines() == [
        "the first attempt of Machine in cdk.out/Churn.template.json; its name is decided when a run starts",
        "entry 1 of 2: spot ml.m5.xlarge x1, MaxRuntimeInSeconds 1800, MaxWaitTimeInSeconds 7200",
        "entry 2 of 2: on-demand ml.m5.xlarge x1, MaxRuntimeInSeconds 1800",
        "without spot capacity, the last entry is tried after 2 hours",
        "the run may last 150 minutes in all",
        "it costs $1.60 at most: 30 minutes on 1 x ml.m5.xlarge at $3.2/h; less by what spot saves; without storage, "
        "data, and the minutes that a job takes to stop",
        "known when it is deployed, or by --known: Bucket",
    ]


def test_every_field_of_the_input_is_explained() -> None:
    synthesise(Machine=DEFINITION)
    words = ["--input", "-", "--environment", "A=1", "--channel", "train=s3://data-bucket/train/x/", "--max-wait", "3h"]
    result = call(
        *words, "--capacity", "on-demand:ml.m5.xlarge", "--capacity", "spot:ml.m5.xlarge", text='{"Comment":1}'
    )
    assert result.exit_code == 0, result.output
    shown = json.loads(result.stdout)
    assert {name: shown["Environment"][name] for name in ("LOG", "A")} == {"LOG": "info", "A": "1"}
    assert shown["InputDataConfig"][0]["DataSource"]["S3DataSource"]["S3Uri"] == "s3://data-bucket/train/x/"
    assert "EnableManagedSpotTraining" not in shown
    assert "entry 2 of 2: spot ml.m5.xlarge x1, MaxRuntimeInSeconds 3600, MaxWaitTimeInSeconds 10800" in result.stderr
    resumed = call("--resume-from", "night-1", "--known", "Bucket=checkpoints")
    assert json.loads(resumed.stdout)["CheckpointConfig"]["S3Uri"] == "s3://checkpoints/churn/night-1/"
    assert "by --known" not in resumed.stderr
    assert "what the newest job of run" in resumed.stderr
    assert request_problems(json.loads(resumed.stdout)) == []


def test_settings_that_go_with_a_capacity_are_told_beside_it() -> None:
    own = Capacity.spot("ml.m5.xlarge", hyperparameters={"epochs": "7"}, environment={"NPROC": "4"})
    synthesise(Machine=run_definition(run_settings(own, ON_DEMAND, **SETTINGS)))
    result = call("--hyperparameter", "epochs=3")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["HyperParameters"] == {"epochs": "7"}
    first, second = result.stderr.splitlines()[1:3]
    assert first.endswith("MaxRuntimeInSeconds 3600, MaxWaitTimeInSeconds 7200, with epochs=7, NPROC=4")
    assert second == "entry 2 of 2: on-demand ml.m5.xlarge x1, MaxRuntimeInSeconds 3600"


def test_a_refusal_is_the_cause_that_the_run_would_have() -> None:
    synthesise(Machine=DEFINITION)
    result = call("--input", "-", "--capacity", "spot:ml.p3.2xlarge", text='{"Foo": 1}')
    assert result.exit_code == 1
    assert result.stdout == ""
    problems = PythonEngine().call(
        "$problems($s, $i, 'x')",
        s=settings_document(SPOT, ON_DEMAND, **SETTINGS),
        i={"Foo": 1, "Capacity": [{"InstanceType": "ml.p3.2xlarge", "InstanceCount": 1, "Market": "spot"}]},
    )
    assert len(problems) == 2
    assert result.stderr == (
        f"The input of this run was refused, and no job was started: {'; '.join(problems)}. "
        "Start a new run with a corrected input\n"
    )


def test_a_location_that_is_not_known_can_be_said() -> None:
    request = {**run_settings().request, "InputDataConfig": [channel("train", "s3://<Data>/train/")]}
    synthesise(Machine=run_definition(run_settings(request=request)))
    refused = call("--channel", "train=s3://churn-data/train/new/")
    assert refused.exit_code == 1
    assert "allowed are all below s3://<Data>/train/" in refused.stderr
    assert refused.stderr.endswith("known when it is deployed, or by --known: Data\n")
    accepted = call("--channel", "train=s3://churn-data/train/new/", "--known", "Data=churn-data")
    assert accepted.exit_code == 0, accepted.output


@pytest.mark.parametrize("task", [TASK, IN_JSONPATH], ids=["JSONata", "JSONPath"])
def test_a_task_in_somebody_elses_machine_is_explained(task: dict[str, Any]) -> None:
    synthesise(Theirs=around(("Train churn", task)))
    result = call("--hyperparameter", "epochs=3")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["HyperParameters"] == {"epochs": "3"}
    assert result.stderr.startswith("the first attempt of Train churn in")
    refused = call("--max-runtime", "20d")
    assert refused.exit_code == 1
    assert "'MaxWaitTimeInSeconds' must be at least" in refused.stderr


@pytest.mark.parametrize(
    ("wanted", "market"),
    [
        ("Machine", "entry 1 of 2: spot"),
        ("Machine-name", "entry 1 of 2: spot"),
        ("arn:aws:states:eu-west-1:123456789012:stateMachine:Machine-name", "entry 1 of 2: spot"),
        ("Train churn", "entry 1 of 1: spot"),
        ("Train other", "entry 1 of 1: on-demand"),
    ],
)
def test_one_of_several_is_picked(wanted: str, market: str) -> None:
    synthesise(Machine=DEFINITION, Theirs=around(("Train churn", TASK), ("Train other", OTHER_TASK)))
    result = call("--state-machine", wanted)
    assert result.exit_code == 0, result.output
    assert market in result.stderr


def test_instance_groups_and_tries_are_named() -> None:
    groups = Capacity.spot_groups(
        [InstanceGroup(name="a", instance_type="ml.m5.xlarge"), InstanceGroup(name="b", instance_type="ml.c5.xlarge")],
        tries=3,
    )
    synthesise(Machine=run_definition(run_settings(groups)))
    assert "entry 1 of 1: spot ml.m5.xlarge x1 + ml.c5.xlarge x1, up to 3 jobs, Max" in call().stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "has 3 state machines or tasks; pass --state-machine, one of 'Machine', 'Train churn', 'Train other'"),
        (("--state-machine", "x"), "--state-machine must be one of 'Machine', 'Train churn', 'Train other' of cdk.out"),
        (("--state-machine", "Theirs"), "--state-machine must be one of 'Train churn', 'Train other' of cdk.out"),
        (("--template", "x.json"), "--template 'x.json' cannot be read: No such file or directory"),
        (("--stack", "Other"), "'cdk.out' has no template of the stack 'Other'; run 'cdk synth' first"),
        (("--state-machine", "Machine", "--known", "X=1"), "--known must name what is not known in cdk.out"),
        (("--known", "X"), "--known must be <name>=<value>, got 'X'"),
        (("--watch",), "--explain starts no run that could be watched; leave --watch out"),
        (("--max-runtime", "soon"), "--max-runtime must be a length of time such as 4h"),
    ],
)
def test_fails_with_one_sentence(words: tuple[str, ...], said: str) -> None:
    synthesise(Machine=DEFINITION, Theirs=around(("Train churn", TASK), ("Train other", OTHER_TASK)))
    result = call(*words)
    assert result.exit_code == 2
    assert said in result.stderr
    assert result.stdout == ""


def test_fails_on_a_template_without_a_machine_of_ours() -> None:
    synthesise(Theirs={"StartAt": "a", "States": {"a": {"Type": "Succeed"}}})
    assert "has no template with a state machine of spot-training-constructs" in call().stderr
    assert "Churn.template.json has no state machine of" in call("--template", "cdk.out/Churn.template.json").stderr


def test_fails_on_options_that_go_with_explain_only() -> None:
    for words in (("--template", "x"), ("--known", "A=b")):
        result = CliRunner().invoke(main, ["run", *words])
        assert result.exit_code == 2
        assert "--template and --known go with --explain" in result.stderr


def test_fails_on_a_definition_that_cannot_be_evaluated() -> None:
    broken = json.loads(json.dumps(DEFINITION))
    broken["States"]["Train"]["Arguments"] = "{% $nothing %}"
    synthesise(Machine=broken)
    result = call()
    assert result.exit_code == 2
    assert "the definition cannot be evaluated: The JSONata expression '$nothing' returned nothing" in result.stderr


def test_fails_without_the_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    synthesise(Machine=DEFINITION)
    for name in [name for name in sys.modules if name.startswith("constructs_lib.runs.synthesised.jsonata_engine")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "jsonata", None)
    result = call()
    assert result.exit_code == 2
    assert "'jsonata' is not installed; run: pip install 'spot-training-constructs[explain]'" in result.stderr


def test_the_command_starts_without_the_engine() -> None:
    code = "import sys, constructs_lib.runs.command.main; print('jsonata' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert found.stdout.strip() == "False"


def in_time(after: int) -> dict[str, Any]:
    deadline = Deadline(after_seconds=after, expected_runtime_seconds=36000)
    times: dict[str, Any] = {"max_runtime_seconds": 40 * 3600, "max_wait_seconds": 40 * 3600}
    return run_definition(run_settings(SPOT, ON_DEMAND, deadline=deadline, **times, **SETTINGS))


def test_the_terms_of_a_deadline_are_told() -> None:
    synthesise(Machine=in_time(20 * 3600))
    result = call()
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["EnableManagedSpotTraining"] is True
    assert result.stderr.splitlines()[3:5] == [
        "the deadline is 20 hours after the start, with up to 10 hours of training before it: a slack of 10 hours; the "
        "run begins on spot",
        "it waits for spot with more than 97 minutes of slack, buys on-demand in stints of 5 hours or more when no "
        "more than 0.2 hours besides are left for each hour of work, and stays on-demand with less",
    ]
    assert "the last entry is tried after" not in result.stderr
    # with a run's own deadline there is no room for spot, and the first job is on-demand
    tight = call("--deadline-in", "11h")
    assert "EnableManagedSpotTraining" not in json.loads(tight.stdout)
    assert "a slack of 1 hour; the run begins on on-demand" in tight.stderr
    refused = call("--deadline-in", "10h")
    assert refused.exit_code == 1
    assert "the deadline cannot be kept" in refused.stderr

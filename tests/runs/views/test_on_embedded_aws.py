"""Dollars, totals and the page of a run, end to end on the embedded AWS, which itself has no prices."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from constructs_lib.runs.command.main import main
from constructs_lib.workflow.definition import run_definition
from constructs_lib.workflow.names import MACHINE_TAG
from constructs_lib.workflow.settings import RunPrices
from tests.support.run_bench import MACHINE_ROLE, ON_DEMAND, SPOT, RunBench, run_bench


@pytest.fixture(scope="module")
def bench() -> Iterator[RunBench]:
    with run_bench(SPOT, ON_DEMAND, speed=100) as made:
        yield made


@pytest.fixture
def command(bench: RunBench, monkeypatch: pytest.MonkeyPatch) -> Any:
    for name, value in bench.aws.environment().items():
        monkeypatch.setenv(name, value)

    def call(*words: str) -> Result:
        return CliRunner().invoke(main, [*words, "--state-machine", bench.machine])

    return call


def test_dollars_are_told_before_while_and_after(command: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "prices.json"
    path.write_text('{"AsOf": "2026-11-27", "DollarsPerHour": {"us-east-1": {"ml.m5.xlarge": 3600}}}')
    words = ("--watch", "--interval", "0.1", "--hyperparameter", "steps=2", "--prices", str(path))
    result = command("run", "--name", "dear", "--max-runtime", "50m", *words)
    assert result.exit_code == 0, result.output
    assert "it costs $3,000.00 at most: 50 minutes on 1 x ml.m5.xlarge at $3600/h" in result.stderr
    shown = json.loads(command("show", "dear", "--json", "--prices", str(path)).stdout)
    assert shown["CostInDollars"] == shown["BillableTimeInSeconds"] > 0
    assert shown["OnDemandCostInDollars"] == shown["TrainingTimeInSeconds"]
    assert (shown["DollarsPerHour"], shown["PricesAsOf"]) == ({"ml.m5.xlarge": 3600}, "2026-11-27")
    billed, on_demand = shown["CostInDollars"], shown["OnDemandCostInDollars"]
    assert f"Cost           ${billed:,.2f}; on-demand ${on_demand:,.2f}" in result.stdout
    with monkeypatch.context() as patch:
        # what is typed goes before the variable, and the variable before pyproject.toml
        patch.chdir(tmp_path)
        (tmp_path / "pyproject.toml").write_text('[tool.spot-training]\nprices = "none.json"')
        patch.setenv("SPOT_TRAINING_PRICES", str(path))
        assert json.loads(command("show", "dear", "--json").stdout)["CostInDollars"] == billed
        patch.delenv("SPOT_TRAINING_PRICES")
        assert "--prices 'none.json' cannot be read" in command("show", "dear").output
    # nothing stands in for the price list, and nothing is made up
    unknown = command("show", "dear").stdout
    assert "Cost           not known: what stands in for AWS has no price list; pass --prices FILE" in unknown
    assert json.loads(command("show", "dear", "--json").stdout)["CostInDollars"] is None


def test_the_prices_of_the_machine_come_first(command: Any, bench: RunBench, tmp_path: Path) -> None:
    prices = RunPrices(dollars_per_hour={"ml.m5.xlarge": 3600}, as_of="2026-11-20", region="us-east-1")
    definition = json.dumps(run_definition(replace(bench.settings, prices=prices)))
    bench.sfn.create_state_machine(name="priced", definition=definition, roleArn=MACHINE_ROLE)
    own = ("--state-machine", "priced")
    started = CliRunner().invoke(main, ["run", "--max-cost", "600", "--json", "--name", "own", *own])
    assert started.exit_code == 0, started.output
    assert "it costs $600.00 at most: 10 minutes on 1 x ml.m5.xlarge at $3600/h" in started.stderr
    arn = json.loads(started.stdout)["ExecutionArn"]
    assert json.loads(bench.sfn.describe_execution(executionArn=arn)["input"]) == {"MaxCost": 600}
    assert bench.end(arn).status == "SUCCEEDED"
    # the run's own machine has them, whichever is meant else
    shown = json.loads(command("show", arn, "--json").stdout)
    assert shown["CostInDollars"] == shown["BillableTimeInSeconds"] > 0
    assert shown["PricesAsOf"] == "2026-11-20"
    total = json.loads(CliRunner().invoke(main, ["costs", "--json", *own]).stdout)["All"]
    assert total["CostInDollars"] == shown["CostInDollars"]
    # what is typed goes over that
    path = tmp_path / "prices.json"
    path.write_text('{"DollarsPerHour": {"us-east-1": {"ml.m5.xlarge": 7200}}}')
    dearer = json.loads(command("show", arn, "--json", "--prices", str(path)).stdout)
    assert dearer["CostInDollars"] == 2 * shown["CostInDollars"]


def test_a_cost_is_kept_by_a_smaller_training_budget(command: Any, bench: RunBench, tmp_path: Path) -> None:
    path = tmp_path / "prices.json"
    path.write_text('{"DollarsPerHour": {"us-east-1": {"ml.m5.xlarge": 3.6}}}')
    words = ("--prices", str(path), "--hyperparameter", "steps=1", "--name", "cheap")
    result = command("run", "--max-cost", "1.5", "--json", *words)
    assert result.exit_code == 0, result.output
    assert "it costs $1.50 at most: 25 minutes on 1 x ml.m5.xlarge at $3.6/h" in result.stderr
    arn = json.loads(result.stdout)["ExecutionArn"]
    assert bench.end(arn).status == "SUCCEEDED"
    assert bench.requests(arn)[0]["StoppingCondition"]["MaxRuntimeInSeconds"] == 1500
    # without a price it is not started at all
    refused = command("run", "--max-cost", "1.5", "--name", "unknown")
    assert refused.exit_code == 2
    assert "--max-cost needs the price of every entry of the plan: what stands in for AWS" in refused.output
    assert command("show", "unknown").exit_code == 2


def test_a_run_is_shown_as_a_page(command: Any, bench: RunBench, tmp_path: Path) -> None:
    ended = bench.end(bench.start({"HyperParameters": {"steps": "2"}}, "pictured"))
    path = tmp_path / "run.html"
    result = command("show", "pictured", "--html", str(path))
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", f"wrote {path}\n"), result.output
    text = path.read_text()
    assert "Run pictured succeeded" in text
    assert f">{ended.report['Attempts'][0]['TrainingJobName']}</a>" in text
    assert 'class="training"' in text
    refused = command("show", "pictured", "--html", str(tmp_path / "no" / "run.html"))
    assert (refused.exit_code, "cannot be written: No such file or directory" in refused.output) == (2, True)


def test_a_period_is_added_up_over_all_trainings(command: Any, bench: RunBench, tmp_path: Path) -> None:
    path = tmp_path / "prices.json"
    path.write_text('{"DollarsPerHour": {"us-east-1": {"ml.m5.xlarge": 3600}}}')
    other = bench.another_machine("other")
    for machine in (bench.machine, other):
        bench.sfn.tag_resource(resourceArn=machine, tags=[{"key": MACHINE_TAG, "value": "Churn"}])
        assert bench.end(bench.start({"HyperParameters": {"steps": "1"}}, machine=machine)).status == "SUCCEEDED"

    def call(*words: str) -> str:
        result = CliRunner().invoke(main, list(words))
        assert result.exit_code == 0, result.output
        return result.stdout

    found = json.loads(call("costs", "--all", "--json", "--prices", str(path)))
    assert [each["StateMachine"] for each in found["Trainings"]] == ["machine", "other"]
    total = found["All"]
    assert total["Runs"] == sum(each["Runs"] for each in found["Trainings"]) >= 2
    assert total["CostInDollars"] == pytest.approx(total["BilledInstanceHours"] * 3600, abs=1)
    table = call("costs", "--all", "--prices", str(path)).splitlines()
    assert [line.split()[0] for line in table[:4]] == ["Training", "machine", "other", "all"]
    rows = list(csv.DictReader(io.StringIO(call("costs", "--all", "--csv", "--prices", str(path)))))
    assert [row["StateMachine"] for row in rows] == ["machine", "other", "all"]
    assert float(rows[2]["CostInDollars"]) == total["CostInDollars"]
    listed = call("list", "--all", "--since", "365d").splitlines()
    assert listed[0].split()[:2] == ["Training", "Run"]
    assert {line.split()[0] for line in listed[1:] if not line.startswith(" ")} == {"machine", "other"}
    assert call("list", "--all", "--until", "2020-01-01").startswith("there is no such run")
    refused = command("costs", "--all")
    assert refused.exit_code == 2
    assert "--all asks for every state machine; leave --state-machine out" in refused.output

"""Draws `docs/pictures/dashboard.svg`: the dashboard as it is synthesised, over runs of the embedded AWS.

The runs are real ones, with real interruptions and fallbacks; they are over in minutes and are laid out over two weeks.
What Step Functions itself tells of them (how many there were, how they ended) is told here in its name.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import aws_cdk as cdk
from aws_cdk.assertions import Template

from constructs_lib.cdk.monitoring.spot_training_dashboard import SpotTrainingDashboard
from tests.cdk.monitoring.dashboard.bodies import dashboard_body
from tests.cdk.monitoring.monitored import Monitored
from tests.support.run_bench import run_bench
from tools.dashboard_picture.metrics import collect
from tools.dashboard_picture.runs import NOW, PLAN, Told, running, told
from tools.dashboard_picture.svg import draw, timestamp

PICTURE = Path(__file__).parents[2] / "docs" / "pictures" / "dashboard.svg"


def main() -> None:
    """Run, draw and write."""
    body = _body()
    machine = next(
        metric[3]
        for widget in body["widgets"]
        for metric in widget["properties"].get("metrics", [])
        if metric[0] == "AWS/States"
    )
    runs = told()
    tables = {"Running now": _running(), "Runs that did not succeed": _failures(runs)}
    PICTURE.write_text(draw(body, collect(runs, machine), tables), encoding="utf-8")
    print(f"{PICTURE.name}: {len(runs)} runs, {PICTURE.stat().st_size // 1024} KiB")


def _body() -> dict[str, Any]:
    stack = cdk.Stack(cdk.App(), "Stack")
    SpotTrainingDashboard(stack, "Dashboard", trainings=[Monitored(stack, "Training", base_job_name="churn")])
    return dashboard_body(Template.from_stack(stack))


def _running() -> list[dict[str, str]]:
    with run_bench(*PLAN, hyperparameters={"hold": "2"}, speed=60) as bench:
        found = running(bench, f"nightly-{NOW:%m-%d}-0000")
    run = found["execution_arn"].rpartition(":")[2]
    return [{"run": run, "state": found["state"], "since": timestamp(NOW - timedelta(minutes=41))}]


def _failures(runs: Sequence[Told]) -> list[dict[str, str]]:
    rows = []
    for run in reversed(runs):
        if not run.failure:
            continue
        at, state = timestamp(run.end), run.failure["state"]
        ended = {"run": run.name, "type": "ExecutionFailed", "state": ""}
        rows.append({"@timestamp": at, **ended, "error": run.failure["error"], "cause": run.failure["cause"]})
        entered = {"run": run.name, "type": "FailStateEntered", "state": state, "error": "", "cause": ""}
        rows.append({"@timestamp": at, **entered})
    return rows


if __name__ == "__main__":
    main()

"""docs/guides/monitoring.md, held to the code: its tables have everything, its example runs, its sums add up."""

from __future__ import annotations

import re

import pytest
from aws_cdk.assertions import Template

from constructs_lib.cdk.monitoring import spot_training_dashboard
from constructs_lib.workflow.figures import FIGURES, NAMESPACE, SWEEP_FIGURES, Figure
from constructs_lib.workflow.names import RECORD_FAILED, REPORT
from tests.cdk.monitoring.monitored import Monitored
from tests.support.places import ROOT
from tests.support.templates import stack

PAGE = (ROOT / "docs" / "guides" / "monitoring.md").read_text(encoding="utf-8")
COST = (ROOT / "docs" / "guides" / "cost.md").read_text(encoding="utf-8")
METHODS = [name for name in dir(Monitored) if name.startswith(("metric_", "alarm_on_", "on_", "notify", "failures_"))]


@pytest.mark.parametrize("figure", FIGURES, ids=lambda figure: figure.name)
def test_every_figure_has_its_row(figure: Figure) -> None:
    by_capacity = "yes" if figure.by_capacity else ""
    assert f"\n| `{figure.name}` | {figure.unit} | {figure.meaning} | {by_capacity} |\n" in PAGE


@pytest.mark.parametrize("method", METHODS)
def test_every_method_is_told_of(method: str) -> None:
    assert f"`{method}(" in PAGE


def test_names_are_those_of_the_code() -> None:
    for name in (NAMESPACE, REPORT, RECORD_FAILED):
        assert f"`{name}`" in PAGE


def test_the_metrics_are_counted_rightly() -> None:
    by_capacity = sum(figure.by_capacity for figure in FIGURES)
    assert f"{len(FIGURES)} metrics a deployment and {by_capacity} a capacity used" in COST
    assert f"at most ${(len(FIGURES) + by_capacity) * 0.30:.2f} a month" in COST
    assert len(SWEEP_FIGURES) == 4
    assert f"four more a sweep machine, at most ${len(SWEEP_FIGURES) * 0.30:.2f};" in COST


def test_the_example_runs() -> None:
    (example,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    scope = stack()
    names = {
        "self": scope,
        "training": Monitored(scope, "Training", has_deadline=False),
        "SpotTrainingDashboard": spot_training_dashboard.SpotTrainingDashboard,
    }
    exec(example.replace("from constructs_lib import SpotTrainingDashboard\n", ""), names)  # noqa: S102 - our own text
    made = Template.from_stack(scope)
    for kind, count in (
        ("AWS::CloudWatch::Alarm", 2),
        ("AWS::CloudWatch::Dashboard", 1),
        ("AWS::Events::Rule", 1),
        ("AWS::SNS::Subscription", 1),
        ("AWS::Logs::QueryDefinition", 1),
    ):
        made.resource_count_is(kind, count)

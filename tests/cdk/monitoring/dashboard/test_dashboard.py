"""SpotTrainingDashboard: a body that CloudWatch takes, with what an operator looks for."""

from __future__ import annotations

import re
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk.assertions import Template

from constructs_lib.cdk.monitoring.spot_training_dashboard import SpotTrainingDashboard
from tests.cdk.monitoring.dashboard.bodies import body_problems, dashboard_body
from tests.cdk.monitoring.monitored import Monitored
from tests.support.places import ROOT
from tests.support.templates import app_context, stack

ALL = [
    "How runs ended",
    "What they took",
    "Runs",
    "Training time, and what of it is billed",
    "How long runs took, with waiting",
    "Training hours by capacity",
    "Interruptions by capacity",
    "Fallbacks",
    "Running now",
    "Runs that did not succeed",
]


def made(*names: str, publish_metrics: bool = True, **arguments: Any) -> dict[str, Any]:
    """Return the body of a dashboard over trainings of these base job names."""
    scope = stack()
    trainings = [
        Monitored(scope, f"Training{number}", base_job_name=name, publish_metrics=publish_metrics)
        for number, name in enumerate(names)
    ]
    SpotTrainingDashboard(scope, "Dashboard", trainings=trainings, **arguments)
    return dashboard_body(Template.from_stack(scope))


@pytest.fixture(scope="module")
def body() -> dict[str, Any]:
    return made("churn")


def properties(body: dict[str, Any], title: str) -> dict[str, Any]:
    (found,) = (w["properties"] for w in body["widgets"] if w["properties"].get("title") == title)
    return dict(found)


@pytest.mark.parametrize("names", [["churn"], ["churn", "prices", "images"]])
@pytest.mark.parametrize("publish_metrics", [True, False])
def test_cloudwatch_takes_the_body(names: list[str], publish_metrics: bool) -> None:
    assert body_problems(made(*names, publish_metrics=publish_metrics)) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"type": "graph"}, "'graph' is not one of"),
        ({"width": 25}, "25 is greater than the maximum of 24"),
        ({"properties": {"title": "x", "region": "eu-west-1"}}, "is not valid under any of the given schemas"),
        ({"properties": {"metrics": [["AWS/States"]], "region": "eu-west-1"}}, "['AWS/States'] is not valid"),
        ({"properties": {"metrics": [["a", "b", {"statistic": "Sum"}]], "region": "eu-west-1"}}, "is not valid"),
        ({"properties": {"metrics": [["a", "b"]]}}, "'region' is a required property"),
        ({"properties": {"metrics": [["a", "b"]], "region": "eu-west-1", "colour": "red"}}, "'colour' was unexpected"),
    ],
)
def test_what_cloudwatch_would_refuse_is_found(change: dict[str, Any], said: str) -> None:
    good = {"type": "metric", "properties": {"metrics": [["a", "b", {"stat": "Sum"}]], "region": "eu-west-1"}}
    assert body_problems({"widgets": [good]}) == []
    assert said in "; ".join(body_problems({"widgets": [{**good, **change}]}))


def test_an_operator_finds_everything(body: dict[str, Any]) -> None:
    assert [w["properties"]["title"] for w in body["widgets"] if "title" in w["properties"]] == ALL
    assert body["start"] == "-P14D"
    assert body["periodOverride"] == "inherit"


def test_no_widget_lies_over_another(body: dict[str, Any]) -> None:
    cells = [
        (x, y)
        for w in body["widgets"]
        for x in range(w["x"], w["x"] + w["width"])
        for y in range(w["y"], w["y"] + w["height"])
    ]
    assert len(cells) == len(set(cells))
    assert max(x for x, _ in cells) == 23


def test_links_lead_to_the_runs_the_jobs_and_their_logs(body: dict[str, Any]) -> None:
    text = body["widgets"][0]["properties"]["markdown"]
    links = dict(re.findall(r"\[([^]]+)\]\((\S+)\)", text))
    console = "https://eu-west-1.console.aws.amazon.com"
    assert text.startswith("## churn\n")
    assert links["Runs"].startswith(f"{console}/states/home?region=eu-west-1#/statemachines/view/Training0StateMachine")
    assert links["Training jobs"] == f"{console}/sagemaker/home?region=eu-west-1#/jobs"
    assert links["Logs of the jobs"] == (
        f"{console}/cloudwatch/home?region=eu-west-1#logsV2:log-groups/log-group/"
        "$252Faws$252Fsagemaker$252FTrainingJobs$3FlogStreamNameFilter$3Dchurn-"
    )


@pytest.mark.parametrize(
    ("title", "figure", "scaled"),
    [("Interruptions by capacity", "Interruptions", ""), ("Training hours by capacity", "TrainingTime", " / 3600")],
)
def test_capacities_are_searched_for(body: dict[str, Any], title: str, figure: str, scaled: str) -> None:
    ((metric,),) = properties(body, title)["metrics"]
    assert metric["expression"] == (
        f'FILL(SEARCH(\'{{SpotTraining,BaseJobName,Capacity}} MetricName="{figure}" BaseJobName="churn"\', '
        f"'Sum', 86400), 0){scaled}"
    )
    assert metric["label"] == "${PROP('Dim.Capacity')}"


def test_savings_weigh_by_time(body: dict[str, Any]) -> None:
    metrics = properties(body, "Training time, and what of it is billed")["metrics"]
    (saved,) = (m[0] for m in metrics if isinstance(m[0], dict) and m[0].get("yAxis") == "right")
    assert saved["expression"] == "100 * (1 - billed / trained)"
    ids = {m[-1]["id"]: m[:4] for m in metrics if isinstance(m[-1], dict) and "id" in m[-1]}
    assert ids == {
        "trained": ["SpotTraining", "TrainingTime", "BaseJobName", "churn"],
        "billed": ["SpotTraining", "BillableTime", "BaseJobName", "churn"],
    }


def test_numbers_are_of_the_whole_time_that_is_shown(body: dict[str, Any]) -> None:
    for title in ("How runs ended", "What they took"):
        assert properties(body, title)["setPeriodToTimeRange"] is True


def test_what_runs_now_is_asked_of_the_machines_log(body: dict[str, Any]) -> None:
    found = properties(body, "Running now")
    assert found["view"] == "table"
    assert re.match(r"SOURCE 'Training0Log[0-9A-F]+' \| fields ", found["query"])
    assert "sum(ended) as ends by run" in found["query"]


def test_a_training_that_puts_no_figures_shows_the_rest() -> None:
    titles = [w["properties"].get("title") for w in made("churn", publish_metrics=False)["widgets"]]
    assert titles == [
        None, "How runs ended", "Runs", "How long runs took, with waiting", "Running now", "Runs that did not succeed",
    ]  # fmt: skip


def test_each_training_has_its_own_rows() -> None:
    widgets = made("churn", "prices")["widgets"]
    assert [w["properties"]["markdown"].split("\n")[0] for w in widgets if w["type"] == "text"] == [
        "## churn",
        "## prices",
    ]
    assert len(widgets) == 2 * (1 + len(ALL))


def test_times_and_names_may_be_given() -> None:
    scope = stack()
    dashboard = SpotTrainingDashboard(
        scope, "Dashboard", trainings=[Monitored(scope, "Training")], dashboard_name="churn",
        default_interval=cdk.Duration.hours(6), period=cdk.Duration.minutes(10),
    )  # fmt: skip
    dashboard.add_widgets(cloudwatch.TextWidget(markdown="mine"))
    made = Template.from_stack(scope)
    made.has_resource_properties("AWS::CloudWatch::Dashboard", {"DashboardName": "churn"})
    body = dashboard_body(made)
    assert body["start"] == "-PT6H"
    assert body["widgets"][-1]["properties"]["markdown"] == "mine"
    assert properties(body, "Runs")["metrics"][0][-1]["period"] == 600
    assert "'Sum', 600)" in properties(body, "Interruptions by capacity")["metrics"][0][0]["expression"]


def test_trainings_of_another_stack_and_region_are_shown() -> None:
    app = cdk.App(context=app_context())
    there = cdk.Stack(
        app, "There", env=cdk.Environment(region="us-east-1", account="123456789012"), cross_region_references=True
    )
    here = cdk.Stack(
        app, "Here", env=cdk.Environment(region="eu-west-1", account="123456789012"), cross_region_references=True
    )
    SpotTrainingDashboard(here, "Dashboard", trainings=[Monitored(there, "Training")])
    text = str(Template.from_stack(here).find_resources("AWS::CloudWatch::Dashboard"))
    assert text.count('"region":"us-east-1"') > 10
    assert "us-east-1.console.aws.amazon.com" in text


def test_fails_without_a_training_or_with_two_of_one_name() -> None:
    with pytest.raises(ValueError, match="'trainings' must have at least one training, got none"):
        made()
    with pytest.raises(ValueError, match="a base job name of their own, by which their figures go, got 'churn' twice"):
        made("churn", "churn")


def test_the_picture_in_the_docs_is_of_this_dashboard(body: dict[str, Any]) -> None:
    picture = (ROOT / "docs" / "pictures" / "dashboard.svg").read_text(encoding="utf-8")
    assert [title for title in ALL if f">{title}</text>" not in picture] == []

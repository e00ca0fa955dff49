"""SpotTraining itself has what monitoring gives, and its figures go by the name that its runs put them under."""

from __future__ import annotations

from aws_cdk.assertions import Template

from constructs_lib import Capacity, SpotTraining, TrainingImage
from constructs_lib.cdk.monitoring.spot_training_dashboard import SpotTrainingDashboard
from tests.cdk.monitoring.dashboard.bodies import body_problems, dashboard_body
from tests.support.templates import definition, stack, statements

IMAGE = TrainingImage.from_registry("123456789012.dkr.ecr.eu-west-1.amazonaws.com/churn:1.4")


def test_figures_go_where_they_are_looked_for() -> None:
    scope = stack()
    training = SpotTraining(scope, "Training", image=IMAGE, capacity=[Capacity.spot("ml.m5.xlarge")])
    looked_for = training.metric_savings()
    made = Template.from_stack(scope)
    states = definition(made)["States"]
    assert states["Report"]["Arguments"]["Namespace"] == looked_for.namespace == "SpotTraining"
    settings = states["Prepare"]["Assign"]["spot_training_settings"]
    assert looked_for.dimensions == {"BaseJobName": settings["BaseJobName"]}
    (putting,) = (
        s for s in statements(made, of="TrainingStateMachineRole") if s["Action"] == "cloudwatch:PutMetricData"
    )
    assert putting["Condition"] == {"StringEquals": {"cloudwatch:namespace": "SpotTraining"}}


def test_its_dashboard_is_one_that_cloudwatch_takes() -> None:
    scope = stack()
    training = SpotTraining(scope, "Training", image=IMAGE, capacity=[Capacity.spot("ml.m5.xlarge")])
    SpotTrainingDashboard(scope, "Dashboard", trainings=[training])
    assert body_problems(dashboard_body(Template.from_stack(scope))) == []

"""A request that `.sync` may not take goes by the API itself, by itself, and synthesis tells it."""

from __future__ import annotations

from typing import Any

import pytest
from aws_cdk.assertions import Annotations, Match, Template

from constructs_lib import Capacity, SpotTraining, TrainingImage
from tests.support.templates import definition, stack, statements

IMAGE = TrainingImage.from_registry("123456789012.dkr.ecr.eu-west-1.amazonaws.com/churn:1.4")
PLAN = [Capacity.spot("ml.m5.xlarge"), Capacity.on_demand("ml.m5.xlarge")]


@pytest.mark.parametrize(
    ("options", "members"),
    [
        ({"maximum_retry_attempts": 3}, ["RetryStrategy"]),
        (
            {"inter_container_encryption": True, "remote_debug": True},
            ["EnableInterContainerTrafficEncryption", "RemoteDebugConfig"],
        ),
        (
            {"training_job_overrides": {"SessionChainingConfig": {"EnableSessionTagChaining": True}}},
            ["SessionChainingConfig"],
        ),
        ({"tags": {"team": "churn"}, "network_isolation": True}, []),
    ],
)
def test_the_way_is_chosen_by_the_request(options: dict[str, Any], members: list[str]) -> None:
    made = stack()
    SpotTraining(made, "Training", image=IMAGE, capacity=PLAN, **options)
    template = Template.from_stack(made)
    train = definition(template)["States"]["Train"]
    told = Annotations.from_stack(made).find_info("*", Match.string_like_regexp("^jobs are asked for by aws-sdk"))
    assert train["Type"] == ("Task" if members else "Parallel")
    assert len(told) == bool(members)
    assert all(", ".join(members) in str(each.entry.data) for each in told)
    listed = [each["Action"] for each in statements(template, of="TrainingStateMachine")]
    actions = {action for each in listed for action in ([each] if isinstance(each, str) else each)}
    assert ("sagemaker:ListTags" in actions) == (not members)
    # tags of the scopes around it are known at synth only
    assert {"sagemaker:AddTags", "sagemaker:StopTrainingJob"} <= actions

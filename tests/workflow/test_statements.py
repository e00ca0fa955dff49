"""What the state machine's role may do, held to the jobs of one base name and to one role."""

from __future__ import annotations

from typing import Any

import pytest

from constructs_lib.workflow.permission import Permission
from constructs_lib.workflow.statements import run_permissions

PERMISSIONS = run_permissions(
    partition="aws", region="eu-west-1", account="123456789012", base_job_name="churn",
    role_arn="arn:aws:iam::123456789012:role/training", instance_types=["ml.g5.xlarge", "ml.m5.xlarge", "ml.g5.xlarge"],
)  # fmt: skip


def test_the_api_itself_needs_less_than_sync() -> None:
    def actions(**changes: Any) -> set[str]:
        given = run_permissions(
            partition="aws", region="eu-west-1", account="123456789012", base_job_name="churn",
            role_arn="arn:aws:iam::123456789012:role/training", instance_types=["ml.g5.xlarge"], **changes,
        )  # fmt: skip
        return {action for each in given for action in each.actions}

    by_sync = actions()
    of_sync = {"sagemaker:ListTags", "events:PutTargets", "events:PutRule", "events:DescribeRule"}
    assert by_sync - actions(by_sync=False, stops_waiting=False) == {*of_sync, "sagemaker:StopTrainingJob"}
    assert by_sync - actions(by_sync=False) == of_sync
    assert by_sync == actions(stops_waiting=False)


def permission(action: str) -> Permission:
    (found,) = (each for each in PERMISSIONS if action in each.actions)
    return found


def test_nothing_is_wider_than_the_base_job_name() -> None:
    for each in PERMISSIONS:
        if any(action.startswith("sagemaker:") and "List" not in action for action in each.actions):
            assert each.resources == ("arn:aws:sagemaker:eu-west-1:123456789012:training-job/churn-*",)
    assert not any("*" in action for each in PERMISSIONS for action in each.actions)


def test_the_role_is_passed_to_sagemaker_alone() -> None:
    assert permission("iam:PassRole").statement == {
        "Effect": "Allow",
        "Action": "iam:PassRole",
        "Resource": "arn:aws:iam::123456789012:role/training",
        "Condition": {"StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}},
    }


def test_only_the_planned_instance_types_may_be_created() -> None:
    assert permission("sagemaker:CreateTrainingJob").statement["Condition"] == {
        "ForAllValues:StringEquals": {"sagemaker:InstanceTypes": ["ml.g5.xlarge", "ml.m5.xlarge"]},
        "Null": {"sagemaker:InstanceTypes": "false"},
    }


def test_the_managed_rule_of_sync_is_there() -> None:
    assert permission("events:PutRule").resources == (
        "arn:aws:events:eu-west-1:123456789012:rule/StepFunctionsGetEventsForSageMakerTrainingJobsRule",
    )


def test_figures_go_to_one_namespace_and_only_when_they_are_wanted() -> None:
    given: dict[str, Any] = {
        "partition": "aws", "region": "eu-west-1", "account": "123456789012", "base_job_name": "churn",
        "role_arn": "arn:aws:iam::123456789012:role/training",
    }  # fmt: skip
    publishing = run_permissions(**given, instance_types=["ml.g5.xlarge"], metrics_namespace="SpotTraining")
    (putting,) = (each for each in publishing if "cloudwatch:PutMetricData" in each.actions)
    assert putting.statement["Condition"] == {"StringEquals": {"cloudwatch:namespace": "SpotTraining"}}
    assert [each.actions for each in publishing if "*" in each.resources] == [
        ("sagemaker:ListTags",),
        ("sagemaker:ListTrainingJobs",),
        putting.actions,
    ]
    assert [each.actions for each in PERMISSIONS if "*" in each.resources] == [
        ("sagemaker:ListTags",),
        ("sagemaker:ListTrainingJobs",),
    ]


def test_of_events_it_puts_its_own_and_only_where_there_is_a_deadline() -> None:
    given = run_permissions(
        partition="aws", region="eu-west-1", account="123456789012", base_job_name="churn",
        role_arn="arn:aws:iam::123456789012:role/training", instance_types=["ml.g5.xlarge"], tells_risk=True,
    )  # fmt: skip
    (putting,) = (each for each in given if "events:PutEvents" in each.actions)
    assert putting.statement == {
        "Effect": "Allow",
        "Action": "events:PutEvents",
        "Resource": "arn:aws:events:eu-west-1:123456789012:event-bus/default",
        "Condition": {
            "ForAllValues:StringEquals": {
                "events:source": ["spot-training"],
                "events:detail-type": ["Spot Training Deadline At Risk"],
            },
            "Null": {"events:source": "false", "events:detail-type": "false"},
        },
    }
    assert not any("events:PutEvents" in each.actions for each in PERMISSIONS)


def test_the_machine_touches_no_s3_and_no_other_machine() -> None:
    services = {action.partition(":")[0] for each in PERMISSIONS for action in each.actions}
    assert services == {"sagemaker", "iam", "events"}


@pytest.mark.parametrize(
    ("argument", "operator"), [("volume_key_arn", "ArnEquals"), ("volume_key_arn_if_any", "ArnEqualsIfExists")]
)
def test_a_volume_key_is_asked_for_where_there_are_volumes(argument: str, operator: str) -> None:
    given: dict[str, Any] = {
        "partition": "aws", "region": "eu-west-1", "account": "123456789012", "base_job_name": "churn",
        "role_arn": "role", "instance_types": ["ml.g5.xlarge"], argument: "key",
    }  # fmt: skip
    creating = [each.statement for each in run_permissions(**given) if "sagemaker:CreateTrainingJob" in each.actions]
    names = ["sagemaker:VolumeKmsKeyArn", "sagemaker:VolumeKmsKey"]
    # either name alone will do; where there may be no volume, a name that is not filled must not let others through
    found = [[*each["Condition"][operator]] for each in creating]
    assert found == ([names] if operator == "ArnEqualsIfExists" else [[name] for name in names])
    assert all(len({"ArnEquals", "ArnEqualsIfExists"} & set(each["Condition"])) == 1 for each in creating)

"""What the state machine's role may do, held to the jobs of one base name and to one role."""

from __future__ import annotations

from typing import Any

from constructs_lib.workflow.statements import run_statements

STATEMENTS = run_statements(
    partition="aws", region="eu-west-1", account="123456789012", base_job_name="churn",
    role_arn="arn:aws:iam::123456789012:role/training", instance_types=["ml.g5.xlarge", "ml.m5.xlarge", "ml.g5.xlarge"],
    claims_arn="arn:aws:s3:::checkpoint-bucket/churn.runs/*", claims_key_arn="arn:aws:kms:eu-west-1:123456789012:key/k",
)  # fmt: skip


def test_no_statement_is_wider_than_the_base_job_name() -> None:
    for statement in STATEMENTS:
        if any(action.startswith("sagemaker:") and "List" not in action for action in statement["Action"]):
            assert statement["Resource"] == ["arn:aws:sagemaker:eu-west-1:123456789012:training-job/churn-*"]
    assert not any("*" in action for statement in STATEMENTS for action in statement["Action"])


def test_the_role_is_passed_to_sagemaker_alone() -> None:
    (passing,) = (s for s in STATEMENTS if "iam:PassRole" in s["Action"])
    assert passing["Resource"] == ["arn:aws:iam::123456789012:role/training"]
    assert passing["Condition"] == {"StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}}


def test_only_the_planned_instance_types_may_be_created() -> None:
    (creating,) = (s for s in STATEMENTS if "sagemaker:CreateTrainingJob" in s["Action"])
    assert creating["Condition"]["ForAllValues:StringEquals"] == {
        "sagemaker:InstanceTypes": ["ml.g5.xlarge", "ml.m5.xlarge"]
    }


def test_the_managed_rule_of_sync_is_there() -> None:
    (events,) = (s for s in STATEMENTS if "events:PutRule" in s["Action"])
    assert events["Resource"] == [
        "arn:aws:events:eu-west-1:123456789012:rule/StepFunctionsGetEventsForSageMakerTrainingJobsRule"
    ]


def test_figures_go_to_one_namespace_and_only_when_they_are_wanted() -> None:
    given: dict[str, Any] = {
        "partition": "aws", "region": "eu-west-1", "account": "123456789012", "base_job_name": "churn",
        "role_arn": "arn:aws:iam::123456789012:role/training", "claims_arn": "arn:aws:s3:::bucket/churn.runs/*",
    }  # fmt: skip
    publishing = run_statements(**given, instance_types=["ml.g5.xlarge"], metrics_namespace="SpotTraining")
    (putting,) = (s for s in publishing if "cloudwatch:PutMetricData" in s["Action"])
    assert putting["Condition"] == {"StringEquals": {"cloudwatch:namespace": "SpotTraining"}}
    assert [s["Action"] for s in publishing if s["Resource"] == ["*"]] == [
        ["sagemaker:ListTrainingJobs"],
        putting["Action"],
    ]
    assert [s["Action"] for s in STATEMENTS if s["Resource"] == ["*"]] == [["sagemaker:ListTrainingJobs"]]


def test_claims_are_read_and_written_beside_the_checkpoints_only() -> None:
    (claims,) = (s for s in STATEMENTS if "s3:PutObject" in s["Action"])
    assert claims["Action"] == ["s3:GetObject", "s3:PutObject"]
    assert claims["Resource"] == ["arn:aws:s3:::checkpoint-bucket/churn.runs/*"]

"""What is asked of services that the embedded AWS does not have; answers are in the form that AWS documents."""

from __future__ import annotations

from typing import Any

import pytest

from constructs_lib.runs.doctor.asking import Asking
from constructs_lib.runs.doctor.checks import quotas
from constructs_lib.runs.doctor.checks.roles import validated
from constructs_lib.training_job.capacity.capacity import Capacity
from tests.runs.doctor.conftest import MakeSubject
from tests.runs.doctor.told import stubbed, told
from tests.support.run_documents import ON_DEMAND, SPOT


def quota(name: str, value: float) -> dict[str, Any]:
    # https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_ServiceQuota.html
    return {"ServiceCode": "sagemaker", "QuotaCode": "L-1", "QuotaName": name, "Value": value, "Adjustable": True}


@pytest.mark.parametrize(
    ("count", "given", "said"),
    [
        (2, 2.0, "ok: 'ml.m5.xlarge for spot training job usage' is 2, and the plan asks for 2"),
        (2, 1.0, "problem: 'ml.m5.xlarge for spot training job usage' is 1, and the plan asks for 2"),
        (1, 0.0, "problem: 'ml.m5.xlarge for spot training job usage' is 0, and the plan asks for 1"),
    ],
)
def test_what_is_given_to_the_account_counts_and_not_the_default(
    asking: Asking, subject: MakeSubject, count: int, given: float, said: str
) -> None:
    name = "ml.m5.xlarge for spot training job usage"
    answers = (
        ("list_aws_default_service_quotas", {"Quotas": [quota(name, 9.0)]}),
        ("list_service_quotas", {"Quotas": [quota(name, given)]}),
    )
    with stubbed(asking, "service-quotas", *answers):
        (found,) = quotas.look(asking, subject(Capacity.spot("ml.m5.xlarge", instance_count=count)))
    assert told([found]) == [said]
    page = "https://eu-west-1.console.aws.amazon.com/servicequotas/home/services/sagemaker/quotas/L-1"
    assert found.link == (page if "problem" in said else "")


def test_each_market_has_a_quota_of_its_own_and_one_that_is_not_listed_is_told(
    asking: Asking, subject: MakeSubject
) -> None:
    answers: tuple[tuple[str, dict[str, Any]], ...] = (
        ("list_aws_default_service_quotas", {"Quotas": [quota("ml.m5.xlarge for training job usage", 4.0)]}),
        ("list_service_quotas", {"Quotas": []}),
    )
    with stubbed(asking, "service-quotas", *answers):
        found = told(quotas.look(asking, subject(SPOT, ON_DEMAND)))
    assert found == [
        "could not look: Service Quotas has no 'ml.m5.xlarge for spot training job usage' in eu-west-1",
        "ok: 'ml.m5.xlarge for training job usage' is 4, and the plan asks for 1",
    ]


def finding(kind: str) -> dict[str, Any]:
    # https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_ValidatePolicyFinding.html
    return {
        "findingType": kind,
        "findingDetails": "The action does not exist.",
        "issueCode": "INVALID_ACTION",
        "learnMoreLink": "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html",
        "locations": [],
    }


@pytest.mark.parametrize(
    ("kind", "status"),
    [("ERROR", "problem"), ("SECURITY_WARNING", "problem"), ("WARNING", "warning"), ("SUGGESTION", "ok")],
)
def test_what_access_analyzer_finds_is_told(asking: Asking, subject: MakeSubject, kind: str, status: str) -> None:
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetIt", "Resource": "*"}]}
    answer = ("validate_policy", {"findings": [finding(kind)]})
    with stubbed(asking, "accessanalyzer", answer, answer):
        found = list(validated.look(asking, subject(policies=policy)))
    assert [each.status.value for each in found] == [status, status]
    assert bool(found[0].link) == (status != "ok")

"""Hostile calls are denied, each beside the call that is allowed and differs from it in one thing."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from constructs_lib.runs.calls.recorded import Call
from tests.permissions.attempts import ALLOWED, Attempt, hostile
from tests.permissions.deployments import deployment
from tests.permissions.evaluated import bindings, fill, resource_policies, roles
from tests.support.cloudformation import ACCOUNT, REGION, DeployedTemplate
from tests.support.engines.iam_simulator import IamSimulator

pytestmark = pytest.mark.npm

HOSTILE = hostile()
OTHER_ACCOUNT = "999999999999"


@cache
def template_of(name: str) -> DeployedTemplate:
    return DeployedTemplate(deployment(name).template)


def allowed(simulator: IamSimulator, attempt: Attempt, **context: str) -> bool:
    template = template_of(attempt.deployment)
    role = roles(template)[attempt.role]
    given = {**attempt.context, **context}
    call = Call(
        role_arn=role.arn,
        action=attempt.action,
        resource=filled(template, attempt.resource),
        context={key: filled(template, value) if isinstance(value, str) else value for key, value in given.items()},
    )
    return simulator.allowed([call], [role.policy], resource_policies(template))[0]


def filled(template: DeployedTemplate, text: str) -> str:
    found = (fill(text, binding) for binding in bindings(template))
    return next(filled_in for filled_in in found if filled_in is not None)


@pytest.mark.parametrize("attempt", ALLOWED.values(), ids=ALLOWED)
def test_what_is_meant_is_allowed(attempt: Attempt, simulator: IamSimulator) -> None:
    assert allowed(simulator, attempt)


@pytest.mark.parametrize("attempt", HOSTILE.values(), ids=HOSTILE)
def test_fails_when_it_is_hostile(attempt: Attempt, simulator: IamSimulator) -> None:
    assert not allowed(simulator, attempt)


@pytest.mark.parametrize("name", ["the job reads checkpoints", "the job writes its model"])
def test_fails_without_tls(name: str, simulator: IamSimulator) -> None:
    assert allowed(simulator, ALLOWED[name], **{"aws:SecureTransport": "true"})
    assert not allowed(simulator, ALLOWED[name], **{"aws:SecureTransport": "false"})


def assumes(simulator: IamSimulator, role: Any, service: str, account: str | None, source: str | None) -> bool:
    found = roles(template_of("plain"))[role]
    context = {"aws:SourceAccount": account, "aws:SourceArn": source}
    call = Call(
        role_arn=service,
        action="sts:AssumeRole",
        resource=found.arn,
        context={key: value for key, value in context.items() if value is not None},
    )
    return simulator.allowed([call], [], {found.arn: found.trust})[0]


JOB_ARN = f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:training-job/churn-1"
MACHINE_ARN = f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:machine"


@pytest.mark.parametrize(
    ("role", "service", "source"),
    [("job", "sagemaker.amazonaws.com", JOB_ARN), ("state machine", "states.amazonaws.com", MACHINE_ARN)],
)
def test_the_service_that_is_meant_assumes_the_role(
    role: str, service: str, source: str, simulator: IamSimulator
) -> None:
    assert assumes(simulator, role, service, ACCOUNT, source)


@pytest.mark.parametrize(
    ("role", "service", "account", "source"),
    [
        ("job", "sagemaker.amazonaws.com", OTHER_ACCOUNT, JOB_ARN.replace(ACCOUNT, OTHER_ACCOUNT)),
        ("job", "sagemaker.amazonaws.com", ACCOUNT, JOB_ARN.replace(ACCOUNT, OTHER_ACCOUNT)),
        ("job", "sagemaker.amazonaws.com", OTHER_ACCOUNT, JOB_ARN),
        ("job", "sagemaker.amazonaws.com", ACCOUNT, JOB_ARN.replace("training-job", "processing-job")),
        ("job", "sagemaker.amazonaws.com", ACCOUNT, JOB_ARN.replace(REGION, "eu-west-1")),
        ("job", "sagemaker.amazonaws.com", ACCOUNT, None),
        ("job", "sagemaker.amazonaws.com", None, JOB_ARN),
        ("job", "lambda.amazonaws.com", ACCOUNT, JOB_ARN),
        ("job", "states.amazonaws.com", ACCOUNT, JOB_ARN),
        ("state machine", "sagemaker.amazonaws.com", ACCOUNT, MACHINE_ARN),
        ("state machine", "states.amazonaws.com", OTHER_ACCOUNT, MACHINE_ARN.replace(ACCOUNT, OTHER_ACCOUNT)),
    ],
)
def test_fails_when_somebody_else_assumes_a_role(
    role: str, service: str, account: str | None, source: str | None, simulator: IamSimulator
) -> None:
    assert not assumes(simulator, role, service, account, source)

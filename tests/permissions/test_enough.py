"""Every call of a run, seen or documented, is allowed; with any part of a policy taken away some call is not.

Each deployment is deployed to an embedded AWS, where everything happens to it; the calls that are made in the names of
its two roles are evaluated against the policies that were synthesised for them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest

from constructs_lib.runs.calls.recorded import Call
from tests.permissions.deployments import DEPLOYMENTS, deployment
from tests.permissions.evaluated import Statement, machine_settings, resource_policies, roles, without_each_part
from tests.permissions.story import Played, played
from tests.support.cloudformation import REGION, DeployedTemplate, document
from tests.support.engines.iam_simulator import IamSimulator
from tools.docs.security import RoleName

pytestmark = pytest.mark.npm

EACH_ROLE: tuple[RoleName, ...] = ("job", "state machine")


def calls_of(deployed: Played, role: RoleName) -> list[Call]:
    arn = roles(deployed.template)[role].arn
    return [call for call in deployed.calls if call.role_arn == arn]


def refused(
    simulator: IamSimulator, deployed: Played, calls: Sequence[Call], statements: Sequence[Statement]
) -> list[str]:
    allowed = simulator.allowed(calls, [document(statements)], resource_policies(deployed.template))
    return [f"{call.action} on {call.resource}" for call, fine in zip(calls, allowed, strict=True) if not fine]


def as_text(statement: Statement) -> str:
    return json.dumps(statement, sort_keys=True)


@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_every_task_of_the_machine_was_entered(name: str) -> None:
    deployed = played(name)
    assert deployed.tasks
    assert deployed.tasks <= deployed.entered


def test_an_isolated_deployment_with_a_source_trained_to_its_end() -> None:
    deployed = played("network")
    request = machine_settings(deployed.template)["Request"]
    assert request["EnableNetworkIsolation"] is True
    assert request["HyperParameters"]["sagemaker_submit_directory"].startswith('"/opt/ml/input/data/code/')
    (uri,) = (
        channel["DataSource"]["S3DataSource"]["S3Uri"]
        for channel in request["InputDataConfig"]
        if channel["ChannelName"] == "code"
    )
    # SageMaker has brought the program as a channel, and the runs that were told to succeed did
    archive = f"arn:aws:s3:::{uri.removeprefix('s3://')}"
    assert ("s3:GetObject", archive) in {(call.action, call.resource) for call in calls_of(deployed, "job")}
    assert "Report" in deployed.entered


@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_nothing_was_called_in_the_name_of_anybody_else(name: str) -> None:
    deployed = played(name)
    assert {call.role_arn for call in deployed.calls} == {role.arn for role in roles(deployed.template).values()}


@pytest.mark.parametrize("role", EACH_ROLE)
@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_what_is_evaluated_is_what_the_deployed_role_has(name: str, role: RoleName) -> None:
    deployed = played(name)
    found = roles(deployed.template)[role]
    stored = deployed.stored[found.arn]
    assert sorted(map(as_text, stored)) == sorted(map(as_text, found.statements))


@pytest.mark.parametrize("role", EACH_ROLE)
@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_every_call_is_allowed(name: str, role: RoleName, simulator: IamSimulator) -> None:
    deployed = played(name)
    calls = calls_of(deployed, role)
    assert len({call.action for call in calls}) > 5
    assert refused(simulator, deployed, calls, roles(deployed.template)[role].statements) == []


@pytest.mark.parametrize("role", EACH_ROLE)
@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_no_statement_action_or_resource_can_be_taken_away(name: str, role: RoleName, simulator: IamSimulator) -> None:
    deployed = played(name)
    calls = calls_of(deployed, role)
    superfluous = [
        what
        for what, left in without_each_part(roles(deployed.template)[role].statements)
        # one call that is refused is enough, and those of the actions that are taken away come first
        if not any(
            refused(simulator, deployed, [call], left) for call in sorted(calls, key=lambda c: c.action not in what)
        )
    ]
    assert superfluous == []


@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_the_roles_are_assumed_by_their_services_for_this_account(name: str, simulator: IamSimulator) -> None:
    deployed = played(name)
    ((machine_id, _),) = deployed.template.resources("AWS::StepFunctions::StateMachine").items()
    job = next(call.resource for call in deployed.calls if call.action == "sagemaker:CreateTrainingJob")
    sources: dict[RoleName, tuple[str, str]] = {
        "job": ("sagemaker.amazonaws.com", job),
        "state machine": ("states.amazonaws.com", deployed.template.arn(machine_id)),
    }
    for role, (service, source) in sources.items():
        found = roles(deployed.template)[role]
        context = {"aws:SourceAccount": source.split(":")[4], "aws:SourceArn": source}
        call = Call(role_arn=service, action="sts:AssumeRole", resource=found.arn, context=context)
        assert simulator.allowed([call], [], {found.arn: found.trust}) == [True]


def test_the_key_of_a_log_group_lets_cloudwatch_logs_use_it(simulator: IamSimulator) -> None:
    # https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
    template = DeployedTemplate(deployment("separate keys").template)
    ((log_group_id, log_group),) = template.resources("AWS::Logs::LogGroup").items()
    key = log_group["KmsKeyId"]
    context = {"kms:EncryptionContext:aws:logs:arn": template.arn(log_group_id).removesuffix(":*")}
    actions = ("Encrypt", "Decrypt", "ReEncryptFrom", "ReEncryptTo", "GenerateDataKey")
    calls = [
        *(
            Call(role_arn=f"logs.{REGION}.amazonaws.com", action=f"kms:{action}", resource=key, context=context)
            for action in actions
        ),
        Call(role_arn=f"logs.{REGION}.amazonaws.com", action="kms:DescribeKey", resource=key),
    ]
    allowed = simulator.allowed(calls, [], resource_policies(template))
    assert [call.action for call, fine in zip(calls, allowed, strict=True) if not fine] == []

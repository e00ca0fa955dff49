"""The plain template is deployed without CDK, from S3, with parameters of somebody's own, and a run goes to its end."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pytest
from click.testing import CliRunner

from constructs_lib.local.embedded_aws import EmbeddedAws
from constructs_lib.local.training_jobs.instance.host import Timing
from constructs_lib.runs.calls.recorded import Call
from constructs_lib.runs.command.main import main
from constructs_lib.runs.synthesised.plain.shipped import FILE
from tests.examples.plain.given import with_parameters
from tests.permissions.evaluated import resource_policies, roles
from tests.permissions.story import stored_statements
from tests.support.cloudformation import DeployedTemplate
from tests.support.engines.asl_checkers import faults
from tests.support.engines.iam_simulator import IamSimulator
from tests.support.places import training_program
from tools.docs.security import RoleName

GIVEN = {
    "Image": "123456789012.dkr.ecr.us-east-1.amazonaws.com/team/count:1.4",
    "DataBucket": "their-data",
    "DataPrefix": "in/",
    "BaseJobName": "churn",
    "SpotInstanceType": "ml.g5.xlarge",
    "OnDemandInstanceType": "ml.g4dn.xlarge",
    "InstanceCount": "1",
    "VolumeSizeInGB": "50",
    "CapacityPatienceInSeconds": "60",
    "MaxRuntimeInSeconds": "3600",
    "MaxWaitTimeInSeconds": "7200",
    "OutputPrefix": "made",
    "CheckpointExpirationInDays": "7",
}
WITHIN = 240.0
HOSTILE: dict[RoleName, set[str]] = {
    "job": {"s3:GetObject", "s3:PutObject"},
    "state machine": {"sagemaker:CreateTrainingJob", "sagemaker:DescribeTrainingJob", "sagemaker:StopTrainingJob"},
}
"""What is tried on what the parameters do not name."""


@dataclass(frozen=True)
class Deployed:
    """What has come of the deployment."""

    template: DeployedTemplate
    definition: dict[str, Any]
    run: Mapping[str, Any]
    refused: Mapping[str, Any]
    jobs: list[dict[str, Any]]
    calls: tuple[Call, ...]
    stored: dict[str, list[dict[str, Any]]]
    listed: str


@pytest.fixture(scope="module")
def deployed() -> Iterator[Deployed]:
    """Deploy it where spot capacity of the type never comes, run, and run again once the wait is too short."""
    timing = Timing(starting_seconds=1, downloading_seconds=1, sync_wall_seconds=0.02)
    programs = {"*/team/count:*": training_program("count.py")}
    with EmbeddedAws(market="ml.g5.*=never;*=always", speed=200, programs=programs, timing=timing) as aws:
        s3 = aws.client("s3")
        for bucket in ("their-data", "templates"):
            s3.create_bucket(Bucket=bucket)
        s3.put_object(Bucket="their-data", Key="in/a.csv", Body=b"1,2")
        s3.put_object(Bucket="templates", Key="training.json", Body=FILE.read_bytes())
        names = _stack(aws, "create_stack", GIVEN)
        template = with_parameters(names, **GIVEN)
        machine = names["TrainingStateMachineEAE34FB3"]
        definition = json.loads(
            aws.client("stepfunctions").describe_state_machine(stateMachineArn=machine)["definition"]
        )
        run = _run(aws, machine, "nightly-1")
        sagemaker = aws.client("sagemaker")
        jobs = [
            sagemaker.describe_training_job(TrainingJobName=each["TrainingJobName"])
            for each in sagemaker.list_training_jobs(SortBy="CreationTime", SortOrder="Ascending")[
                "TrainingJobSummaries"
            ]
        ]
        words = ["list", "--stack", "Theirs", "--endpoint-url", aws.endpoint_url, "--region", aws.region]
        listed = CliRunner(env=aws.environment()).invoke(main, words)
        calls = aws.calls
        stored = stored_statements(aws)
        _stack(aws, "update_stack", {**GIVEN, "MaxWaitTimeInSeconds": "600"})
        refused = _run(aws, machine, "nightly-2")
        yield Deployed(template, definition, run, refused, jobs, tuple(calls), stored, listed.output)


def _stack(aws: EmbeddedAws, call: str, given: Mapping[str, str]) -> dict[str, str]:
    cloudformation = aws.client("cloudformation")
    getattr(cloudformation, call)(
        StackName="Theirs",
        TemplateURL="https://templates.s3.amazonaws.com/training.json",
        Parameters=[{"ParameterKey": name, "ParameterValue": value} for name, value in given.items()],
        Capabilities=["CAPABILITY_IAM"],
    )

    def status() -> str:
        return str(cloudformation.describe_stacks(StackName="Theirs")["Stacks"][0]["StackStatus"])

    _wait("the deployment", lambda: not status().endswith("IN_PROGRESS"))
    assert status() in ("CREATE_COMPLETE", "UPDATE_COMPLETE")
    found = cloudformation.describe_stack_resources(StackName="Theirs")["StackResources"]
    return {resource["LogicalResourceId"]: resource["PhysicalResourceId"] for resource in found}


def _run(aws: EmbeddedAws, machine: str, name: str) -> dict[str, Any]:
    sfn = aws.client("stepfunctions")
    arn = sfn.start_execution(stateMachineArn=machine, name=name, input="{}")["executionArn"]
    _wait(name, lambda: sfn.describe_execution(executionArn=arn)["status"] != "RUNNING")
    return dict(sfn.describe_execution(executionArn=arn))


def _wait(what: str, condition: Callable[[], bool]) -> None:
    until = time.monotonic() + WITHIN
    while not condition():
        assert time.monotonic() < until, f"gave up waiting for {what}"
        time.sleep(0.1)


def test_what_is_deployed_is_what_the_template_says(deployed: Deployed) -> None:
    ((_, machine),) = deployed.template.resources("AWS::StepFunctions::StateMachine").items()
    assert deployed.definition == json.loads(machine["DefinitionString"])
    for role in roles(deployed.template).values():
        assert sorted(map(_text, deployed.stored[role.arn])) == sorted(map(_text, role.statements))


@pytest.mark.npm
def test_nothing_is_wrong_with_the_deployed_definition(deployed: Deployed) -> None:
    assert faults(deployed.definition) == []


def test_a_run_goes_through_the_plan_to_its_end(deployed: Deployed) -> None:
    assert deployed.run["status"] == "SUCCEEDED", deployed.run.get("cause")
    report = json.loads(deployed.run["output"])
    assert [(attempt["Market"], attempt["InstanceType"]) for attempt in report["Attempts"]] == [
        ("spot", "ml.g5.xlarge"),
        ("on-demand", "ml.g4dn.xlarge"),
    ]
    waited, trained = deployed.jobs
    assert waited["StoppingCondition"] == {"MaxRuntimeInSeconds": 3600, "MaxWaitTimeInSeconds": 7200}
    assert trained["StoppingCondition"] == {"MaxRuntimeInSeconds": 3600}
    assert trained["AlgorithmSpecification"]["TrainingImage"] == GIVEN["Image"]
    assert trained["ResourceConfig"] == {"InstanceType": "ml.g4dn.xlarge", "InstanceCount": 1, "VolumeSizeInGB": 50}
    (channel,) = trained["InputDataConfig"]
    assert channel["DataSource"]["S3DataSource"]["S3Uri"] == "s3://their-data/in/"
    assert trained["TrainingJobName"].startswith("churn-")
    assert "/churn/nightly-1/" in trained["CheckpointConfig"]["S3Uri"]
    assert "/made/churn-" in report["ModelArtifacts"]["S3ModelArtifacts"]


def test_the_command_finds_the_run(deployed: Deployed) -> None:
    assert "nightly-1" in deployed.listed


def test_a_wait_that_is_too_short_is_refused_before_any_job(deployed: Deployed) -> None:
    assert deployed.refused["status"] == "FAILED"
    assert deployed.refused["error"] == "SpotTraining.InvalidInput"
    assert "'MaxWaitTimeInSeconds' must be at least 'MaxRuntimeInSeconds' (3600), got 600" in deployed.refused["cause"]


@pytest.mark.npm
def test_its_two_policies_allow_every_call_and_none_beside(deployed: Deployed, simulator: IamSimulator) -> None:
    policies = resource_policies(deployed.template)
    for name, role in roles(deployed.template).items():
        calls = [call for call in deployed.calls if call.role_arn == role.arn]
        assert len({call.action for call in calls}) > 5, name
        allowed = simulator.allowed(calls, [role.policy], policies)
        assert [call for call, fine in zip(calls, allowed, strict=True) if not fine] == []
        hostile = [call for call in map(_hostile, calls) if call is not None]
        assert {call.action for call in hostile} >= HOSTILE[name]
        denied = simulator.allowed(hostile, [role.policy], policies)
        assert [call for call, fine in zip(hostile, denied, strict=True) if fine] == []


def _hostile(call: Call) -> Call | None:
    """Return the same call on what the parameters do not name."""
    if call.action == "sagemaker:CreateTrainingJob":
        return replace(call, context={**call.context, "sagemaker:InstanceTypes": ("ml.p4d.24xlarge",)})
    if call.action == "sagemaker:ListTags":
        # AWS's own policy has it on everything, and so has this
        return None
    for own, other in (("/in/", "/inner/"), ("/churn/", "/churn2/"), ("/made/", "/made2/"), ("/churn-", "/other-")):
        if own in call.resource and not call.resource.startswith("arn:aws:logs"):
            return replace(call, resource=call.resource.replace(own, other))
    return None


def _text(statement: Mapping[str, Any]) -> str:
    return json.dumps(statement, sort_keys=True)

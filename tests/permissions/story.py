"""What happens on a deployment, so that every task is entered: trouble, failures, aborts, resumed runs."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from constructs_lib.local.embedded_aws import EmbeddedAws
from constructs_lib.local.training_jobs.faults import JobFault, ScriptedFaults
from constructs_lib.local.training_jobs.instance.host import Timing
from constructs_lib.runs.calls.caller import Caller
from constructs_lib.runs.calls.machine import delivery_calls
from constructs_lib.runs.calls.recorded import Call
from tests.permissions.deployments import (
    ASSET_BUCKET,
    DATA_BUCKET,
    FURTHER_BUCKET,
    KEYED_BUCKET,
    KEYED_BUCKET_KEY,
    STACK,
    Deployment,
    deployment,
)
from tests.permissions.evaluated import machine_settings
from tests.support.cloudformation import ACCOUNT, REGION, DeployedTemplate
from tests.support.embedded.executions import is_running
from tests.support.embedded.unstoppable_jobs import unstoppable_jobs
from tests.support.session.once import once_a_session

_WITHIN = 240.0
"""Wall seconds after which a deployment or a run is given up."""

_TIMING = Timing(
    starting_seconds=1,
    downloading_seconds=1,
    shortest_grace_wall_seconds=1.5,
    longest_grace_wall_seconds=1.5,
    sync_wall_seconds=0.02,
)


@dataclass(frozen=True)
class Played:
    """What has come of a deployment.

    Attributes:
        template: Its template as it was deployed.
        calls: What was called, or is documented to be called, in the names of its roles.
        tasks: The names of its machine's task states.
        entered: The names of the states that were entered.
        stored: The statements that IAM has of each role, by the role's ARN.
    """

    template: DeployedTemplate
    calls: tuple[Call, ...]
    tasks: frozenset[str]
    entered: frozenset[str]
    stored: dict[str, list[dict[str, Any]]]


@once_a_session
def played(name: str) -> Played:
    """Deploy one of the deployments on an embedded AWS and let everything happen to it."""
    made = deployment(name)
    # the first job of all falls back; capacity of one type never comes
    faults = ScriptedFaults(jobs={1: JobFault(kind="CapacityError")})
    with EmbeddedAws(market="ml.g5.*=never;*=always", faults=faults, speed=60, timing=_TIMING) as aws:
        _prepare(aws, made)
        template = DeployedTemplate(made.template, _deploy(aws, made))
        ((machine_id, machine),) = template.resources("AWS::StepFunctions::StateMachine").items()
        deadline = "Deadline" in machine_settings(template)
        entered = _play(aws, template.arn(machine_id), _further_channels(template), deadline=deadline)
        caller = Caller(role_arn=machine["RoleArn"], partition="aws", region=REGION, account=ACCOUNT)
        stored = stored_statements(aws)
        calls = (*aws.calls, *delivery_calls(caller, template.arn(machine_id), machine))
    tasks = frozenset(tasks_of(json.loads(machine["DefinitionString"])))
    return Played(template, calls, tasks, entered, stored)


def tasks_of(definition: Mapping[str, Any]) -> Iterator[str]:
    """Yield the names of a machine's task states, nested ones too."""
    for name, state in definition["States"].items():
        if state["Type"] == "Task":
            yield name
        for branch in state.get("Branches", []):
            yield from tasks_of(branch)


def _prepare(aws: EmbeddedAws, made: Deployment) -> None:
    s3 = aws.client("s3")
    for bucket in (ASSET_BUCKET, DATA_BUCKET, FURTHER_BUCKET, KEYED_BUCKET):
        s3.create_bucket(Bucket=bucket)
    s3.put_bucket_encryption(
        Bucket=KEYED_BUCKET,
        ServerSideEncryptionConfiguration={
            "Rules": [
                {
                    "ApplyServerSideEncryptionByDefault": {
                        "SSEAlgorithm": "aws:kms",
                        "KMSMasterKeyID": KEYED_BUCKET_KEY,
                    }
                }
            ]
        },
    )
    for bucket in (DATA_BUCKET, FURTHER_BUCKET, KEYED_BUCKET):
        s3.put_object(Bucket=bucket, Key="in/a.csv", Body=b"1,2")
    for key, body in made.assets.items():
        s3.put_object(Bucket=ASSET_BUCKET, Key=key, Body=body)


def _deploy(aws: EmbeddedAws, made: Deployment) -> dict[str, str]:
    """Create the stack; return the physical ids of its resources by logical id."""
    cloudformation = aws.client("cloudformation")
    cloudformation.create_stack(
        StackName=STACK, TemplateBody=json.dumps(made.template), Capabilities=["CAPABILITY_NAMED_IAM"]
    )

    def status() -> str:
        return str(cloudformation.describe_stacks(StackName=STACK)["Stacks"][0]["StackStatus"])

    _wait("the deployment", lambda: not status().endswith("IN_PROGRESS"))
    assert status() == "CREATE_COMPLETE"
    found = cloudformation.describe_stack_resources(StackName=STACK)["StackResources"]
    return {resource["LogicalResourceId"]: resource["PhysicalResourceId"] for resource in found}


def stored_statements(aws: EmbeddedAws) -> dict[str, list[dict[str, Any]]]:
    iam = aws.client("iam")

    def statements(role: str, policy: str) -> list[dict[str, Any]]:
        found = iam.get_role_policy(RoleName=role, PolicyName=policy)["PolicyDocument"]
        return list(found["Statement"])

    return {
        role["Arn"]: [
            statement
            for policy in iam.list_role_policies(RoleName=role["RoleName"])["PolicyNames"]
            for statement in statements(role["RoleName"], policy)
        ]
        for role in iam.list_roles()["Roles"]
    }


def _further_channels(template: DeployedTemplate) -> dict[str, dict[str, str]]:
    """Return input that moves a channel to the place that only `input_locations` allows, where there is one."""
    place = f"s3://{FURTHER_BUCKET}/in/"
    return {"Channels": {"train": place}} if place in machine_settings(template)["InputLocations"] else {}


def _play(aws: EmbeddedAws, machine: str, further: Mapping[str, Any], *, deadline: bool) -> frozenset[str]:
    """Run the story; return the states that were entered."""
    sfn, s3 = aws.client("stepfunctions"), aws.client("s3")
    executions: list[str] = []

    def start(name: str, hyperparameters: Mapping[str, Any], **run_input: Any) -> str:
        given = json.dumps({"HyperParameters": dict(hyperparameters), **run_input})
        executions.append(sfn.start_execution(stateMachineArn=machine, name=name, input=given)["executionArn"])
        return executions[-1]

    def ends(execution: str, status: str) -> None:
        _wait(execution, lambda: not is_running(execution))
        found = sfn.describe_execution(executionArn=execution)
        assert found["status"] == status, found.get("cause")

    def entered(execution: str) -> list[str]:
        events = sfn.get_execution_history(executionArn=execution, maxResults=1000)["events"]
        return [event["stateEnteredEventDetails"]["name"] for event in events if "stateEnteredEventDetails" in event]

    def trained(name: str) -> bool:
        listed = s3.list_objects_v2(Bucket=_checkpoint_bucket(aws), Prefix=f"churn/{name}/")
        return "Contents" in listed

    # falls back, trains and reports
    ends(start("good", {"steps": 3}), "SUCCEEDED")
    # fails, and is gone on with by the next run
    ends(start("bad", {"steps": 2, "fail": 1}), "FAILED")
    ends(start("mended", {"steps": 4, "fail": 0}, ResumeFrom="bad", **further), "SUCCEEDED")
    # is aborted while it trains, and its job lives on; the next run is refused until somebody stops that job
    aborted = start("aborted", {"steps": 600})
    _wait("the first checkpoint", lambda: trained("aborted"))
    with unstoppable_jobs(aws):
        sfn.stop_execution(executionArn=aborted)
        ends(aborted, "ABORTED")
    ends(start("refused", {}, ResumeFrom="aborted"), "FAILED")
    aws.training_jobs.stop(_newest_job(aws))
    ends(start("resumed", {"steps": 1}, ResumeFrom="aborted"), "SUCCEEDED")

    if deadline:
        # buys on-demand early, and its look-out waits in vain
        looking = start("looking", {"steps": 60}, DeadlineInSeconds=2000, ExpectedRuntimeInSeconds=600)
        ends(looking, "SUCCEEDED")
        # waits for spot, moves on while nobody can stop its job, and is late
        moving = start("moving", {"steps": 40}, DeadlineInSeconds=400, ExpectedRuntimeInSeconds=1)
        with unstoppable_jobs(aws):
            _wait("the stop of the job", lambda: "Stop job" in entered(moving))
        ends(moving, "SUCCEEDED")
        ends(start("late", {"steps": 40}, DeadlineInSeconds=21, ExpectedRuntimeInSeconds=1), "SUCCEEDED")

    pages = [sfn.get_paginator("get_execution_history").paginate(executionArn=execution) for execution in executions]
    return frozenset(
        event["stateEnteredEventDetails"]["name"]
        for found in pages
        for page in found
        for event in page["events"]
        if "stateEnteredEventDetails" in event
    )


def _checkpoint_bucket(aws: EmbeddedAws) -> str:
    described = aws.client("sagemaker").describe_training_job(TrainingJobName=_newest_job(aws))
    uri: str = described["CheckpointConfig"]["S3Uri"]
    return uri.split("/")[2]


def _newest_job(aws: EmbeddedAws) -> str:
    listed = aws.client("sagemaker").list_training_jobs(SortBy="CreationTime", SortOrder="Descending")
    return str(listed["TrainingJobSummaries"][0]["TrainingJobName"])


def _wait(what: str, condition: Callable[[], bool]) -> None:
    until = time.monotonic() + _WITHIN
    while not condition():
        assert time.monotonic() < until, f"gave up waiting for {what}"
        time.sleep(0.05)

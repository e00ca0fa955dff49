"""A sweep's role may do what its executions do and nothing else: every call is allowed, no statement is too much."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from cdk_nag import AwsSolutionsChecks

from constructs_lib import (
    Capacity,
    InputLocation,
    Objective,
    OutputBucket,
    Percent,
    SpotTraining,
    SpotTrainingSweep,
    TrainingImage,
)
from constructs_lib.local.embedded_aws import EmbeddedAws
from constructs_lib.runs.calls.caller import Caller
from constructs_lib.runs.calls.machine import delivery_calls
from constructs_lib.runs.calls.recorded import Call
from tests.local.conftest import QUICK
from tests.local.machines import Machines, wait_for
from tests.permissions.evaluated import Allowed, Statement, resource_policies, without_each_part
from tests.support.cloudformation import ACCOUNT, REGION, DeployedTemplate, RolePolicies, as_list, document
from tests.support.engines.iam_simulator import IamSimulator
from tests.support.places import training_program
from tests.support.session.once import once_a_session
from tests.support.templates import app_context, validated
from tools.docs.security import PERMISSIONS

pytestmark = pytest.mark.npm

STACK, RUNS_BUCKET = "Sweeps", "runs-bucket"
RUNS_KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/0123abcd-0000-4000-8000-000000000000"
HOLDING = {"HyperParameters": {"epochs": 3, "hold": 2}}


@once_a_session
def synthesised(name: str) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Synthesise a sweep with keys and files, or a plain one; return the template and what cdk-nag finds."""
    with tempfile.TemporaryDirectory(prefix="sweeps-synth-") as out:
        keyed = name == "keyed"
        app = cdk.App(outdir=out, analytics_reporting=False, context=app_context())
        if keyed:
            validated(app)
        stack = cdk.Stack(app, STACK, synthesizer=cdk.DefaultStackSynthesizer(generate_bootstrap_version_rule=False))
        key = kms.Key(stack, "Key", enable_key_rotation=True) if keyed else None
        training = SpotTraining(
            stack,
            "Training",
            image=TrainingImage.from_ecr_repository(
                ecr.Repository.from_repository_name(stack, "Image", "churn"), tag="1.4"
            ),
            capacity=[Capacity.spot("ml.m5.xlarge")],
            metric_definitions={"loss": "loss=([0-9.]+);"},
            base_job_name="churn",
            output_bucket=OutputBucket(stack, "Models", encryption_key=key) if keyed else None,
            # the sweep has both too
            state_machine_key=kms.Key(stack, "MachineKey", enable_key_rotation=True) if keyed else None,
            tracing=keyed,
        )
        runs_key = kms.Key.from_key_arn(stack, "RunsKey", RUNS_KEY)
        runs = s3.Bucket.from_bucket_attributes(stack, "Runs", bucket_name=RUNS_BUCKET, encryption_key=runs_key)
        SpotTrainingSweep(
            stack,
            "Sweep",
            training=training,
            objective=Objective.minimize("loss"),
            tolerated_failures=Percent(50),
            runs_from=[InputLocation.from_bucket(runs, "in/")] if keyed else [],
        )
        template: dict[str, Any] = app.synth().get_stack_by_name(STACK).template
        found = AwsSolutionsChecks(app).validate_scope(app).violations or []
        return template, tuple(violation.rule_name for violation in found)


@once_a_session
def played(name: str) -> tuple[dict[str, str], tuple[Call, ...]]:
    """Deploy it and let everything happen to it; return the physical ids and the calls of its role."""
    program = training_program("learn.py")
    template, _ = synthesised(name)
    with EmbeddedAws(speed=60, timing=QUICK, programs={"churn:*": program}) as aws:
        ids = _deploy(aws, template)
        deployed = DeployedTemplate(template, ids)
        machine_id, machine = machine_of(deployed, "spot_sweep_settings")
        trains, _ = machine_of(deployed, "spot_training_settings")
        machines, arn = Machines(aws), deployed.arn(machine_id)
        _put_files(aws)

        def start(given: Any) -> str:
            started = machines.sfn.start_execution(stateMachineArn=arn, input=json.dumps(given))
            return str(started["executionArn"])

        def lives() -> bool:
            found = machines.sfn.list_executions(stateMachineArn=deployed.arn(trains), statusFilter="RUNNING")
            return bool(found["executions"])

        executions = [start({"RunsFrom": f"s3://{RUNS_BUCKET}/in/{file}"}) for file in ("a.jsonl", "a.csv")]
        for execution in executions:
            assert machines.end(execution)["status"] == "SUCCEEDED"
        # is aborted while it trains, and goes on
        executions.append(start({"Runs": [HOLDING]}))
        wait_for("a job that holds", lambda: lives() and _holds(aws))
        machines.sfn.stop_execution(executionArn=executions[-1])
        wait_for("the end of its run", lambda: not lives())
        machines.sfn.redrive_execution(executionArn=executions[-1])
        assert machines.end(executions[-1])["status"] == "SUCCEEDED"
        role = machine["RoleArn"]
        caller = Caller(role_arn=role, partition="aws", region=REGION, account=ACCOUNT)
        calls = [call for call in aws.calls if call.role_arn == role]
        assert {call.action for call in calls} >= {"states:RedriveExecution", "states:StopExecution", "kms:Decrypt"}
        return ids, (*calls, *delivery_calls(caller, arn, machine))


def _holds(aws: EmbeddedAws) -> bool:
    """Whether the checkpoint is in S3 with which a job waits to be stopped: whoever goes on from it does not wait."""
    sagemaker, client = aws.client("sagemaker"), aws.client("s3")
    for job in sagemaker.list_training_jobs(StatusEquals="InProgress")["TrainingJobSummaries"]:
        uri = sagemaker.describe_training_job(TrainingJobName=job["TrainingJobName"])["CheckpointConfig"]["S3Uri"]
        bucket, _, prefix = uri.removeprefix("s3://").partition("/")
        listed = client.list_objects_v2(Bucket=bucket, Prefix=f"{prefix}weight.json").get("Contents", [])
        saved = [client.get_object(Bucket=bucket, Key=each["Key"])["Body"].read() for each in listed]
        if any(one.startswith(f"[{HOLDING['HyperParameters']['hold']},".encode()) for one in saved):
            return True
    return False


def _put_files(aws: EmbeddedAws) -> None:
    client = aws.client("s3")
    client.create_bucket(Bucket=RUNS_BUCKET)
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": RUNS_KEY}}
    client.put_bucket_encryption(Bucket=RUNS_BUCKET, ServerSideEncryptionConfiguration={"Rules": [rule]})
    client.put_object(Bucket=RUNS_BUCKET, Key="in/a.jsonl", Body=b'{"HyperParameters": {"fail": "x"}}\n{"Name": "b"}\n')
    client.put_object(Bucket=RUNS_BUCKET, Key="in/a.csv", Body=b"Name,lr\nc,0.2\n")


def _deploy(aws: EmbeddedAws, template: Mapping[str, Any]) -> dict[str, str]:
    client = aws.client("cloudformation")
    client.create_stack(StackName=STACK, TemplateBody=json.dumps(template), Capabilities=["CAPABILITY_NAMED_IAM"])

    def status() -> str:
        return str(client.describe_stacks(StackName=STACK)["Stacks"][0]["StackStatus"])

    wait_for("the deployment", lambda: not status().endswith("IN_PROGRESS"))
    assert status() == "CREATE_COMPLETE"
    found = client.describe_stack_resources(StackName=STACK)["StackResources"]
    return {resource["LogicalResourceId"]: resource["PhysicalResourceId"] for resource in found}


def machine_of(template: DeployedTemplate, variable: str) -> tuple[str, dict[str, Any]]:
    """Return the machine whose definition has a variable, and its logical id."""
    ((logical_id, machine),) = (
        (logical_id, machine)
        for logical_id, machine in template.resources("AWS::StepFunctions::StateMachine").items()
        if f'"{variable}"' in machine["DefinitionString"]
    )
    return logical_id, machine


def deployed(name: str) -> DeployedTemplate:
    return DeployedTemplate(synthesised(name)[0], played(name)[0] if name == "keyed" else None)


def role_of(template: DeployedTemplate) -> RolePolicies:
    _, machine = machine_of(template, "spot_sweep_settings")
    (found,) = (
        role for role in map(template.role, template.resources("AWS::IAM::Role")) if role.arn == machine["RoleArn"]
    )
    return found


def bindings(name: str) -> list[dict[str, str]]:
    """Return what a deployment fills the `<…>` of the permissions with."""
    template = deployed(name)
    names = {}
    for place, variable in (("training", "spot_training_settings"), ("sweep", "spot_sweep_settings")):
        names[place] = template.arn(machine_of(template, variable)[0]).rpartition(":")[2]
    _, machine = machine_of(template, "spot_sweep_settings")
    definition = json.loads(machine["DefinitionString"])
    settings = definition["States"]["Prepare"]["Assign"]["spot_sweep_settings"]
    filled = {"account": ACCOUNT, "region": REGION, "output bucket": settings["Bucket"], **names}
    if name == "keyed":
        keys = {name[:-8]: template.arn(name) for name in template.resources("AWS::KMS::Key")}
        filled |= {"output key": keys["Key"], "state machine key": keys["MachineKey"]}
        filled |= {"runs bucket": RUNS_BUCKET, "runs prefix": "in/", "runs key": RUNS_KEY}
    return [filled]


def allowed_of(name: str) -> list[Allowed]:
    return [
        Allowed("sweep", action, resource, conditions_of(statement))
        for statement in role_of(deployed(name)).statements
        for action in as_list(statement["Action"])
        for resource in as_list(statement["Resource"])
    ]


def conditions_of(statement: Statement) -> dict[tuple[str, str], Any]:
    found = statement.get("Condition", {})
    return {(operator, key): value for operator, keys in found.items() for key, value in keys.items()}


def policies_of(template: DeployedTemplate) -> dict[str, dict[str, Any]]:
    leaves_it_to_iam = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
        "Action": "kms:*",
        "Resource": "*",
    }
    return {**resource_policies(template), RUNS_KEY: document([leaves_it_to_iam])}


@pytest.mark.parametrize("name", ["plain", "keyed"])
def test_cdk_nag_finds_nothing(name: str) -> None:
    assert synthesised(name)[1] == ()


@pytest.mark.parametrize("name", ["plain", "keyed"])
def test_nothing_is_allowed_that_is_not_told(name: str) -> None:
    filled = bindings(name)
    found = allowed_of(name)
    assert len(found) > 20
    assert [one for one in found if not any(one.is_told(each, filled) for each in PERMISSIONS["sweep"])] == []


def test_nothing_is_told_that_nobody_allows() -> None:
    filled, found = bindings("keyed"), allowed_of("keyed")
    for permission in PERMISSIONS["sweep"]:
        for action in permission.actions:
            for resource in permission.resources:
                alone = replace(permission, actions=(action,), resources=(resource,))
                assert any(one.is_told(alone, filled) for one in found), f"{action} on {resource}"


def test_every_call_is_allowed_and_no_part_can_be_taken_away(simulator: IamSimulator) -> None:
    template = deployed("keyed")
    calls, policies, statements = played("keyed")[1], policies_of(template), role_of(template).statements

    def refused(asked: list[Call], having: Any) -> list[str]:
        allowed = simulator.allowed(asked, [document(having)], policies)
        return [f"{call.action} on {call.resource}" for call, fine in zip(asked, allowed, strict=True) if not fine]

    assert refused(list(calls), statements) == []
    superfluous = [
        what
        for what, left in without_each_part(statements)
        if not any(refused([call], left) for call in sorted(calls, key=lambda call: call.action not in what))
    ]
    assert superfluous == []

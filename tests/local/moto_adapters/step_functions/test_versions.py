"""Versions and aliases: by calls, and in a CDK app's template."""

from __future__ import annotations

import json
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import assertions
from aws_cdk import aws_stepfunctions as sfn
from botocore.exceptions import ClientError

from constructs_lib.local.embedded_aws import EmbeddedAws
from tests.local.machines import ROLE, Machines, one_state, task


def says(text: str) -> str:
    return json.dumps({"QueryLanguage": "JSONata", **one_state(Type="Pass", Output=text)})


def outcome(machines: Machines, arn: str, **start: Any) -> dict[str, Any]:
    return machines.end(machines.sfn.start_execution(stateMachineArn=arn, **start)["executionArn"])


@pytest.fixture
def published(machines: Machines) -> tuple[str, str, str]:
    """A machine that says two in its second version and three now."""
    arn = machines.create(json.loads(says("one")))
    first = machines.sfn.publish_state_machine_version(stateMachineArn=arn)["stateMachineVersionArn"]
    second = machines.sfn.update_state_machine(stateMachineArn=arn, definition=says("two"), publish=True)
    machines.sfn.update_state_machine(stateMachineArn=arn, definition=says("three"))
    return arn, first, second["stateMachineVersionArn"]


def test_each_arn_starts_what_it_names(machines: Machines, published: tuple[str, str, str]) -> None:
    arn, first, second = published
    alias = machines.sfn.create_state_machine_alias(
        name="live", routingConfiguration=[{"stateMachineVersionArn": second, "weight": 100}]
    )["stateMachineAliasArn"]
    ended = {start: outcome(machines, start) for start in (arn, first, second, alias)}
    assert [found["output"] for found in ended.values()] == ["three", "one", "two", "two"]
    assert {found["stateMachineArn"] for found in ended.values()} == {arn}
    assert [found.get("stateMachineVersionArn") for found in ended.values()] == [None, first, second, second]
    assert [found.get("stateMachineAliasArn") for found in ended.values()] == [None, None, None, alias]
    executions = arn.replace(":stateMachine:", ":execution:")
    assert {found["executionArn"].rpartition(":")[0] for found in ended.values()} == {executions}
    counts = {
        start: len(machines.sfn.list_executions(stateMachineArn=start)["executions"])
        for start in (arn, first, second, alias)
    }
    assert counts == {arn: 4, first: 1, second: 2, alias: 1}
    begun = machines.events(ended[alias]["executionArn"])[0]["executionStartedEventDetails"]
    assert (begun["stateMachineVersionArn"], begun["stateMachineAliasArn"]) == (second, alias)
    ran = machines.sfn.describe_state_machine_for_execution(executionArn=ended[first]["executionArn"])
    assert (ran["definition"], ran["stateMachineArn"]) == (says("one"), arn)


def test_a_name_is_taken_among_all_executions_of_a_machine(machines: Machines, published: tuple[str, str, str]) -> None:
    arn, first, _ = published
    outcome(machines, arn, name="taken")
    with pytest.raises(machines.sfn.exceptions.ExecutionAlreadyExists):
        machines.sfn.start_execution(stateMachineArn=first, name="taken")


def test_an_alias_of_two_versions_starts_both(machines: Machines, published: tuple[str, str, str]) -> None:
    _, first, second = published
    routes = [{"stateMachineVersionArn": arn, "weight": 50} for arn in (first, second)]
    alias = machines.sfn.create_state_machine_alias(name="both", routingConfiguration=routes)["stateMachineAliasArn"]
    seen: set[str] = set()
    for _ in range(60):
        seen.add(outcome(machines, alias)["output"])
        if len(seen) > 1:
            break
    assert seen == {"one", "two"}
    machines.sfn.update_state_machine_alias(
        stateMachineAliasArn=alias, routingConfiguration=[{**routes[0], "weight": 0}, {**routes[1], "weight": 100}]
    )
    assert {outcome(machines, alias)["output"] for _ in range(10)} == {"two"}


def test_another_machine_starts_an_alias_and_waits(machines: Machines, published: tuple[str, str, str]) -> None:
    _, _, second = published
    alias = machines.sfn.create_state_machine_alias(
        name="called", routingConfiguration=[{"stateMachineVersionArn": second, "weight": 100}]
    )["stateMachineAliasArn"]
    calls = task("states:startExecution.sync:2", {"StateMachineArn": alias}, Output="{% $states.result.Output %}")
    assert machines.output({"StartAt": "Call", "States": {"Call": calls}}) == "two"


def test_a_version_that_an_alias_leads_to_stays(machines: Machines, published: tuple[str, str, str]) -> None:
    arn, first, second = published
    alias = machines.sfn.create_state_machine_alias(
        name="live", routingConfiguration=[{"stateMachineVersionArn": first, "weight": 100}]
    )["stateMachineAliasArn"]
    with pytest.raises(ClientError, match=r"ConflictException.*\[live\]"):
        machines.sfn.delete_state_machine_version(stateMachineVersionArn=first)
    machines.sfn.delete_state_machine_alias(stateMachineAliasArn=alias)
    machines.sfn.delete_state_machine_version(stateMachineVersionArn=first)
    left = machines.sfn.list_state_machine_versions(stateMachineArn=arn)["stateMachineVersions"]
    assert [version["stateMachineVersionArn"] for version in left] == [second]
    with pytest.raises(machines.sfn.exceptions.StateMachineDoesNotExist):
        machines.sfn.start_execution(stateMachineArn=first)


def synthesised(text: str, *, shift: str = "ALL_AT_ONCE", retained: bool = False, versioned: bool = True) -> str:
    """The template of a CDK app: a machine, a version of its revision, an alias that moves, and one that is routed."""
    stack = cdk.Stack(cdk.App(), "Versioned", synthesizer=cdk.BootstraplessSynthesizer())
    machine = sfn.StateMachine(
        stack,
        "Machine",
        definition_body=sfn.DefinitionBody.from_string(says("${text}")),
        definition_substitutions={"text": text},
    )
    cdk.CfnOutput(stack, "MachineArn", value=machine.state_machine_arn)
    if versioned:
        version = sfn.CfnStateMachineVersion(
            stack,
            "Version",
            state_machine_arn=machine.state_machine_arn,
            state_machine_revision_id=machine.state_machine_revision_id,
        )
        if retained:
            version.apply_removal_policy(cdk.RemovalPolicy.RETAIN)
        moving = sfn.CfnStateMachineAlias(
            stack,
            "Moving",
            name="live",
            deployment_preference=sfn.CfnStateMachineAlias.DeploymentPreferenceProperty(
                state_machine_version_arn=version.ref, type=shift, percentage=10, interval=1
            ),
        )
        routed = sfn.CfnStateMachineAlias(
            stack,
            "Routed",
            routing_configuration=[
                sfn.CfnStateMachineAlias.RoutingConfigurationVersionProperty(
                    state_machine_version_arn=version.attr_arn, weight=100
                )
            ],
        )
        for name, value in {"VersionArn": version.ref, "Live": moving.ref, "Spread": routed.attr_arn}.items():
            cdk.CfnOutput(stack, name, value=value)
    return json.dumps(assertions.Template.from_stack(stack).to_json())


def deployed(aws: EmbeddedAws, name: str, template: str, *, update: bool = False) -> dict[str, str]:
    cloudformation = aws.client("cloudformation")
    call = cloudformation.update_stack if update else cloudformation.create_stack
    call(StackName=name, TemplateBody=template, Capabilities=["CAPABILITY_IAM"])
    outputs = cloudformation.describe_stacks(StackName=name)["Stacks"][0]["Outputs"]
    return {output["OutputKey"]: output["OutputValue"] for output in outputs}


@pytest.mark.parametrize("retained", [False, True])
def test_an_app_with_a_version_and_aliases(aws: EmbeddedAws, machines: Machines, retained: bool) -> None:
    name = f"versioned-{retained}"
    made = deployed(aws, name, synthesised("one", retained=retained))
    assert made["VersionArn"] == f"{made['MachineArn']}:1"
    assert made["Live"] == f"{made['MachineArn']}:live"
    assert [outcome(machines, made[key])["output"] for key in ("VersionArn", "Live", "Spread")] == ["one"] * 3

    moved = deployed(aws, name, synthesised("two", shift="LINEAR", retained=retained), update=True)
    assert moved == {**made, "VersionArn": f"{made['MachineArn']}:2"}
    assert [outcome(machines, moved[key])["output"] for key in ("VersionArn", "Live", "Spread")] == ["two"] * 3
    left = machines.sfn.list_state_machine_versions(stateMachineArn=made["MachineArn"])["stateMachineVersions"]
    numbers = [version["stateMachineVersionArn"].rpartition(":")[2] for version in left]
    assert numbers == (["2", "1"] if retained else ["2"])

    again = deployed(aws, name, synthesised("two", retained=retained), update=True)
    assert again == moved, "what has not changed is not published again"

    deployed(aws, name, synthesised("three", versioned=False), update=True)
    assert machines.sfn.list_state_machine_aliases(stateMachineArn=made["MachineArn"])["stateMachineAliases"] == []
    left = machines.sfn.list_state_machine_versions(stateMachineArn=made["MachineArn"])["stateMachineVersions"]
    assert len(left) == (2 if retained else 0)
    aws.client("cloudformation").delete_stack(StackName=name)


def test_a_version_that_comes_with_a_change_is_of_the_change(aws: EmbeddedAws, machines: Machines) -> None:
    deployed(aws, "added", synthesised("one", versioned=False))
    added = deployed(aws, "added", synthesised("two"), update=True)
    assert added["VersionArn"].endswith(":1")
    assert outcome(machines, added["Live"])["output"] == "two"
    aws.client("cloudformation").delete_stack(StackName="added")
    with pytest.raises(machines.sfn.exceptions.StateMachineDoesNotExist):
        machines.sfn.start_execution(stateMachineArn=added["Live"])


def test_a_definition_as_an_object_and_as_a_file(aws: EmbeddedAws, machines: Machines) -> None:
    s3 = aws.client("s3")
    s3.create_bucket(Bucket="definitions")
    s3.put_object(Bucket="definitions", Key="machine.json", Body=says("${text} of ${number}").encode())
    forms = {
        "Object": {"Definition": json.loads(says("${text} of ${number}"))},
        "File": {"DefinitionS3Location": {"Bucket": "definitions", "Key": "machine.json"}},
    }
    resources = {
        name: {
            "Type": "AWS::StepFunctions::StateMachine",
            "Properties": {**form, "RoleArn": ROLE, "DefinitionSubstitutions": {"text": "one", "number": 2}},
        }
        for name, form in forms.items()
    }
    outputs = {name: {"Value": {"Fn::GetAtt": [name, "Arn"]}} for name in forms}
    made = deployed(aws, "forms", json.dumps({"Resources": resources, "Outputs": outputs}))
    assert {name: outcome(machines, arn)["output"] for name, arn in made.items()} == dict.fromkeys(forms, "one of 2")


def test_an_alias_is_either_routed_or_moved(aws: EmbeddedAws) -> None:
    resources = {"Live": {"Type": "AWS::StepFunctions::StateMachineAlias", "Properties": {"Name": "live"}}}
    with pytest.raises(ClientError, match="either RoutingConfiguration or DeploymentPreference"):
        deployed(aws, "neither", json.dumps({"Resources": resources}))

"""A state machine of small questions to Step Functions: the input's `probe` names the one to ask."""

from __future__ import annotations

from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_stepfunctions as sfn

_TRAIN = "arn:aws:states:::sagemaker:createTrainingJob.sync"
_RULE = "StepFunctionsGetEventsForSageMakerTrainingJobsRule"


def probes(
    stack: cdk.Stack, name: str, jobs: str, job_role: iam.IRole | iam.Role, bucket: s3.IBucket | s3.Bucket
) -> sfn.StateMachine:
    """Define the machine, with a role that may do what the questions take, and may not list the tags of jobs."""
    role = iam.Role(stack, "ProbesRole", assumed_by=iam.ServicePrincipal("states.amazonaws.com"))
    of_jobs = stack.format_arn(service="sagemaker", resource="training-job", resource_name=f"{jobs}-*")
    machine = stack.format_arn(
        service="states", resource="stateMachine", resource_name=name, arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME
    )
    allowed = {
        "sagemaker:CreateTrainingJob": of_jobs,
        "sagemaker:DescribeTrainingJob": of_jobs,
        "sagemaker:StopTrainingJob": of_jobs,
        "sagemaker:AddTags": of_jobs,
        "iam:PassRole": job_role.role_arn,
        "s3:GetObject": bucket.arn_for_objects(f"{jobs}/*"),
        "states:StartExecution": machine,
        "events:PutRule": stack.format_arn(service="events", resource="rule", resource_name=_RULE),
        "events:PutTargets": stack.format_arn(service="events", resource="rule", resource_name=_RULE),
        "events:DescribeRule": stack.format_arn(service="events", resource="rule", resource_name=_RULE),
    }
    for action, resource in allowed.items():
        role.add_to_policy(iam.PolicyStatement(actions=[action], resources=[resource]))
    return sfn.StateMachine(
        stack,
        "Probes",
        state_machine_name=name,
        role=role,
        definition_body=sfn.DefinitionBody.from_string(stack.to_json_string(definition())),
    )


def definition() -> dict[str, Any]:
    """Return the definition, whose language is JSONPath, with states that say they are JSONata."""
    asked = {
        "unknown": ("Unknown", _ends({"Type": "Task", "Resource": _TRAIN, "Arguments": "{% $states.input.request %}"})),
        "branches": ("Branches", _branches()),
        "caught": ("InJsonPath", _caught()),
        "items": ("Items", _items()),
        "context": ("Context", _ends({"Type": "Pass", "Output": "{% $states.context.StateMachine.Id %}"})),
        "body": ("Body", _body()),
    }
    asked["unknown"][1]["Catch"] = [{"ErrorEquals": ["States.ALL"], "Next": "Handled"}]
    choices = [{"Variable": "$.probe", "StringEquals": name, "Next": state} for name, (state, _) in asked.items()]
    choose = {"Type": "Choice", "Choices": choices}
    return {
        "StartAt": "Choose",
        "States": {"Choose": choose, **dict(asked.values()), "Handled": {"Type": "Pass", "End": True}},
    }


def _ends(state: dict[str, Any]) -> dict[str, Any]:
    return {"QueryLanguage": "JSONata", **state, "End": True}


def _branches() -> dict[str, Any]:
    """A job beside a branch that fails."""
    job = _ends({"Type": "Task", "Resource": _TRAIN, "Arguments": "{% $states.input.request %}"})
    wait = {"Type": "Wait", "QueryLanguage": "JSONata", "Seconds": "{% $states.input.seconds %}", "Next": "Break"}
    broken = {"Wait": wait, "Break": {"Type": "Fail", "Error": "Live.Broken"}}
    branches = [{"StartAt": "Job", "States": {"Job": job}}, {"StartAt": "Wait", "States": broken}]
    return _ends({"Type": "Parallel", "Branches": branches})


def _caught() -> dict[str, Any]:
    """A Parallel in JSONPath whose branch is JSONata and fails."""
    broken = {"Type": "Fail", "QueryLanguage": "JSONata", "Error": "{% 'Live.' & 'Broken' %}"}
    return {
        "Type": "Parallel",
        "Branches": [{"StartAt": "Broken", "States": {"Broken": broken}}],
        "OutputPath": "$[0].nothing",
        "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "Handled"}],
        "End": True,
    }


def _items() -> dict[str, Any]:
    """A distributed Map whose items tell the names of their executions."""
    named = _ends({"Type": "Pass", "Output": "{% $states.context.Execution.Name %}"})
    processor = {
        "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
        "StartAt": "Name",
        "States": {"Name": named},
    }
    return _ends({"Type": "Map", "Items": [1, 2], "ItemProcessor": processor})


def _body() -> dict[str, Any]:
    """A small object's body, as it comes."""
    return _ends(
        {
            "Type": "Task",
            "Resource": "arn:aws:states:::aws-sdk:s3:getObject",
            "Arguments": {"Bucket": "{% $states.input.bucket %}", "Key": "{% $states.input.key %}"},
            "Output": "{% {'type': $type($states.result.Body), 'body': $states.result.Body} %}",
        }
    )


def conditions(stack: cdk.Stack, jobs: str, job_role: iam.IRole | iam.Role) -> dict[str, str]:
    """Make roles that may create jobs for one key only, each by another condition; return their ARNs by names.

    Nobody has the key: what is asked in their names is refused for another reason, once it is allowed.
    """
    of_keys = {
        "key": stack.format_arn(service="kms", resource="key", resource_name="00000000-0000-4000-8000-000000000000"),
        "alias": stack.format_arn(service="kms", resource="alias", resource_name="spot-training-live"),
    }
    asked = {
        "WithArn": ("sagemaker:VolumeKmsKeyArn", of_keys["key"]),
        "WithoutArn": ("sagemaker:VolumeKmsKey", of_keys["key"]),
        "AliasWithArn": ("sagemaker:VolumeKmsKeyArn", of_keys["alias"]),
        "AliasWithoutArn": ("sagemaker:VolumeKmsKey", of_keys["alias"]),
    }
    found = {}
    for name, (key, value) in asked.items():
        role = iam.Role(stack, f"May{name}", assumed_by=iam.ServicePrincipal("states.amazonaws.com"))
        of_jobs = stack.format_arn(service="sagemaker", resource="training-job", resource_name=f"{jobs}-*")
        role.add_to_policy(
            iam.PolicyStatement(
                actions=["sagemaker:CreateTrainingJob"], resources=[of_jobs], conditions={"StringEquals": {key: value}}
            )
        )
        role.add_to_policy(iam.PolicyStatement(actions=["iam:PassRole"], resources=[job_role.role_arn]))
        found[name] = role.role_arn
    return found

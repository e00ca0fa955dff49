"""Finds what is looked at: in a synthesised template, or by asking what is deployed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from constructs_lib.runs.aws.errors import RunsError, plain_errors
from constructs_lib.runs.doctor.asking import Asking
from constructs_lib.runs.doctor.subject import DELIVERY, RoleOf, Subject, settings_of
from constructs_lib.runs.synthesised.explain import runs_in
from constructs_lib.runs.synthesised.policy import policies
from constructs_lib.runs.synthesised.template import Machine, Template

_BOOTSTRAP = "BootstrapVersion"

_ARNS = {
    "AWS::S3::Bucket": "arn:{partition}:s3:::{name}",
    "AWS::IAM::Role": "arn:{partition}:iam::{account}:role/{name}",
    "AWS::KMS::Key": "arn:{partition}:kms:{region}:{account}:key/{name}",
    "AWS::Logs::LogGroup": "arn:{partition}:logs:{region}:{account}:log-group:{name}:*",
    "AWS::StepFunctions::StateMachine": "arn:{partition}:states:{region}:{account}:stateMachine:{name}",
    "AWS::ECR::Repository": "arn:{partition}:ecr:{region}:{account}:repository/{name}",
}
_OTHER_ARN = "arn:{partition}:made:{region}:{account}:{name}"


def of_template(asking: Asking, path: Path, wanted: str | None) -> list[Subject]:
    """Read the trainings of a template; what a deployment will make has names that stand for it.

    Args:
        asking: Whom it will be deployed to.
        path: The template.
        wanted: A state machine's logical id or name, or a task's name. Defaults to all.

    Raises:
        RunsError: It cannot be read, or has no such training; says what to do.
    """
    document = Template.read(path, {}).document
    template = Template.read(path, _stand_ins(document, asking))
    granted = policies(template)["Granted"]

    def role(name: str, value: Any) -> RoleOf:
        arn = template.text(value)
        short = arn.rpartition("/")[2]
        mine = _resource(document, short).get("Type") == "AWS::IAM::Role"
        statements = granted.get(short, [])
        policy = {f"the {name} role's policy": _policy(statements)} if statements else {}
        return RoleOf(name=name, arn=arn, exists=not mine, policies=policy)

    def properties(machine: Machine) -> Mapping[str, Any]:
        found: Mapping[str, Any] = document["Resources"][machine.logical_id]["Properties"]
        return found

    found = [
        Subject(
            source=str(path),
            run=run,
            machine_role=role("state machine", properties(machine)["RoleArn"]),
            job_role=role("job", settings_of(run)["Request"]["RoleArn"]),
            made=frozenset(map(_stand_in, document["Resources"])) | frozenset(document["Resources"]),
            bootstrap_parameter=str(document.get("Parameters", {}).get(_BOOTSTRAP, {}).get("Default", "")),
            machine_arn=f"arn:{asking.partition}:states:{asking.region}:{asking.account}:stateMachine:"
            + (machine.name or _stand_in(machine.logical_id)),
            delivery={name: _resolved(template, properties(machine).get(name, {})) for name in DELIVERY},
        )
        for machine in template.machines()
        for run in runs_in(machine)
        if wanted is None or wanted in (run.task, machine.logical_id, machine.name)
    ]
    if not found:
        named = "no state machine of spot-training-constructs" if wanted is None else f"no training {wanted!r}"
        raise RunsError(f"{path} has {named}; pass another --template or --state-machine")
    return found


def of_deployed(asking: Asking, machine_arn: str) -> list[Subject]:
    """Ask for the trainings of a state machine as it is deployed.

    Raises:
        RunsError: AWS cannot be asked, or it is no machine of this library; says what to do.
    """
    with plain_errors():
        told = asking.clients.sfn.describe_state_machine(stateMachineArn=machine_arn)
    machine = Machine(logical_id=told["name"], name=told["name"], definition=json.loads(told["definition"]))
    found = [
        Subject(
            source=machine_arn,
            run=run,
            machine_role=RoleOf(name="state machine", arn=told["roleArn"], exists=True),
            job_role=RoleOf(name="job", arn=settings_of(run)["Request"]["RoleArn"], exists=True),
            machine_arn=machine_arn,
            delivery={name: _in_template_names(told.get(f"{name[0].lower()}{name[1:]}", {})) for name in DELIVERY},
        )
        for run in runs_in(machine)
    ]
    if not found:
        raise RunsError(
            f"{machine_arn} is no state machine of spot-training-constructs; pass --stack or --state-machine"
        )
    return found


def _stand_ins(document: Mapping[str, Any], asking: Asking) -> dict[str, str]:
    """Return values for what only CloudFormation knows, by the names that the template has for them."""
    place = {"partition": asking.partition, "region": asking.region, "account": asking.account}
    domain = "amazonaws.com.cn" if asking.partition == "aws-cn" else "amazonaws.com"
    known = {
        "AWS::Partition": asking.partition,
        "AWS::Region": asking.region,
        "AWS::AccountId": asking.account,
        "AWS::URLSuffix": domain,
    }
    for logical_id, resource in document["Resources"].items():
        kind = resource.get("Type", "")
        # a role keeps its logical id, by which its policies are found; a bucket's name has small letters only
        name = logical_id if kind == "AWS::IAM::Role" else _stand_in(logical_id)
        arn = _ARNS.get(kind, _OTHER_ARN).format(name=name, **place)
        known[logical_id] = arn if kind == "AWS::StepFunctions::StateMachine" else name
        known |= {f"{logical_id}.Arn": arn, f"{logical_id}.Name": name, f"{logical_id}.GroupId": name}
        known[f"{logical_id}.RepositoryUri"] = f"{asking.account}.dkr.ecr.{asking.region}.{domain}/{name}"
    return known


def _resolved(template: Template, value: Any) -> Any:
    """Put texts in the places of intrinsic functions."""
    if isinstance(value, Mapping):
        if any(name == "Ref" or name.startswith("Fn::") for name in value):
            return template.text(value)
        return {name: _resolved(template, member) for name, member in value.items()}
    return [_resolved(template, each) for each in value] if isinstance(value, list) else value


def _in_template_names(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {f"{name[0].upper()}{name[1:]}": _in_template_names(member) for name, member in value.items()}
    return [_in_template_names(each) for each in value] if isinstance(value, list) else value


def _stand_in(logical_id: str) -> str:
    return logical_id.lower()[:63]


def _resource(document: Mapping[str, Any], logical_id: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = document["Resources"].get(logical_id, {})
    return found


def _policy(statements: Any) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": statements}

"""What the tests of this directory hold against each other: policies with something taken away, and what is told."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from constructs_lib.workflow.permission import Condition, Permission
from tests.permissions.deployments import IMPORTED_KEYS, KEYED_BUCKET, KEYED_BUCKET_KEY
from tests.support.cloudformation import ACCOUNT, REGION, DeployedTemplate, RolePolicies, as_list, document
from tools.docs.security import RoleName

Statement = Mapping[str, Any]
Binding = Mapping[str, str]
"""What a deployment fills the `<…>` of the permissions with."""


def roles(template: DeployedTemplate) -> dict[RoleName, RolePolicies]:
    """Return the two roles of a deployment."""
    settings = machine_settings(template)
    found = {role.arn: role for role in map(template.role, template.resources("AWS::IAM::Role"))}
    ((_, machine),) = template.resources("AWS::StepFunctions::StateMachine").items()
    return {"job": found[settings["Request"]["RoleArn"]], "state machine": found[machine["RoleArn"]]}


def resource_policies(template: DeployedTemplate) -> dict[str, dict[str, Any]]:
    """Return the policies of buckets and keys, by ARN; a key of somebody else leaves it to IAM, as AWS advises."""
    leaves_it_to_iam = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
        "Action": "kms:*",
        "Resource": "*",
    }
    return {**template.resource_policies(), **dict.fromkeys(IMPORTED_KEYS, document([leaves_it_to_iam]))}


def machine_settings(template: DeployedTemplate) -> dict[str, Any]:
    """Return what a deployed machine has in its first state."""
    ((_, machine),) = template.resources("AWS::StepFunctions::StateMachine").items()
    (settings,) = _settings(json.loads(machine["DefinitionString"]))
    return settings


def without_each_part(statements: Sequence[Statement]) -> Iterator[tuple[str, list[Statement]]]:
    """Yield what is left of a role's statements without each of them, each action and each resource of them."""
    for index, statement in enumerate(statements):
        others = [*statements[:index], *statements[index + 1 :]]
        actions, resources = as_list(statement["Action"]), as_list(statement["Resource"])
        yield f"without {', '.join(actions)} on {', '.join(resources)}", others
        for key, parts in (("Action", actions), ("Resource", resources)):
            if len(parts) > 1:
                for part in parts:
                    left = {**statement, key: [other for other in parts if other != part]}
                    yield f"without {part} in {', '.join(actions)}", [*others, left]


@dataclass(frozen=True)
class Allowed:
    """One action on one resource, under conditions, as a template has it.

    Attributes:
        role: Whose it is.
        action: The action.
        resource: The resource.
        conditions: The conditions, by operator and key.
    """

    role: RoleName
    action: str
    resource: str
    conditions: Mapping[tuple[str, str], Any]

    def is_told(self, permission: Permission, bindings: Sequence[Binding]) -> bool:
        """Say whether it is what a permission tells, no more and under no other conditions."""
        told = {(condition.operator, condition.key): condition for condition in permission.conditions}
        always = {key for key, condition in told.items() if not condition.when}
        if self.action not in permission.actions or not always <= set(self.conditions) <= set(told):
            return False
        return any(
            fill(resource, binding) == self.resource
            and all(_is_told(value, told[key], binding, bindings) for key, value in self.conditions.items())
            for resource in permission.resources
            for binding in bindings
        )


def allowed_by(template: DeployedTemplate) -> list[Allowed]:
    """Return everything that both roles may do."""
    return [
        Allowed(name, action, resource, _conditions(statement))
        for name, role in roles(template).items()
        for statement in role.statements
        for action in as_list(statement["Action"])
        for resource in as_list(statement["Resource"])
    ]


def _is_told(found: Any, condition: Condition, binding: Binding, bindings: Sequence[Binding]) -> bool:
    if isinstance(condition.value, str):
        return bool(fill(condition.value, binding) == found)
    told = {fill(value, each) for value in condition.value for each in bindings}
    return set(as_list(found)) <= told


def fill(text: str, binding: Binding) -> str | None:
    """Fill in what a deployment says; `None` where this part of it says nothing."""
    filled = re.sub(r"<([^>]+)>", lambda found: binding.get(found[1], found[0]), text)
    return None if re.search(r"<[^>]+>", filled) else filled


def bindings(template: DeployedTemplate) -> list[Binding]:
    """Return what a deployment fills in: what it has once is in all, what it has several times in one each."""
    settings = machine_settings(template)
    request = settings["Request"]
    output = urlsplit(request["OutputDataConfig"]["S3OutputPath"])
    base = {
        "account": ACCOUNT,
        "region": REGION,
        "base job name": settings["BaseJobName"],
        "checkpoint bucket": settings["CheckpointBucket"],
        "output bucket": output.netloc,
        "output prefix": output.path.strip("/"),
        "job role": request["RoleArn"],
        "longest runtime": str(settings["LongestRuntimeInSeconds"]),
    }
    for found in _keys(template, request, base):
        base |= found
    several = [*_image(request), *_inputs(settings), *_network(request), *_capacities(settings)]
    return [base, *({**base, **found} for found in several)]


def _image(request: Mapping[str, Any]) -> Iterator[Binding]:
    algorithm = request["AlgorithmSpecification"]
    registry, _, name = algorithm["TrainingImage"].partition("/")
    if ".ecr." in registry:
        account, *_, region, _, _ = registry.split(".")
        yield {"image repository": f"arn:aws:ecr:{region}:{account}:repository/{re.split('[:@]', name)[0]}"}
    credentials = algorithm.get("TrainingImageConfig", {}).get("TrainingRepositoryAuthConfig")
    if credentials is not None:
        yield {"credentials provider": credentials["TrainingRepositoryCredentialsProviderArn"]}


def _inputs(settings: Mapping[str, Any]) -> Iterator[Binding]:
    request = settings["Request"]
    yield {"source archive": json.loads(request["HyperParameters"]["sagemaker_submit_directory"]).removeprefix("s3://")}
    for location in map(urlsplit, settings["InputLocations"]):
        yield {"channel bucket": location.netloc, "channel prefix": location.path.removeprefix("/")}
        if location.netloc == KEYED_BUCKET:
            yield {"input key": KEYED_BUCKET_KEY}
    for channel in request["InputDataConfig"]:
        place = urlsplit(channel["DataSource"]["S3DataSource"]["S3Uri"])
        if not place.path.endswith("/"):
            yield {"channel object's bucket": place.netloc, "channel object": place.path.removeprefix("/")}


def _keys(template: DeployedTemplate, request: Mapping[str, Any], base: Binding) -> Iterator[Binding]:
    own = request["OutputDataConfig"].get("KmsKeyId")
    for logical_id, bucket in template.resources("AWS::S3::Bucket").items():
        rule = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"][0]["ServerSideEncryptionByDefault"]
        name = template.arn(logical_id).rpartition(":")[2]
        for place in ("checkpoint", "output"):
            # a key of their own goes before that of the models' bucket
            used = place == "checkpoint" or own is None
            if name == base[f"{place} bucket"] and "KMSMasterKeyID" in rule and used:
                yield {f"{place} key": rule["KMSMasterKeyID"]}
    members = {"output key": own, "volume key": request["ResourceConfig"].get("VolumeKmsKeyId")}
    yield from ({place: key} for place, key in members.items() if key)
    for machine_id, machine in template.resources("AWS::StepFunctions::StateMachine").items():
        yield {"state machine": template.arn(machine_id)}
        key = machine.get("EncryptionConfiguration", {}).get("KmsKeyId")
        if key is not None:
            yield {"state machine key": key}


def _network(request: Mapping[str, Any]) -> Iterator[Binding]:
    vpc = request.get("VpcConfig", {})
    yield from ({"subnet": subnet} for subnet in vpc.get("Subnets", []))
    yield from ({"security group": group} for group in vpc.get("SecurityGroupIds", []))


def _capacities(settings: Mapping[str, Any]) -> Iterator[Binding]:
    yield from ({"instance type": capacity["InstanceType"]} for capacity in settings["Capacities"])


def _settings(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        for key, item in value.items():
            if key == "spot_training_settings" and isinstance(item, dict):
                yield item
            else:
                yield from _settings(item)
    elif isinstance(value, list):
        for item in value:
            yield from _settings(item)


def _conditions(statement: Statement) -> dict[tuple[str, str], Any]:
    return {
        (operator, key): value
        for operator, keys in statement.get("Condition", {}).items()
        for key, value in keys.items()
    }

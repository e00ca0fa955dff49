"""A template as it stands when it is deployed: every intrinsic function resolved, and the policies of every role.

Names are those that a deployment gave, or made up from logical ids: the same everywhere, so that policies can be
evaluated. Account and Region are those of the embedded AWS.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

ACCOUNT, REGION = "123456789012", "us-east-1"

_PSEUDO = {
    "AWS::AccountId": ACCOUNT,
    "AWS::NoValue": None,
    "AWS::Partition": "aws",
    "AWS::Region": REGION,
    "AWS::StackId": f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/Stack/01234567-89ab-cdef-0123-456789abcdef",
    "AWS::StackName": "Stack",
    "AWS::URLSuffix": "amazonaws.com",
}

_ARNS = {
    "AWS::EC2::SecurityGroup": f"arn:aws:ec2:{REGION}:{ACCOUNT}:security-group/{{}}",
    "AWS::ECR::Repository": f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/{{}}",
    "AWS::IAM::Role": f"arn:aws:iam::{ACCOUNT}:role/{{}}",
    "AWS::KMS::Key": f"arn:aws:kms:{REGION}:{ACCOUNT}:key/{{}}",
    "AWS::Logs::LogGroup": f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{{}}:*",
    "AWS::S3::Bucket": "arn:aws:s3:::{}",
    "AWS::StepFunctions::StateMachine": f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:{{}}",
}

_NAMED = {
    "AWS::IAM::Role": "RoleName",
    "AWS::S3::Bucket": "BucketName",
    "AWS::StepFunctions::StateMachine": "StateMachineName",
}
"""Where a template may say the name of a resource."""


@dataclass(frozen=True)
class RolePolicies:
    """A role, as IAM has it.

    Attributes:
        arn: Its ARN.
        trust: Who may assume it.
        statements: What it may do, from all its policies.
    """

    arn: str
    trust: dict[str, Any]
    statements: tuple[dict[str, Any], ...]

    @property
    def policy(self) -> dict[str, Any]:
        """All its statements as one document."""
        return document(self.statements)


class DeployedTemplate:
    """A template with everything resolved.

    Args:
        template: The template.
        names: The physical ids by logical id. Defaults to the names in the template, or the logical ids in lower case.
    """

    def __init__(self, template: Mapping[str, Any], names: Mapping[str, str] | None = None) -> None:
        self._template = template
        self._names = {} if names is None else names

    def resources(self, resource_type: str) -> dict[str, dict[str, Any]]:
        """Return the properties of every resource of a type, resolved, by logical id."""
        return {
            logical_id: self.value(resource.get("Properties", {}))
            for logical_id, resource in self._template["Resources"].items()
            if resource["Type"] == resource_type
        }

    def arn(self, logical_id: str) -> str:
        """Return a resource's ARN."""
        name = self._name(logical_id)
        return name if name.startswith("arn:") else _ARNS[self._type(logical_id)].format(name)

    def role(self, logical_id: str) -> RolePolicies:
        """Return a role with its inline policies and the ones that are attached to it."""
        properties = self.resources("AWS::IAM::Role")[logical_id]
        documents = [policy["PolicyDocument"] for policy in properties.get("Policies", [])]
        name = self._name(logical_id)
        attached = self.resources("AWS::IAM::Policy").values()
        documents.extend(policy["PolicyDocument"] for policy in attached if name in policy["Roles"])
        assert not properties.get("ManagedPolicyArns"), "a managed policy cannot be evaluated here"
        statements = [statement for found in documents for statement in found["Statement"]]
        return RolePolicies(self.arn(logical_id), properties["AssumeRolePolicyDocument"], tuple(statements))

    def resource_policies(self) -> dict[str, dict[str, Any]]:
        """Return the policies of buckets and keys, by ARN."""
        found = {
            f"arn:aws:s3:::{properties['Bucket']}": properties["PolicyDocument"]
            for properties in self.resources("AWS::S3::BucketPolicy").values()
        }
        for logical_id, properties in self.resources("AWS::KMS::Key").items():
            found[self.arn(logical_id)] = properties["KeyPolicy"]
        return found

    def value(self, value: Any) -> Any:
        """Resolve a value; what becomes AWS::NoValue is left out."""
        if isinstance(value, list):
            return [item for item in map(self.value, value) if item is not None]
        if not isinstance(value, Mapping):
            return value
        if len(value) == 1:
            (name, argument) = next(iter(value.items()))
            if name == "Ref" or name.startswith("Fn::"):
                return self._function(name, argument)
        return {key: item for key, found in value.items() if (item := self.value(found)) is not None}

    def _function(self, name: str, argument: Any) -> Any:
        if name == "Ref":
            return self._reference(argument)
        if name == "Fn::GetAtt":
            logical_id, attribute = argument
            return self._attribute(logical_id, attribute)
        if name == "Fn::Sub":
            return re.sub(r"\$\{([^}]+)\}", lambda found: str(self._named(found[1])), argument)
        if name == "Fn::If":
            condition, yes, no = argument
            return self.value(yes if self._holds(self._template["Conditions"][condition]) else no)
        if name == "Fn::FindInMap":
            top, first, second = argument
            return self._template["Mappings"][top][self.value(first)][self.value(second)]
        arguments = self.value(argument)
        if name == "Fn::Join":
            return arguments[0].join(arguments[1])
        if name == "Fn::Select":
            return arguments[1][int(arguments[0])]
        if name == "Fn::Split":
            return arguments[1].split(arguments[0])
        raise ValueError(f"{name} is not resolved here")

    def _holds(self, condition: Mapping[str, Any]) -> bool:
        ((name, arguments),) = condition.items()
        if name == "Fn::Equals":
            return bool(self.value(arguments[0]) == self.value(arguments[1]))
        if name == "Condition":
            return self._holds(self._template["Conditions"][arguments])
        if name == "Fn::Not":
            return not self._holds(arguments[0])
        if name in ("Fn::And", "Fn::Or"):
            return (all if name == "Fn::And" else any)(map(self._holds, arguments))
        raise ValueError(f"{name} is not resolved here")

    def _reference(self, name: str) -> Any:
        if name in _PSEUDO:
            return _PSEUDO[name]
        parameter = self._template.get("Parameters", {}).get(name)
        if parameter is not None:
            # a number is a text, too, where it is referred to
            return str(parameter["Default"])
        arn = self._type(name) == "AWS::StepFunctions::StateMachine"
        return self.arn(name) if arn else self._name(name)

    def _attribute(self, logical_id: str, attribute: str) -> str:
        if attribute in ("Arn", "GroupId"):
            return self.arn(logical_id) if attribute == "Arn" else self._name(logical_id)
        if attribute == "Name":
            return self._name(logical_id).rpartition(":")[2]
        raise ValueError(f"the attribute {attribute} is not resolved here")

    def _named(self, name: str) -> Any:
        logical_id, _, attribute = name.partition(".")
        return self._attribute(logical_id, attribute) if attribute else self._reference(name)

    def _name(self, logical_id: str) -> str:
        if logical_id in self._names:
            return self._names[logical_id]
        given = self._template["Resources"][logical_id].get("Properties", {}).get(_NAMED.get(self._type(logical_id)))
        return given if isinstance(given, str) else logical_id.lower()

    def _type(self, logical_id: str) -> str:
        return str(self._template["Resources"][logical_id]["Type"])


def document(statements: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return a policy document."""
    return {"Version": "2012-10-17", "Statement": [dict(statement) for statement in statements]}


def as_list(value: Any) -> list[Any]:
    """Return what a policy has as one or as several always as several."""
    return value if isinstance(value, list) else [value]

"""SimulatePrincipalPolicy: what a role's policies say of an action."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from constructs_lib.local.embedded_aws import EmbeddedAws
from constructs_lib.runs.calls.policies import Decision, evaluate


def allow(action: Any, resource: Any = "*", effect: str = "Allow", **more: Any) -> dict[str, Any]:
    return {"Effect": effect, "Action": action, "Resource": resource, **more}


def document(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


@pytest.mark.parametrize(
    ("statements", "decision"),
    [
        ([], "implicitDeny"),
        ([allow("s3:Put*", "arn:aws:s3:::b/*")], "allowed"),
        ([allow("S3:putobject", "arn:aws:s3:::b/?")], "allowed"),
        ([allow("s3:PutObject", "arn:aws:s3:::B/*")], "implicitDeny"),
        ([allow(["s3:Get*", "s3:List*"])], "implicitDeny"),
        ([allow("*"), allow("s3:PutObject", "*", "Deny")], "explicitDeny"),
        ([allow("s3:PutObject.x"), allow("s3:Put.bject")], "implicitDeny"),
        ([{"Effect": "Allow", "NotAction": "s3:GetObject", "Resource": "*"}], "allowed"),
        ([{"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"}], "implicitDeny"),
        ([{"Effect": "Deny", "Action": "*", "NotResource": "arn:aws:s3:::b/*"}, allow("*")], "allowed"),
    ],
)
def test_actions_and_resources_are_matched_as_iam_matches_them(
    statements: list[dict[str, Any]], decision: Decision
) -> None:
    assert evaluate([document(*statements)], "s3:PutObject", "arn:aws:s3:::b/k", {}).decision == decision


@pytest.mark.parametrize(
    ("condition", "with_key", "without"),
    [
        ({"StringEquals": {"aws:K": "v"}}, True, False),
        ({"StringEquals": {"aws:k": ["u", "v"]}}, True, False),
        ({"StringNotEquals": {"aws:k": "v"}}, False, True),
        ({"StringNotLike": {"aws:k": ["u*", "w*"]}}, True, True),
        ({"StringEqualsIfExists": {"aws:k": "u"}}, False, True),
        ({"StringLike": {"aws:k": "?"}}, True, False),
        ({"ForAllValues:StringEquals": {"aws:k": "v"}}, True, True),
        ({"ForAnyValue:StringEquals": {"aws:k": "u"}}, False, False),
        ({"Null": {"aws:k": "true"}}, False, True),
        ({"Null": {"aws:k": "false"}}, True, False),
        ({"StringEquals": {"aws:k": "v"}, "Bool": {"aws:other": "true"}}, False, False),
    ],
)
def test_conditions_hold_as_iam_has_them(condition: dict[str, Any], with_key: bool, without: bool) -> None:
    policies = [document(allow("*", Condition=condition))]
    for context, holds in (({"aws:k": ["v"]}, with_key), ({}, without)):
        assert (evaluate(policies, "s3:PutObject", "*", context).decision == "allowed") == holds
    assert evaluate(policies, "s3:PutObject", "*", {}).missing[0].lower() == "aws:k"


def test_fails_on_an_operator_that_is_not_known() -> None:
    with pytest.raises(NotImplementedError, match="the condition operator 'IpAddress' is not evaluated"):
        evaluate([document(allow("*", Condition={"IpAddress": {"aws:SourceIp": "::1"}}))], "s3:PutObject", "*", {})


def test_a_role_is_simulated_by_all_its_policies() -> None:
    with EmbeddedAws() as aws:
        iam = aws.client("iam")

        def policy(name: str, *statements: dict[str, Any]) -> str:
            made = iam.create_policy(PolicyName=name, PolicyDocument=json.dumps(document(*statements)))
            return str(made["Policy"]["Arn"])

        boundary = policy("boundary", allow("s3:*"))
        role = iam.create_role(RoleName="r", AssumeRolePolicyDocument="{}", PermissionsBoundary=boundary)["Role"]["Arn"]
        inline = document(allow("s3:PutObject", "arn:aws:s3:::b/*"), allow("iam:PassRole"))
        iam.put_role_policy(RoleName="r", PolicyName="inline", PolicyDocument=json.dumps(inline))
        condition = {"StringEquals": {"aws:k": "v"}}
        iam.attach_role_policy(RoleName="r", PolicyArn=policy("managed", allow("s3:GetObject", Condition=condition)))

        def simulate(**asked: Any) -> list[tuple[str, str, str, list[str]]]:
            found = iam.simulate_principal_policy(PolicySourceArn=role, **asked)["EvaluationResults"]
            names = ("EvalActionName", "EvalResourceName", "EvalDecision", "MissingContextValues")
            return [tuple(result[name] for name in names) for result in found]

        assert simulate(
            ActionNames=["s3:PutObject", "iam:PassRole"], ResourceArns=["arn:aws:s3:::b/*", "arn:aws:s3:::c/*"]
        ) == [
            ("s3:PutObject", "arn:aws:s3:::b/*", "allowed", []),
            ("s3:PutObject", "arn:aws:s3:::c/*", "implicitDeny", []),
            ("iam:PassRole", "arn:aws:s3:::b/*", "implicitDeny", []),
            ("iam:PassRole", "arn:aws:s3:::c/*", "implicitDeny", []),
        ]
        assert simulate(ActionNames=["s3:GetObject"]) == [("s3:GetObject", "*", "implicitDeny", ["aws:k"])]
        entry = {"ContextKeyName": "aws:K", "ContextKeyValues": ["v"], "ContextKeyType": "string"}
        assert simulate(ActionNames=["s3:GetObject"], ContextEntries=[entry])[0][2] == "allowed"
        for arn in (f"{role}-2", "arn:aws:iam::123456789012:user/u"):
            with pytest.raises(ClientError) as error:
                iam.simulate_principal_policy(PolicySourceArn=arn, ActionNames=["s3:GetObject"])
            assert error.value.response["Error"]["Code"] == "NoSuchEntity"

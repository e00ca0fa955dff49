"""Dashboards as CloudWatch reads them: the body of a synthesised one, and what is wrong with a body."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
from aws_cdk.assertions import Template

SCHEMA = json.loads(Path(__file__).with_name("body.schema.json").read_text(encoding="utf-8"))

KNOWN = {
    "AWS::Region": "eu-west-1",
    "AWS::Partition": "aws",
    "AWS::AccountId": "123456789012",
    "AWS::URLSuffix": "amazonaws.com",
}
"""What only CloudFormation knows, where a test must have it too."""


def resolved(value: Any) -> str:
    """Write a text with intrinsic functions as CloudFormation would, each resource by its logical id."""
    if isinstance(value, str):
        return value
    if "Fn::Join" in value:
        delimiter, parts = value["Fn::Join"]
        return str(delimiter).join(map(resolved, parts))
    if "Ref" in value:
        return str(KNOWN.get(value["Ref"], value["Ref"]))
    name, attribute = value["Fn::GetAtt"]
    return f"{name}.{attribute}"


def dashboard_body(template: Template) -> dict[str, Any]:
    """Return the body of the one dashboard of a template."""
    (dashboard,) = template.find_resources("AWS::CloudWatch::Dashboard").values()
    body: dict[str, Any] = json.loads(resolved(dashboard["Properties"]["DashboardBody"]))
    return body


def body_problems(body: object) -> list[str]:
    """List what CloudWatch's own structure of a dashboard does not allow."""
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    found = jsonschema.Draft202012Validator(SCHEMA).iter_errors(body)
    return [f"{'/'.join(map(str, error.absolute_path))}: {error.message}" for error in found]

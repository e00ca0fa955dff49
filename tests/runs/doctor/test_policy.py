"""The policy of who uses the doctor has every call that it makes, and no other."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator

import botocore.session
from botocore import xform_name

from tests.support.places import DOCS, ROOT

SERVICES = {
    "accessanalyzer": "access-analyzer", "ec2": "ec2", "ecr": "ecr", "iam": "iam", "kms": "kms", "logs": "logs",
    "s3": "s3", "service-quotas": "servicequotas", "ssm": "ssm", "stepfunctions": "states", "sts": "sts",
}  # fmt: skip
"""The services that the doctor asks, each with its prefix in IAM."""

OTHER_NAMES = {
    "s3:HeadBucket": "s3:ListBucket",
    "s3:ListObjectsV2": "s3:ListBucket",
    "s3:GetBucketLifecycleConfiguration": "s3:GetLifecycleConfiguration",
}
"""The actions that allow operations of another name, by the service authorization reference."""


def words() -> Iterator[str]:
    """Yield what the doctor's source names: attributes and texts."""
    for path in (ROOT / "constructs_lib/runs/doctor").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute):
                yield node.attr
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value


def test_it_has_each_call_and_no_other() -> None:
    session = botocore.session.Session()
    operations = {
        xform_name(name): f"{prefix}:{name}"
        for service, prefix in SERVICES.items()
        for name in session.get_service_model(service).operation_names
    }
    called = {operations[word] for word in words() if word in operations}
    policy = json.loads((DOCS / "reference" / "doctor-policy.json").read_text(encoding="utf-8"))
    allowed = [action for statement in policy["Statement"] for action in statement["Action"]]
    assert sorted(allowed) == sorted({OTHER_NAMES.get(action, action) for action in called})


def test_it_changes_nothing() -> None:
    policy = json.loads((DOCS / "reference" / "doctor-policy.json").read_text(encoding="utf-8"))
    verbs = {action.partition(":")[2] for statement in policy["Statement"] for action in statement["Action"]}
    reading = ("Get", "List", "Describe", "Simulate", "Validate", "Test", "BatchGet")
    assert [verb for verb in verbs if not verb.startswith(reading)] == []

"""Logs, traces and the key of the state machine, as the embedded AWS has them, both ways."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from constructs_lib.local.embedded_aws import EmbeddedAws
from constructs_lib.runs.doctor.asking import Asking
from constructs_lib.runs.doctor.checks import keys, logs
from constructs_lib.runs.doctor.checks.roles import simulated
from constructs_lib.runs.doctor.reading import of_deployed, of_template
from constructs_lib.runs.doctor.subject import Subject
from constructs_lib.workflow.definition import run_definition
from tests.runs.doctor.conftest import MACHINE, MakeSubject
from tests.runs.doctor.told import told
from tests.support.run_documents import run_settings
from tests.support.synthesised import template, write_template

GROUP = "/aws/vendedlogs/states/churn"
KEY = "arn:aws:kms:eu-west-1:123456789012:key/00000000-0000-4000-8000-000000000000"


def arn(group: str) -> str:
    return f"arn:aws:logs:eu-west-1:123456789012:log-group:{group}:*"


def logged(group: str = GROUP) -> dict[str, Any]:
    destination = {"CloudWatchLogsLogGroup": {"LogGroupArn": arn(group)}}
    return {"LoggingConfiguration": {"Level": "ALL", "Destinations": [destination]}}


def policy(service: str, resource: str = arn("/aws/vendedlogs/states/*"), filled: int = 0) -> str:
    # as Step Functions writes it
    statement = {
        "Sid": "AWSLogDeliveryWrite" + "x" * filled,
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
        "Resource": [resource.removesuffix(":*") + ":log-stream:*"],
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def test_log_delivery_takes_a_group_and_a_policy(aws: EmbeddedAws, asking: Asking, subject: MakeSubject) -> None:
    client = aws.client("logs")
    made, plain = subject(delivery=logged(), made=frozenset({GROUP})), subject(delivery=logged())
    assert told(logs.look(asking, plain)) == [f"problem: there is no log group {GROUP}"]
    assert told(logs.look(asking, made)) == [f"ok: the deployment makes Step Functions ask for the delivery to {GROUP}"]
    client.create_log_group(logGroupName=GROUP)
    denied = f"no policy of CloudWatch Logs lets Step Functions deliver to {GROUP}"
    assert told(logs.look(asking, plain)) == [f"problem: {denied}"]
    names = [f"policy-{number}" for number in range(10)]
    for name in names:
        client.put_resource_policy(policyName=name, policyDocument=policy("es.amazonaws.com"))
    for full in (plain, made):
        assert told(logs.look(asking, full)) == [f"problem: {denied}, and eu-west-1 has 10, of at most 10"]
    client.delete_resource_policy(policyName=names[0])
    client.put_resource_policy(policyName="other", policyDocument=policy("delivery.logs.amazonaws.com", arn("other")))
    assert told(logs.look(asking, plain)) == [f"problem: {denied}"]
    client.delete_resource_policy(policyName="other")
    client.put_resource_policy(policyName="delivery", policyDocument=policy("delivery.logs.amazonaws.com"))
    assert told(logs.look(asking, plain)) == [f"ok: CloudWatch Logs lets Step Functions deliver to {GROUP}"]
    assert list(logs.look(asking, subject())) == []


def test_a_group_of_another_name_takes_room_in_the_policy(
    aws: EmbeddedAws, asking: Asking, subject: MakeSubject
) -> None:
    client, group = aws.client("logs"), "churn-logs"
    client.create_log_group(logGroupName=group)
    for filled, status in ((4000, {"ok"}), (4700, {"ok", "warning"})):
        document = policy("delivery.logs.amazonaws.com", arn(group), filled)
        client.put_resource_policy(policyName="delivery", policyDocument=document)
        found = told(logs.look(asking, subject(delivery=logged(group))))
        assert {each.partition(":")[0] for each in found} == status


@pytest.mark.parametrize(
    ("delivery", "action"),
    [
        (logged(), "logs:CreateLogDelivery"),
        ({"TracingConfiguration": {"Enabled": True}}, "xray:PutTraceSegments"),
        ({"EncryptionConfiguration": {"KmsKeyId": KEY}}, "kms:Decrypt"),
    ],
)
def test_the_role_of_the_machine_is_asked_for_what_delivers(
    asking: Asking, subject: MakeSubject, delivery: dict[str, Any], action: str
) -> None:
    def denied(*statements: dict[str, Any]) -> list[str]:
        everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
        written = {"Version": "2012-10-17", "Statement": [everything, *statements]}
        found = told(simulated.look(asking, subject(policies=written, delivery=delivery)))
        return [each for each in found if each.startswith("problem") and f"may not do {action} on" in each]

    assert denied() == []
    assert len(denied({"Effect": "Deny", "Action": action, "Resource": "*"})) == 1
    none = told(simulated.look(asking, subject(policies={"Version": "2012-10-17", "Statement": []})))
    assert [each for each in none if f"may not do {action} on" in each] == []


def test_the_key_of_the_machine_is_described(aws: EmbeddedAws, asking: Asking, subject: MakeSubject) -> None:
    kms = aws.client("kms")
    key = kms.create_key()["KeyMetadata"]["Arn"]
    its = subject(delivery={"EncryptionConfiguration": {"KmsKeyId": key}})
    assert told(keys.look(asking, its)) == [f"ok: the key {key}, of the state machine, is enabled"]
    kms.disable_key(KeyId=key.rpartition("/")[2])
    assert told(keys.look(asking, its)) == [f"problem: the key {key}, of the state machine, is Disabled"]


def of_both(aws: EmbeddedAws, asking: Asking, directory: Path) -> list[Subject]:
    """Read one machine in a template, and deployed."""
    definition = run_definition(run_settings())
    written = template(Machine=definition)
    written["Resources"]["Machine"]["Properties"] |= {
        "StateMachineName": "machine",
        "RoleArn": "arn:aws:iam::123456789012:role/machine",
        "LoggingConfiguration": {
            "Level": "ALL",
            "Destinations": [{"CloudWatchLogsLogGroup": {"LogGroupArn": {"Fn::Join": ["", [arn(GROUP)]]}}}],
        },
        "TracingConfiguration": {"Enabled": True},
        "EncryptionConfiguration": {"KmsKeyId": KEY, "Type": "CUSTOMER_MANAGED_KMS_KEY"},
    }
    deployed = aws.client("stepfunctions").create_state_machine(
        name="machine",
        definition=json.dumps(definition),
        roleArn="arn:aws:iam::123456789012:role/machine",
        loggingConfiguration={
            "level": "ALL",
            "destinations": [{"cloudWatchLogsLogGroup": {"logGroupArn": arn(GROUP)}}],
        },
        tracingConfiguration={"enabled": True},
        encryptionConfiguration={"kmsKeyId": KEY, "type": "CUSTOMER_MANAGED_KMS_KEY"},
    )["stateMachineArn"]
    path = write_template(directory / "t.template.json", written)
    return [*of_template(asking, path, None), *of_deployed(asking, deployed)]


def test_it_is_read_from_templates_and_from_what_is_deployed(aws: EmbeddedAws, asking: Asking, tmp_path: Path) -> None:
    for subject in of_both(aws, asking, tmp_path):
        assert (subject.machine_arn, subject.log_groups, subject.machine_key) == (MACHINE, [arn(GROUP)], KEY)
        assert subject.delivery["TracingConfiguration"] == {"Enabled": True}

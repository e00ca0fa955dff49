"""Whether the KMS keys of a job and of the state machine exist, are enabled, and are in the Region.

https://docs.aws.amazon.com/kms/latest/APIReference/API_DescribeKey.html
"""

from __future__ import annotations

from collections.abc import Iterator

from constructs_lib.runs.aws.errors import RunsError, aws_errors, error_code, sentence
from constructs_lib.runs.doctor.asking import Asking
from constructs_lib.runs.doctor.finding import Finding, ok, problem
from constructs_lib.runs.doctor.subject import Subject

CHECK = "keys"


def look(asking: Asking, subject: Subject) -> Iterator[Finding]:
    """Describe each key."""
    for member, key in _keys(subject).items():
        if subject.will_be_made(key):
            yield ok(CHECK, f"the deployment makes the key of {member}")
            continue
        try:
            told = asking.client("kms").describe_key(KeyId=key)["KeyMetadata"]
        except aws_errors() as error:
            if error_code(error) != "NotFoundException":
                raise RunsError(sentence(error)) from error
            yield problem(CHECK, f"there is no key {key}, of {member}", "make it, or name another one")
            continue
        if told["KeyState"] != "Enabled":
            fix = "enable it, or cancel its deletion"
            yield problem(CHECK, f"the key {key}, of {member}, is {told['KeyState']}", fix)
        elif told["Arn"].split(":")[3] != asking.region:
            fix = f"name one of {asking.region}"
            yield problem(CHECK, f"the key {key}, of {member}, is in {told['Arn'].split(':')[3]}", fix)
        else:
            yield ok(CHECK, f"the key {key}, of {member}, is enabled")


def _keys(subject: Subject) -> dict[str, str]:
    request = subject.request
    named = {
        "OutputDataConfig": request["OutputDataConfig"].get("KmsKeyId"),
        "ResourceConfig": request.get("ResourceConfig", {}).get("VolumeKmsKeyId"),
        "the state machine": subject.machine_key,
    }
    return {member: str(key) for member, key in named.items() if key}

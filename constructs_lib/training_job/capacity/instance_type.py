"""Instance types: what is known of one beyond that the API model lists it."""

from __future__ import annotations

from collections.abc import Iterator

from constructs_lib.training_job.service_model import (
    WELL_FORMED_INSTANCE_TYPE,
    closest_instance_type,
    instance_types,
)
from constructs_lib.training_job.tokens import is_token

LOCAL_STORAGE_FAMILIES = frozenset(
    {
        "g4dn", "g5", "g6", "g6e", "g7e", "p3dn", "p4d", "p4de", "p5", "p5e", "p5en", "p6-b200", "p6-b300", "p6e-gb200",
        "r5d", "trn1", "trn1n", "trn2",
    }
)  # fmt: skip
"""Families for training whose instances come with NVMe volumes of their own and get no EBS volume.

SageMaker's page names ml.p4d, ml.g4dn and ml.g5 and refers to EC2's tables for the rest. ml.g7 is in neither list here:
nothing is said against it. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/InstanceStorage.html and
https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ResourceConfig.html
"""

EBS_ONLY_FAMILIES = frozenset(
    {
        "c4", "c5", "c5n", "c6i", "c7i", "c7i-flex", "c8i", "c8i-flex", "m4", "m5", "m6i", "m7i", "m7i-flex", "m8i",
        "m8i-flex", "p2", "p3", "r5", "r6i", "r7i", "r8i", "r8i-flex", "t3",
    }
)  # fmt: skip
"""Families for training whose instances have no volume of their own: the request must say how large one they get.

https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ebs-optimized.html and
https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ResourceConfig.html
"""

FABRIC_FAMILIES = frozenset(
    {"p3dn", "p4d", "p4de", "p5", "p5e", "p5en", "p6-b200", "p6-b300", "p6e-gb200", "trn1", "trn1n", "trn2"}
)
"""Families for training whose instances have an Elastic Fabric Adapter whatever their number.

https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/efa.html#efa-instance-types
"""

_ACCELERATED = ("p", "g", "trn")


def family(instance_type: str) -> str:
    """Return the family of an instance type: `g5` of `ml.g5.xlarge`; empty for what is none, or not known yet."""
    parts = instance_type.split(".")
    return parts[1] if len(parts) == 3 and not is_token(instance_type) else ""


def has_local_storage(instance_type: str) -> bool:
    """Return whether an instance brings its own volumes, which no KMS key of ours encrypts; no, where it is unknown."""
    return family(instance_type) in LOCAL_STORAGE_FAMILIES


def is_ebs_only(instance_type: str) -> bool:
    """Return whether an instance has only the volume that the request asks for; no, where it is unknown."""
    return family(instance_type) in EBS_ONLY_FAMILIES


def has_fabric_adapter(instance_type: str) -> bool:
    """Return whether an instance comes with an Elastic Fabric Adapter; no, where it is unknown."""
    return family(instance_type) in FABRIC_FAMILIES


def is_accelerated(instance_type: str) -> bool:
    """Return whether an instance type is of the ml.p, ml.g or ml.trn families, as StoppingCondition tells them apart.

    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_StoppingCondition.html
    """
    return family(instance_type).startswith(_ACCELERATED)


def instance_type_problems(argument: str, instance_type: object) -> Iterator[str]:
    """Yield what is wrong with an instance type: one that is newer than botocore is fine, one without `ml.` is not."""
    if isinstance(instance_type, str) and is_token(instance_type):
        return
    if not isinstance(instance_type, str) or not WELL_FORMED_INSTANCE_TYPE.fullmatch(instance_type):
        hint = closest_instance_type(str(instance_type), instance_types())
        yield f"'{argument}' must be an instance type such as 'ml.m5.xlarge', got {instance_type!r}{hint}"


def is_known(instance_type: str) -> bool:
    """Return whether the service model lists an instance type; yes for a token, which cannot be judged."""
    return is_token(instance_type) or instance_type in instance_types()


def hint(instance_type: str) -> str:
    """Return `; did you mean 'ml.g5.xlarge'` for an instance type that the model does not list, or nothing."""
    return "" if is_known(instance_type) else closest_instance_type(instance_type, instance_types())

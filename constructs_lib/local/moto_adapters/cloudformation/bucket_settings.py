"""Buckets made by CloudFormation get the settings that the template says: lifecycle, versions, public access, policy.

Reaches into moto/s3/models.py, whose buckets only take encryption and tags from a template, and
moto/cloudformation/parsing.py, which knows no bucket policies. The settings go through S3's own API, which refuses
what is wrong with them. A policy can be read back and is not enforced: moto would hold a TLS-only one against us.
"""

from __future__ import annotations

from typing import Any

from moto.cloudformation import parsing
from moto.iam.access_control import PermissionResult
from moto.s3.models import FakeBucket

from constructs_lib.local.moto_adapters.cloudformation.bucket_policy import bucket_policy_class
from constructs_lib.local.moto_adapters.cloudformation.lifecycle_rules import to_api_rule
from constructs_lib.local.moto_adapters.emulation import Emulation
from constructs_lib.local.moto_adapters.patching import Patch

_BUCKET_POLICY = "AWS::S3::BucketPolicy"


def patches(emulation: Emulation) -> list[Patch]:
    """Apply a template's settings to its buckets."""

    def creating(original: Any) -> Any:
        def create(
            _: Any, /, resource_name: str, cloudformation_json: Any, account_id: str, region_name: str, **kwargs: Any
        ) -> Any:
            bucket = original(resource_name, cloudformation_json, account_id, region_name, **kwargs)
            _apply(emulation.client("s3", region_name), bucket.name, cloudformation_json.get("Properties", {}))
            return bucket

        return classmethod(create)

    def updating(original: Any) -> Any:
        def update(
            _: Any,
            /,
            original_resource: Any,
            new_resource_name: str,
            cloudformation_json: Any,
            account_id: str,
            region_name: str,
        ) -> Any:
            properties = cloudformation_json.setdefault("Properties", {})
            # moto looks for the name where a template need not have one
            properties.setdefault("BucketName", original_resource.name)
            bucket = original(original_resource, new_resource_name, cloudformation_json, account_id, region_name)
            _apply(emulation.client("s3", region_name), bucket.name, properties)
            return bucket

        return classmethod(update)

    policy_class = bucket_policy_class(emulation)

    def with_policies(original: Any) -> Any:
        def resource_class_from_type(resource_type: str) -> Any:
            return policy_class if resource_type == _BUCKET_POLICY else original(resource_type)

        return resource_class_from_type

    return [
        Patch(
            owner=FakeBucket,
            name="create_from_cloudformation_json",
            signature="(resource_name, cloudformation_json, account_id, region_name, **kwargs)",
            make=creating,
        ),
        Patch(
            owner=FakeBucket,
            name="update_from_cloudformation_json",
            signature="(original_resource, new_resource_name, cloudformation_json, account_id, region_name)",
            make=updating,
        ),
        Patch(
            owner=FakeBucket,
            name="get_permission",
            signature="(self, action, resource)",
            make=lambda _: _allow,
        ),
        Patch(owner=parsing, name="resource_class_from_type", signature="(resource_type)", make=with_policies),
    ]


def _allow(*_: object) -> PermissionResult:
    return PermissionResult.NEUTRAL


def _apply(s3: Any, bucket: str, properties: dict[str, Any]) -> None:
    """Apply what the template says; what an update no longer says stays as it is."""
    if rules := properties.get("LifecycleConfiguration", {}).get("Rules"):
        s3.put_bucket_lifecycle_configuration(
            Bucket=bucket, LifecycleConfiguration={"Rules": [to_api_rule(rule) for rule in rules]}
        )
    if versioning := properties.get("VersioningConfiguration"):
        s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": versioning["Status"]})
    if block := properties.get("PublicAccessBlockConfiguration"):
        s3.put_public_access_block(
            Bucket=bucket,
            PublicAccessBlockConfiguration={key: str(value).lower() == "true" for key, value in block.items()},
        )
    if ownership := properties.get("OwnershipControls"):
        s3.put_bucket_ownership_controls(Bucket=bucket, OwnershipControls={"Rules": ownership["Rules"]})

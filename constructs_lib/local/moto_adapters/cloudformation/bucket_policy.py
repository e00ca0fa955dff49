"""AWS::S3::BucketPolicy, which moto's CloudFormation does not know.

It has the methods that moto/cloudformation/parsing.py calls, with the parameters that it passes by name.
"""

from __future__ import annotations

import contextlib
import json
from typing import Any

from constructs_lib.local.moto_adapters.emulation import Emulation

# ruff: noqa: ARG003, ARG004 - moto passes more than a policy needs


def bucket_policy_class(emulation: Emulation) -> type:
    """Return the class that makes bucket policies in this embedded AWS."""

    class BucketPolicy:
        """AWS::S3::BucketPolicy, with the methods that moto's CloudFormation calls."""

        def __init__(self, bucket: str) -> None:
            self.physical_resource_id = bucket

        @staticmethod
        def has_cfn_attr(attr: str) -> bool:
            return False

        def is_created(self) -> bool:
            return True

        @classmethod
        def create_from_cloudformation_json(
            cls, resource_name: str, cloudformation_json: Any, account_id: str, region_name: str, **kwargs: Any
        ) -> Any:
            properties = cloudformation_json["Properties"]
            emulation.client("s3", region_name).put_bucket_policy(
                Bucket=properties["Bucket"], Policy=json.dumps(properties["PolicyDocument"])
            )
            return cls(properties["Bucket"])

        @classmethod
        def update_from_cloudformation_json(
            cls,
            original_resource: Any,
            new_resource_name: str,
            cloudformation_json: Any,
            account_id: str,
            region_name: str,
        ) -> Any:
            return cls.create_from_cloudformation_json(new_resource_name, cloudformation_json, account_id, region_name)

        @classmethod
        def delete_from_cloudformation_json(
            cls, resource_name: str, cloudformation_json: Any, account_id: str, region_name: str
        ) -> None:
            s3 = emulation.client("s3", region_name)
            # moto deletes in any order; the bucket may be gone, and its policy with it
            with contextlib.suppress(s3.exceptions.NoSuchBucket):
                s3.delete_bucket_policy(Bucket=resource_name)

    return BucketPolicy

"""AWS::EC2::RouteTable is deleted with its stack, with its associations: a VPC that has more than the main one stays.

Reaches into moto/ec2/models/route_tables.py, whose route tables CloudFormation makes and cannot delete.
"""

from __future__ import annotations

from typing import Any

from moto.ec2.models import ec2_backends
from moto.ec2.models.route_tables import RouteTable

from constructs_lib.local.moto_adapters.emulation import Emulation
from constructs_lib.local.moto_adapters.patching import Patch


def patches(_: Emulation) -> list[Patch]:
    """Let CloudFormation delete route tables."""
    return [
        Patch(
            owner=RouteTable,
            name="delete_from_cloudformation_json",
            signature="(resource_name, cloudformation_json, account_id, region_name)",
            make=lambda _: classmethod(_delete),
        )
    ]


def _delete(_: Any, resource_name: str, cloudformation_json: Any, account_id: str, region_name: str) -> None:  # noqa: ARG001 - moto passes it
    ec2_backends[account_id][region_name].route_tables.pop(resource_name, None)

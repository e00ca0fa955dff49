"""The clients by which moto's own integrations call the endpoint: they bear the key that it asks for.

Reaches into moto/stepfunctions/parser/asl/utils/boto_client.py.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from moto.stepfunctions.parser.asl.utils import boto_client

from constructs_lib.local.moto_adapters.emulation import Emulation
from constructs_lib.local.moto_adapters.patching import VALUE, Patch


def patches(emulation: Emulation) -> list[Patch]:
    """Replace the access key that moto makes its clients with; their other settings stay."""

    def with_our_key(boto3: Any) -> Any:
        def client(**settings: Any) -> Any:
            return boto3.client(**{**settings, "aws_access_key_id": emulation.access_key})

        return SimpleNamespace(client=client)

    return [Patch(owner=boto_client, name="boto3", signature=VALUE, make=with_our_key)]

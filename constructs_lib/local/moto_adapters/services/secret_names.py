"""Secrets Manager refuses a name with other letters than its own; moto takes any.

Reaches into moto/secretsmanager/models.py.
https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html
"""

from __future__ import annotations

import re
from typing import Any

from moto.secretsmanager.exceptions import ValidationException
from moto.secretsmanager.models import SecretsManagerBackend

from constructs_lib.local.moto_adapters.emulation import Emulation
from constructs_lib.local.moto_adapters.patching import Patch

_NAME = re.compile(r"[A-Za-z0-9/_+=.@!-]+", re.ASCII)


def patches(_: Emulation) -> list[Patch]:
    """Look at the name first."""
    return [
        Patch(
            owner=SecretsManagerBackend,
            name="create_secret",
            signature="(self, name, secret_string, secret_binary, description, tags, kms_key_id, "
            "client_request_token, replica_regions, force_overwrite)",
            make=_named,
        )
    ]


def _named(original: Any) -> Any:
    def create_secret(self: Any, name: str, *args: Any, **kwargs: Any) -> Any:
        if not _NAME.fullmatch(name):
            raise ValidationException(
                "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: "
                "-/_+=.@!"
            )
        return original(self, name, *args, **kwargs)

    return create_secret

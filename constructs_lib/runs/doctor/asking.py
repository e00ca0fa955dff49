"""Asking: the AWS clients of the doctor, made when they are first needed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from importlib import import_module
from typing import Any
from urllib.request import Request, urlopen

from constructs_lib.runs.aws.clients import Clients
from constructs_lib.runs.aws.errors import plain_errors

_SECONDS = 30
_MOST_BYTES = 4_000_000
"""What is fetched is the configuration of an image: some kilobytes."""


def fetch(url: str) -> bytes:
    """Return what is at an address.

    Raises:
        OSError: It cannot be reached.
        ValueError: It is not one of https.
    """
    if not url.startswith("https://"):
        raise ValueError(f"an address of https is wanted, got {url.partition('?')[0]!r}")
    with urlopen(Request(url), timeout=_SECONDS) as answer:  # noqa: S310 - https, as was checked
        body: bytes = answer.read(_MOST_BYTES)
    return body


@dataclass(kw_only=True)
class Asking:
    """Whom the doctor asks: services of one account in one Region.

    Attributes:
        clients: The clients that the command has for every verb.
        profile: The named profile. Defaults to boto3's.
        endpoint_url: Where AWS is. Defaults to boto3's.
        fetch: Returns what is at an address.
    """

    clients: Clients
    profile: str | None = None
    endpoint_url: str | None = None
    fetch: Callable[[str], bytes] = fetch
    _made: dict[str, Any] = field(default_factory=dict)

    def client(self, service: str) -> Any:
        """Return the client of a service."""
        if service not in self._made:
            config = self.clients.sfn.meta.config
            self._made[service] = self._session.client(service, endpoint_url=self.endpoint_url, config=config)
        return self._made[service]

    @property
    def region(self) -> str:
        """The Region."""
        return self.clients.region

    @cached_property
    def caller(self) -> str:
        """The ARN in whose name is asked.

        Raises:
            RunsError: AWS does not say; says what to do.
        """
        with plain_errors():
            return str(self.client("sts").get_caller_identity()["Arn"])

    @property
    def account(self) -> str:
        """The account that is asked about."""
        return self.caller.split(":")[4]

    @property
    def partition(self) -> str:
        """Its partition."""
        return self.caller.split(":")[1]

    @cached_property
    def _session(self) -> Any:
        return import_module("boto3").Session(profile_name=self.profile, region_name=self.region)

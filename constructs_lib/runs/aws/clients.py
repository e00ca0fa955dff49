"""The AWS clients that the commands use."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from typing import Any, Self
from urllib.parse import urlsplit

from constructs_lib.needed import missing
from constructs_lib.runs.aws.errors import CHECK_ENDPOINT, RunsError, one_line, plain_errors
from constructs_lib.runs.aws.slow_answers import SlowAnswers
from constructs_lib.runs.aws.time_of_aws import AwsTime

_CONNECT_SECONDS = 10
_READ_SECONDS = 30
_TRIES = 4
"""How often botocore itself sends one call, with short pauses; safe for all of ours, as runs are started by name."""


def _no_price_list() -> Any:
    raise RunsError("AWS's price list is not asked here; pass --prices FILE")


@dataclass(frozen=True, kw_only=True)
class Clients:
    """boto3 clients for one account and Region, and the time as AWS tells it."""

    sfn: Any
    sagemaker: Any
    cloudformation: Any
    s3: Any
    logs: Any
    now: Callable[[], datetime] = AwsTime().now
    price_list: Callable[[], Any] = _no_price_list
    """Makes the client of AWS's price list; raises RunsError where that may not be asked."""

    @classmethod
    def connect(cls, region: str | None = None, profile: str | None = None, endpoint_url: str | None = None) -> Self:
        """Make the clients; no call is made yet.

        Args:
            region: The AWS Region. Defaults to boto3's: AWS_REGION, AWS_DEFAULT_REGION, or the profile's.
            profile: The named profile of the AWS configuration. Defaults to boto3's: AWS_PROFILE, or the default one.
            endpoint_url: Where to find AWS. Defaults to boto3's: AWS_ENDPOINT_URL, or AWS itself.

        Raises:
            RunsError: If there is no such profile, no Region, or no boto3, or if the endpoint is no address; says what
                to do. A call raises it when what answers is not AWS.
        """
        try:
            # not imported at the top: --help needs neither
            boto3 = import_module("boto3")
            config_class = import_module("botocore.config").Config
        except ModuleNotFoundError as error:
            raise RunsError(str(missing(error))) from error
        config = config_class(
            connect_timeout=_CONNECT_SECONDS,
            read_timeout=_READ_SECONDS,
            retries={"mode": "standard", "total_max_attempts": _TRIES},
        )
        try:
            with plain_errors():
                session = boto3.Session(profile_name=profile, region_name=_region(region))
                made = {
                    name: session.client(service, endpoint_url=endpoint_url, config=config)
                    for name, service in _SERVICES.items()
                }
        except ValueError as error:  # what botocore raises for an address without a scheme
            raise RunsError(f"{one_line(error)}; {_ENDPOINT}") from error
        told = AwsTime()
        for client in made.values():
            _check_address(client.meta.endpoint_url)
            client.meta.events.register("after-call.*", _check_answer)
            client.meta.events.register("after-call.*", told.learn)
            SlowAnswers(client)
        return cls(**made, now=told.now, price_list=lambda: _price_list(session, made["sfn"], endpoint_url))

    @property
    def region(self) -> str:
        """The Region the clients are in."""
        return str(self.sfn.meta.region_name)


_ENDPOINT = "an endpoint looks like http://localhost:5000"
_SERVICES = {
    "sfn": "stepfunctions",
    "sagemaker": "sagemaker",
    "cloudformation": "cloudformation",
    "s3": "s3",
    "logs": "logs",
}


_PRICES = {"aws": "us-east-1"}
"""Where the price list of a partition is asked for all its Regions; the others have none, or one in another currency.
https://docs.aws.amazon.com/general/latest/gr/billing.html"""
_PRICE_SECONDS = 3


def _price_list(session: Any, sfn: Any, endpoint_url: str | None) -> Any:
    """Make the client of the price list; of nothing that stands in for AWS, which has no prices.

    Raises:
        RunsError: If there is no price list to be asked.
    """
    region = _PRICES.get(sfn.meta.partition)
    if region is None:
        raise RunsError(f"AWS's price list cannot be asked from {sfn.meta.region_name}; pass --prices FILE")
    config = import_module("botocore.config").Config(
        connect_timeout=_PRICE_SECONDS, read_timeout=2 * _PRICE_SECONDS, retries={"total_max_attempts": 2}
    )
    client = session.client("pricing", region_name=region, endpoint_url=endpoint_url, config=config)
    if not str(urlsplit(client.meta.endpoint_url).hostname).startswith("api.pricing."):
        raise RunsError("what stands in for AWS has no price list; pass --prices FILE")
    return client


def _region(region: str | None) -> str | None:
    # boto3 reads AWS_DEFAULT_REGION only; every other AWS tool reads AWS_REGION first
    return region or os.environ.get("AWS_REGION") or None


def _check_address(url: str) -> None:
    """Refuse an address that botocore takes and then fails at.

    Raises:
        RunsError: If it is none; says how one looks.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise RunsError(f"the endpoint {url!r} is not an address ({one_line(error)}); {_ENDPOINT}") from error
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0:
        raise RunsError(f"the endpoint {url!r} is not an address; {_ENDPOINT}")


def _check_answer(http_response: Any, parsed: Mapping[str, Any], **_: object) -> None:
    """Refuse an answer without the request's id, which every answer of AWS has: another server sent it.

    Raises:
        RunsError: If it has none and is no sign of passing trouble either.
    """
    if http_response.status_code < 500 and "RequestId" not in parsed.get("ResponseMetadata", {}):
        raise RunsError(f"{http_response.url} does not answer as AWS does; {CHECK_ENDPOINT}")

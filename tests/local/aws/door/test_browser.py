"""A real browser cannot reach the embedded AWS: not across origins, and not by a name that is rebound to it.

The page even has the session's access key. That it would get in otherwise is shown on a moto without a door.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
import pytest
from moto.core.base_backend import BackendDict
from moto.server import ThreadedMotoServer

from constructs_lib.local.embedded_aws import EmbeddedAws
from tests.local.aws.door.browser import PAGE, Site, find_browser, hostile_site, visit

BROWSER = find_browser()
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(BROWSER is None, reason="there is no browser here: test_door.py sends what one sends"),
]
CROSS_ORIGIN = "http://127.0.0.1:{site}/page"
SAME_SITE = "http://localhost:{site}/page"
REBOUND = "http://evil.example:{aws}/page"
WAYS = (CROSS_ORIGIN, SAME_SITE, REBOUND)
IMAGE = b'<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>'


@contextmanager
def without_a_door() -> Iterator[tuple[int, str]]:
    """A moto as it comes: its port, and a key that it takes."""
    BackendDict.reset()
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        yield server.get_host_and_port()[1], "A" * 20
    finally:
        server.stop()
        BackendDict.reset()


@contextmanager
def with_a_door() -> Iterator[tuple[int, str]]:
    """The embedded AWS: its port, and its key."""
    with EmbeddedAws() as aws:
        yield int(aws.endpoint_url.rpartition(":")[2]), aws.environment()["AWS_ACCESS_KEY_ID"]


def attempt(way: str, port: int, key: str) -> tuple[dict[str, Any], set[str]]:
    """Let the page try everything, and return what it says of it, and what has come of it."""
    s3, sqs = client("s3", port, key), client("sqs", port, key)
    s3.create_bucket(Bucket="evil")
    own = {"a": "text/plain", "image.svg": "image/svg+xml", "script.js": "text/javascript"}
    for name, kind in own.items():
        content = IMAGE if name == "image.svg" else b"window.ran = true"
        s3.put_object(Bucket="evil", Key=name, Body=content, ContentType=kind)
    with hostile_site() as site:
        site.rebound_to = port if way == REBOUND else None
        aws = f"http://{'evil.example' if way == REBOUND else 'localhost'}:{port}"
        # moto takes a bucket's name from a host's
        page = PAGE.read_text(encoding="utf-8").replace("THE_BUCKET", aws if way == REBOUND else f"{aws}/evil")
        site.page = page.replace("THE_AWS", aws).replace("THE_KEY", key)
        said = _visit(site, way.format(site=site.server_port, aws=port), port)
    objects = {found["Key"] for found in s3.list_objects_v2(Bucket="evil")["Contents"]}
    queues = {url.rpartition("/")[2] for url in sqs.list_queues().get("QueueUrls", [])}
    return said, (objects - set(own)) | queues


def client(service: str, port: int, key: str) -> Any:
    """A client with a key."""
    return boto3.client(
        service,
        endpoint_url=f"http://localhost:{port}",
        region_name="us-east-1",
        aws_access_key_id=key,
        aws_secret_access_key="any",  # noqa: S106 - only the id counts
    )


def _visit(site: Site, url: str, port: int) -> dict[str, Any]:
    assert BROWSER is not None
    # the site's server stands for both addresses of the rebound name: its page first, the embedded AWS from then on
    return visit(BROWSER, url, site, resolver=[f"MAP evil.example:{port} 127.0.0.1:{site.server_port}"])


@pytest.mark.parametrize("way", WAYS)
def test_a_page_reaches_a_server_without_a_door(way: str) -> None:
    with without_a_door() as (port, key):
        said, done = attempt(way, port, key)
    assert {what for what, how in said.items() if how is True} == {
        "reads by fetch",
        "writes by fetch with a preflight",
        "shows an image",
        "runs a script",
    }
    assert done == {"by-fetch", "by-post", "by-beacon", "by-form"}


@pytest.mark.parametrize("way", WAYS)
def test_a_page_does_not_reach_the_embedded_aws(way: str) -> None:
    with with_a_door() as (port, key):
        said, done = attempt(way, port, key)
    # across origins it may not even see that it was refused
    refused = False if way == REBOUND else "TypeError: Failed to fetch"
    assert said == {
        "reads by fetch": refused,
        "writes by fetch with a preflight": refused,
        "writes by a post without preflight": "sent",
        "sends a beacon": "sent",
        "submits a form": "sent",
        "shows an image": False,
        "runs a script": False,
    }
    assert done == set()

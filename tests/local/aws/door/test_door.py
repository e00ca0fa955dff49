"""Nobody but its user reaches the embedded AWS: no web page, no other host name, no key that it did not give out.

Each request is what a browser sends (https://www.w3.org/TR/fetch-metadata/, https://fetch.spec.whatwg.org/#http-origin),
and has the right access key, where it is not about the key: each check holds by itself.
"""

from __future__ import annotations

import json
import socket
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from constructs_lib.local.embedded_aws import EmbeddedAws
from tests.local.aws.door.strangers import PAGE, Answer, Stranger, key_of, port_of, state_of
from tests.local.machines import Machines, one_state

FETCH = {"Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty"}
FORM = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document", "Sec-Fetch-User": "?1"}
CREATE_TOPIC = b"Action=CreateTopic&Name=taken&Version=2010-03-31"
CREATE_JOB = json.dumps({"TrainingJobName": "taken"}).encode()
FROM_A_PAGE = {
    "fetch": Stranger(headers={"Origin": PAGE, "Sec-Fetch-Site": "cross-site", **FETCH}),
    "its preflight": Stranger(
        method="OPTIONS",
        headers={
            "Origin": PAGE,
            "Sec-Fetch-Site": "cross-site",
            "Access-Control-Request-Method": "PUT",
            "Access-Control-Request-Headers": "authorization,x-amz-target",
            "Access-Control-Request-Private-Network": "true",
            **FETCH,
        },
    ),
    "a post without preflight": Stranger(
        method="POST",
        target="/",
        headers={"Origin": PAGE, "Sec-Fetch-Site": "cross-site", "Content-Type": "text/plain;charset=UTF-8", **FETCH},
        body=CREATE_JOB,
    ),
    "a form of a sandboxed frame": Stranger(
        method="POST",
        target="/",
        headers={
            "Origin": "null",
            "Sec-Fetch-Site": "cross-site",
            "Content-Type": "application/x-www-form-urlencoded",
            **FORM,
        },
        body=CREATE_TOPIC,
    ),
    "a form, its origin withheld": Stranger(
        method="POST", target="/", headers={"Origin": "null", "Content-Type": "text/plain"}, body=CREATE_JOB
    ),
    "a page on another port of localhost": Stranger(
        headers={"Origin": "http://localhost:3000", "Sec-Fetch-Site": "same-site", **FETCH}
    ),
    "a page on an IP address": Stranger(headers={"Origin": "http://192.0.2.1", **FETCH}),
    "a page that it served itself": Stranger(headers={"Sec-Fetch-Site": "same-origin", **FETCH}),
    "an origin without a value": Stranger(headers={"Origin": ""}),
    "an image": Stranger(
        method="GET",
        headers={"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"},
    ),
    "a link": Stranger(method="GET", headers={"Sec-Fetch-Site": "cross-site", **FORM}),
    "a form of an extension": Stranger(headers={"Sec-Fetch-Site": "none", **FORM}),
    "an image in a browser without Sec-Fetch": Stranger(method="GET", headers={"Referer": f"{PAGE}/"}),
    "a socket": Stranger(
        method="GET",
        headers={
            "Origin": PAGE,
            "Upgrade": "websocket",
            "Connection": "Upgrade",
            "Sec-WebSocket-Key": "x3JJHMbDL1EzLkh9GBhXDw==",
            "Sec-WebSocket-Version": "13",
        },
    ),
}
FOREIGN = (
    "evil.example:{port}",
    "evil.example",
    "localhost.evil.example:{port}",
    "evil.example:{port}@localhost:{port}",
    "127.0.0.1.evil.example:{port}",
    "evillocalhost:{port}",
    "0.0.0.0:{port}",
    "127.0.0.2:{port}",
    "localhost",
    "localhost:1",
    "localhost:{port}.evil.example",
    "bucket.s3.amazonaws.com",
    "",
)
OWN = (
    "localhost:{port}",
    "LocalHost:{port}",
    "127.0.0.1:{port}",
    "[::1]:{port}",
    "kept.localhost:{port}",
    "kept.s3.localhost:{port}",
    "kept.s3.us-east-1.localhost:{port}",
)
PROTOCOLS = (
    ("s3", "list_buckets", "InvalidAccessKeyId"),
    ("sts", "get_caller_identity", "InvalidClientTokenId"),
    ("cloudformation", "list_stacks", "InvalidClientTokenId"),
    ("ec2", "describe_vpcs", "AuthFailure"),
    ("stepfunctions", "list_state_machines", "UnrecognizedClientException"),
    ("sagemaker", "list_training_jobs", "UnrecognizedClientException"),
    ("ecr", "describe_repositories", "UnrecognizedClientException"),
    ("lambda", "list_functions", "UnrecognizedClientException"),
    ("route53", "list_hosted_zones", "InvalidClientTokenId"),
)


@pytest.fixture(scope="module")
def closed() -> Iterator[EmbeddedAws]:
    with EmbeddedAws() as embedded:
        embedded.client("s3").create_bucket(Bucket="kept")
        embedded.client("s3").put_object(Bucket="kept", Key="a", Body=b"own")
        yield embedded


def refused(answer: Answer, code: str = "AccessDenied") -> None:
    assert answer.status == 403
    assert code in answer.text
    assert code in answer.headers["x-amzn-ErrorType"]
    assert [name for name in answer.headers if name.lower().startswith("access-control-")] == []


@pytest.mark.parametrize("kind", FROM_A_PAGE)
def test_fails_from_a_page(closed: EmbeddedAws, kind: str) -> None:
    before = state_of(closed)
    refused(FROM_A_PAGE[kind].ask(closed))
    assert state_of(closed) == before


def test_the_same_passes_without_what_a_browser_adds(closed: EmbeddedAws) -> None:
    for asked in (Stranger(method="GET", target="/kept/a"), Stranger(target="/kept/b")):
        assert asked.ask(closed).status == 200


def test_a_presigned_url_that_is_typed_is_its_users_own_doing(closed: EmbeddedAws) -> None:
    url = closed.client("s3").generate_presigned_url("get_object", Params={"Bucket": "kept", "Key": "a"})
    target = url.removeprefix(closed.endpoint_url)
    typed = {"Sec-Fetch-Site": "none", **FORM}
    assert Stranger(method="GET", target=target, headers=typed).ask(closed, key="-").text == "own"
    clicked = {"Sec-Fetch-Site": "cross-site", **FORM}
    refused(Stranger(method="GET", target=target, headers=clicked).ask(closed, key="-"))


@pytest.mark.parametrize("host", FOREIGN)
def test_fails_for_another_host(closed: EmbeddedAws, host: str) -> None:
    before = state_of(closed)
    answer = Stranger().ask(closed, host=host.format(port=port_of(closed)))
    refused(answer)
    assert f"use {closed.endpoint_url}" in answer.text
    assert state_of(closed) == before


def test_fails_for_another_host_in_the_request_line_or_in_a_second_header(closed: EmbeddedAws) -> None:
    refused(Stranger(target=f"http://evil.example:{port_of(closed)}/taken").ask(closed))
    refused(Stranger(headers={"Host": f"evil.example:{port_of(closed)}"}).ask(closed))


@pytest.mark.parametrize("host", OWN)
def test_its_own_hosts_are_answered(closed: EmbeddedAws, host: str) -> None:
    target = "/a" if host.startswith("kept.") else "/kept/a"
    answer = Stranger(method="GET", target=target).ask(closed, host=host.format(port=port_of(closed)))
    assert (answer.status, answer.text) == (200, "own")


@pytest.mark.parametrize(("service", "operation", "code"), PROTOCOLS)
def test_fails_with_another_key_as_aws_says_it(closed: EmbeddedAws, service: str, operation: str, code: str) -> None:
    getattr(client(closed, service, key_of(closed)), operation)()
    for key in ("embedded", "AKIAIOSFODNN7EXAMPLE", key_of(closed)[:-1]):
        with pytest.raises(ClientError, match="only the access keys that it gave out") as raised:
            getattr(client(closed, service, key), operation)()
        assert raised.value.response["Error"]["Code"] == code
        assert raised.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403


@pytest.mark.parametrize(
    "asked",
    [
        Stranger(),
        Stranger(method="GET", target="/kept/a"),
        Stranger(method="GET", target="/kept/a?X-Amz-Credential=AKIA/20260101/us-east-1/s3/aws4_request"),
        Stranger(method="GET", target="/kept/a?AWSAccessKeyId=%C5%BF&Signature=0"),
        Stranger(method="GET", target="/latest/meta-data/iam/security-credentials/"),
        Stranger(headers={"Authorization": "Bearer token"}),
        Stranger(headers={"Authorization": "AWS4-HMAC-SHA256"}),
        Stranger(method="POST", target="/", headers={"Content-Type": "text/plain"}, body=CREATE_JOB),
    ],
    ids=lambda asked: f"{asked.method} {asked.target} {asked.headers}",
)
def test_fails_without_a_key(closed: EmbeddedAws, asked: Stranger) -> None:
    before = state_of(closed)
    refused(asked.ask(closed, key="-"), "InvalidAccessKeyId")
    assert state_of(closed) == before


def test_a_refused_head_has_no_body(closed: EmbeddedAws) -> None:
    answer = Stranger(method="HEAD", target="/kept/a").ask(closed, key="-")
    assert (answer.status, answer.text) == (403, "")


def test_a_head_of_what_is_not_there_is_answered_as_aws_does(closed: EmbeddedAws) -> None:
    with pytest.raises(ClientError) as raised:
        closed.client("s3").head_bucket(Bucket="no-such-bucket")
    assert raised.value.response["Error"]["Code"] == "404"


def test_motos_own_routes_are_closed(closed: EmbeddedAws) -> None:
    for method, target in (("POST", "/moto-api/reset"), ("GET", "/moto-api/data.json"), ("GET", "/%6doto-api/")):
        answer = Stranger(method=method, target=target).ask(closed)
        refused(answer)
        assert "moto's own routes" in answer.text
    assert state_of(closed)[0] == ["kept"]


def test_keys_that_it_gives_out_are_let_in(closed: EmbeddedAws) -> None:
    iam, sts = closed.client("iam"), closed.client("sts")
    iam.create_user(UserName="somebody")
    given = iam.create_access_key(UserName="somebody")["AccessKey"]["AccessKeyId"]
    assumed = sts.assume_role(RoleArn="arn:aws:iam::123456789012:role/some", RoleSessionName="session")["Credentials"]
    for key in (given, assumed["AccessKeyId"]):
        assert client(closed, "sts", key).get_caller_identity()["Account"] == "123456789012"
    iam.delete_access_key(UserName="somebody", AccessKeyId=given)
    with pytest.raises(ClientError, match="InvalidClientTokenId"):
        client(closed, "sts", given).get_caller_identity()


@pytest.mark.parametrize("version", ["s3", "s3v4"])
@pytest.mark.parametrize("style", ["path", "virtual"])
def test_presigned_urls_and_virtual_hosts(
    closed: EmbeddedAws, version: str, style: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolve_localhost(monkeypatch)
    s3 = client(closed, "s3", key_of(closed), signature_version=version, s3={"addressing_style": style})
    assert s3.get_object(Bucket="kept", Key="a")["Body"].read() == b"own"
    url = s3.generate_presigned_url("get_object", Params={"Bucket": "kept", "Key": "a"})
    assert ("kept.localhost" in url) == (style == "virtual")
    assert read(url) == b"own"
    with pytest.raises(urllib.error.HTTPError, match="403"):
        read(url.replace(key_of(closed), "AKIAIOSFODNN7EXAMPLE"))


def test_a_state_machine_that_calls_another_service_has_the_key(closed: EmbeddedAws) -> None:
    queue = closed.client("sqs").create_queue(QueueName="asked")["QueueUrl"]
    machines = Machines(closed)
    arguments = {"QueueUrl": queue, "MessageBody": "sent"}
    arn = machines.start(one_state(Type="Task", Resource="arn:aws:states:::sqs:sendMessage", Arguments=arguments))
    machines.end(arn)
    messages: list[dict[str, Any]] = closed.client("sqs").receive_message(QueueUrl=queue).get("Messages", [])
    assert [message["Body"] for message in messages] == ["sent"]


def client(aws: EmbeddedAws, service: str, key: str, **settings: Any) -> Any:
    config = Config(proxies={}, retries={"total_max_attempts": 1}, **settings)
    return boto3.client(
        service,
        region_name="us-east-1",
        endpoint_url=aws.endpoint_url,
        aws_access_key_id=key,
        aws_secret_access_key="any",  # noqa: S106 - it asks for the id only
        config=config,
    )


def read(url: str) -> bytes:
    with urllib.request.urlopen(url) as answer:  # noqa: S310 - an address of the embedded AWS
        content: bytes = answer.read()
        return content


def resolve_localhost(monkeypatch: pytest.MonkeyPatch) -> None:
    """Resolve names below localhost as browsers, macOS and systemd do; not every machine does."""
    resolve = socket.getaddrinfo

    def getaddrinfo(host: Any, *more: Any, **settings: Any) -> Any:
        return resolve("127.0.0.1" if str(host).endswith(".localhost") else host, *more, **settings)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)

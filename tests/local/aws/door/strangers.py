"""Requests as strangers send them: written out header by header, because no AWS client sends them so."""

from __future__ import annotations

import http.client
from collections.abc import Mapping
from dataclasses import dataclass, field

from constructs_lib.local.embedded_aws import EmbeddedAws

PAGE = "https://evil.example"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    text: str


@dataclass(frozen=True, kw_only=True)
class Stranger:
    """A request to make a bucket, which would be seen, or to do whatever `target` says."""

    method: str = "PUT"
    target: str = "/taken"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def ask(self, aws: EmbeddedAws, *, host: str | None = None, key: str | None = None) -> Answer:
        """Send it, with the session's access key unless another is given; `-` is none."""
        port = port_of(aws)
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        try:
            connection.putrequest(self.method, self.target, skip_host=True, skip_accept_encoding=True)
            connection.putheader("Host", f"localhost:{port}" if host is None else host)
            connection.putheader("Content-Length", str(len(self.body)))
            if key != "-" and "Authorization" not in self.headers:
                connection.putheader("Authorization", signature(key or key_of(aws)))
            for name, value in self.headers.items():
                connection.putheader(name, value)
            connection.endheaders(self.body)
            answer = connection.getresponse()
            return Answer(status=answer.status, headers=dict(answer.headers), text=answer.read().decode())
        finally:
            connection.close()


def port_of(aws: EmbeddedAws) -> int:
    """The port of its endpoint."""
    return int(aws.endpoint_url.rpartition(":")[2])


def key_of(aws: EmbeddedAws) -> str:
    """The access key of the session."""
    return aws.environment()["AWS_ACCESS_KEY_ID"]


def signature(key: str, service: str = "s3") -> str:
    """An `Authorization` with that key; what was signed does not matter here."""
    return (
        f"AWS4-HMAC-SHA256 Credential={key}/20260101/us-east-1/{service}/aws4_request, "
        "SignedHeaders=host;x-amz-date, Signature=0"
    )


def state_of(aws: EmbeddedAws) -> list[object]:
    """What a stranger could have changed."""
    buckets = [bucket["Name"] for bucket in aws.client("s3").list_buckets()["Buckets"]]
    topics = [topic["TopicArn"] for topic in aws.client("sns").list_topics()["Topics"]]
    jobs = [job["TrainingJobName"] for job in aws.client("sagemaker").list_training_jobs()["TrainingJobSummaries"]]
    return [buckets, topics, jobs]

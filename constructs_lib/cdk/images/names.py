"""The forms of image URIs, repository names, tags and digests.

https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html
https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ImageIdentifier.html
"""

from __future__ import annotations

import re
from typing import TypedDict

from constructs_lib.training_job.tokens import is_token

_LONGEST_URI = 255
_LONGEST_REPOSITORY_NAME = 256

_TAG = r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}"
_DIGEST = r"sha256:[0-9a-f]{64}"
_WORD = r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*"
_PATH = rf"{_WORD}(?:/{_WORD})*"
_URI = re.compile(rf"(?:[A-Za-z0-9.-]+(?::\d+)?/)?{_PATH}(?::{_TAG})?(?:@{_DIGEST})?")

# account and Region are literals, or the text that a CDK token stands in a string as
_TOKEN = r"\$\{Token\[[^\]]+\]\}"
_ECR_URI = re.compile(
    rf"(?P<account>\d{{12}}|{_TOKEN})\.dkr[.-]ecr(?:-fips)?\.(?P<region>[a-z0-9-]+|{_TOKEN})"
    rf"\.(?:[a-z0-9.-]+|{_TOKEN})/(?P<name>[^:@\s]+)(?:[:@]\S+)?"
)


class EcrRepository(TypedDict):
    """What an ECR URI says about its repository."""

    account: str
    region: str
    name: str
    uri: str
    """The repository itself, without a tag or a digest."""
    has_digest: bool


def ecr_repository(uri: str) -> EcrRepository | None:
    """Return the ECR repository that a URI names, or nothing where it names none."""
    found = _ECR_URI.fullmatch(uri)
    if found is None:
        return None
    uri, image = uri[: found.end("name")], uri[found.end("name") :]
    return EcrRepository(
        account=found["account"], region=found["region"], name=found["name"], uri=uri, has_digest="@" in image
    )


def uri_problems(uri: str) -> list[str]:
    """Say what is wrong with an image's URI; one that has a token in it is skipped."""
    if is_token(uri):
        return []
    if "://" in uri:
        return [f"'uri' must have no scheme, got {uri!r}; write {uri.partition('://')[2]!r}"]
    if len(uri) > _LONGEST_URI:
        return [f"'uri' must have at most {_LONGEST_URI} characters, got {len(uri)}"]
    if not _URI.fullmatch(uri):
        return [f"'uri' must be [registry/]repository[:tag][@digest], the repository in lower case, got {uri!r}"]
    return []


def repository_name_problems(name: str, value: str) -> list[str]:
    """Say what is wrong with a repository's name; a token is skipped."""
    if is_token(value):
        return []
    if re.fullmatch(_PATH, value) and len(value) <= _LONGEST_REPOSITORY_NAME:
        return []
    return [
        f"'{name}' must be the name of an ECR repository, lower-case words with '/', '-', '_' and '.' between them, "
        f"got {value!r}"
    ]


def tag_problems(name: str, value: str) -> list[str]:
    """Say what is wrong with a tag; a token is skipped."""
    if is_token(value) or re.fullmatch(_TAG, value):
        return []
    if value.startswith("sha256:"):
        return [f"'{name}' must be a tag, got the digest {value!r}; write digest={value!r}"]
    return [f"'{name}' must be 1 to 128 letters, digits, '_', '.' and '-', the first no '.' or '-', got {value!r}"]


def digest_problems(name: str, value: str) -> list[str]:
    """Say what is wrong with a digest; a token is skipped."""
    if is_token(value) or re.fullmatch(_DIGEST, value):
        return []
    return [f"'{name}' must be 'sha256:' and 64 lower-case hexadecimal digits, got {value!r}"]

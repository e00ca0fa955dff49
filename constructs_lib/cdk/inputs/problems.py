"""What is wrong with the arguments of a channel: each function lists its problems as sentences and skips tokens.

The limits are those of https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_Channel.html and of
https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_S3DataSource.html
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from constructs_lib.training_job.tokens import is_looked_up_later, is_token

_LONGEST_CONTENT_TYPE = 256
# the API takes a 64-bit integer, but JSONata has JavaScript's numbers, which carry this many whole ones unchanged
_LARGEST_SEED = 2**53 - 1


def bucket_problems(bucket: object) -> list[str]:
    """A bucket is a construct, never a name."""
    if not isinstance(bucket, str):
        return []
    return [f"'bucket' must be a bucket, got the name {bucket!r}; write s3.Bucket.from_bucket_name(self, \"Data\", …)"]


def prefix_problems(prefix: str, name: str = "prefix", otherwise: str = "") -> list[str]:
    """A prefix is the whole bucket, or ends in `/` and means in an IAM policy what it says.

    Args:
        prefix: The prefix.
        name: The argument. Defaults to `prefix`.
        otherwise: What else may be meant by one that does not end so. Defaults to nothing.
    """
    if not isinstance(prefix, str):
        return not_text(name, prefix)
    if prefix == "":
        return []
    if not prefix.endswith("/") and not is_looked_up_later(prefix):
        return [
            f"'{name}' must end in '/', so that 'in/' never matches 'inner/', got {prefix!r}; write \"{prefix}/\" for "
            f"what lies below it{otherwise}"
        ]
    return _key_problems(name, prefix)


def name_prefix_problems(name: str, prefix: str) -> list[str]:
    """What keys start with is not empty, is no directory, and means in an IAM policy what it says."""
    if isinstance(prefix, str) and (prefix == "" or prefix.endswith("/")):
        return [f"'{name}' must be what keys start with, such as \"train/part-\", got {prefix!r}; leave 'match' out"]
    return object_key_problems(name, prefix)


def object_key_problems(name: str, key: str) -> list[str]:
    """An object's key is not empty, is no directory, and means in an IAM policy what it says."""
    if not isinstance(key, str):
        return not_text(name, key)
    if key == "" or key.endswith("/"):
        return [f"'{name}' must be the key of an object, which does not end in '/', got {key!r}"]
    return _key_problems(name, key)


def choice_problems(name: str, value: str | None, allowed: tuple[str, ...]) -> list[str]:
    """A value is one of a few words."""
    if value is None or value in allowed or is_token(value):
        return []
    return [f"'{name}' must be one of {', '.join(map(repr, allowed))}, got {value!r}"]


def content_type_problems(value: str | None) -> list[str]:
    """A MIME type is not empty and not longer than the API takes."""
    if value is None or is_token(value):
        return []
    if not isinstance(value, str):
        return not_text("content_type", value)
    if 1 <= len(value) <= _LONGEST_CONTENT_TYPE:
        return []
    return [f"'content_type' must have 1 to {_LONGEST_CONTENT_TYPE} characters, got {len(value)}"]


def seed_problems(value: object) -> list[str]:
    """A seed is a whole number that reaches SageMaker digit for digit."""
    if value is None or is_token(value):
        return []
    if isinstance(value, bool) or not isinstance(value, int):
        return [f"'shuffle_seed' must be a whole number, got {value!r}"]
    if abs(value) > _LARGEST_SEED:
        return [
            f"'shuffle_seed' must be from -{_LARGEST_SEED} to {_LARGEST_SEED}, got {value}; "
            "a larger number loses digits in the state machine's JSON"
        ]
    return []


def names_problems(name: str, values: Sequence[str] | None, *, most: int, longest: int) -> list[str]:
    """A list of names has at least one, and not more or longer ones than the API takes."""
    if values is None or is_token(values):
        return []
    if isinstance(values, str):
        return [f"'{name}' must be a list of names, got the text {values!r}; write [{values!r}]"]
    problems = [
        f"'{name}' must have names of 1 to {longest} characters, got {value!r} at index {index}"
        for index, value in enumerate(values)
        if not is_token(value) and not (isinstance(value, str) and 1 <= len(value) <= longest)
    ]
    if not 1 <= len(values) <= most:
        problems.insert(0, f"'{name}' must have 1 to {most} names, got {len(values)}")
    return problems


def not_text(name: str, value: object) -> list[str]:
    """Say that a value is not a text."""
    return [f"'{name}' must be a text, got {value!r}"]


def _key_problems(name: str, key: str) -> list[str]:
    if key.startswith("/"):
        return [f"'{name}' must not start with '/', got {key!r}; keys in S3 start with the first directory's name"]
    # a token reads `${Token[…]}` until it is resolved
    if re.search(r"[*?]", key) or ("${" in key and not is_token(key)):
        return [f"'{name}' must not have '*', '?' or '${{', which mean something else in an IAM policy, got {key!r}"]
    return []

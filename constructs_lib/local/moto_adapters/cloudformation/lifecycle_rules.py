"""Turns a lifecycle rule of a template into one of S3's API: the same things under other names.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-s3-bucket-rule.html
https://docs.aws.amazon.com/AmazonS3/latest/API/API_LifecycleRule.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_SIZES = ("ObjectSizeGreaterThan", "ObjectSizeLessThan")


def to_api_rule(rule: Mapping[str, Any]) -> dict[str, Any]:
    """Turn one rule."""
    answer: dict[str, Any] = {"Status": rule["Status"], "Filter": _filter(rule)}
    if "Id" in rule:
        answer["ID"] = rule["Id"]
    expiration = _present(
        Days=_whole(rule.get("ExpirationInDays")),
        Date=rule.get("ExpirationDate"),
        ExpiredObjectDeleteMarker=rule.get("ExpiredObjectDeleteMarker"),
    )
    if expiration:
        answer["Expiration"] = expiration
    noncurrent = rule.get("NoncurrentVersionExpiration", {})
    if "NoncurrentVersionExpirationInDays" in rule:
        noncurrent = {"NoncurrentDays": rule["NoncurrentVersionExpirationInDays"]}
    if noncurrent:
        answer["NoncurrentVersionExpiration"] = {key: int(value) for key, value in noncurrent.items()}
    if transitions := _all(rule, "Transition"):
        answer["Transitions"] = [
            _present(
                Days=_whole(each.get("TransitionInDays")),
                Date=each.get("TransitionDate"),
                StorageClass=each["StorageClass"],
            )
            for each in transitions
        ]
    if transitions := _all(rule, "NoncurrentVersionTransition"):
        answer["NoncurrentVersionTransitions"] = [
            _present(
                NoncurrentDays=_whole(each.get("TransitionInDays")),
                NewerNoncurrentVersions=_whole(each.get("NewerNoncurrentVersions")),
                StorageClass=each["StorageClass"],
            )
            for each in transitions
        ]
    if abort := rule.get("AbortIncompleteMultipartUpload"):
        answer["AbortIncompleteMultipartUpload"] = {"DaysAfterInitiation": int(abort["DaysAfterInitiation"])}
    return answer


def _filter(rule: Mapping[str, Any]) -> dict[str, Any]:
    """Return the filter: one condition stands alone, several stand in `And`."""
    tags = [{"Key": tag["Key"], "Value": tag["Value"]} for tag in rule.get("TagFilters", [])]
    conditions: dict[str, Any] = {name: int(rule[name]) for name in _SIZES if name in rule}
    if "Prefix" in rule:
        conditions["Prefix"] = rule["Prefix"]
    if len(conditions) + len(tags) > 1:
        return {"And": {**conditions, **({"Tags": tags} if tags else {})}}
    return {"Tag": tags[0]} if tags else conditions or {"Prefix": ""}


def _all(rule: Mapping[str, Any], name: str) -> list[Any]:
    """Return the entries of a field that templates spell in the singular and in the plural."""
    return [*([rule[name]] if name in rule else []), *rule.get(f"{name}s", [])]


def _present(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _whole(value: Any) -> int | None:
    return None if value is None else int(value)

"""Whether the account may have the instances of the plan: SageMaker has a quota for each type and market.

A new account has a quota of 0 for spot instances of many types, above all those with GPUs.
https://docs.aws.amazon.com/general/latest/gr/sagemaker.html,
https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_ListServiceQuotas.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from constructs_lib.runs.aws.console import DOMAINS
from constructs_lib.runs.doctor.asking import Asking
from constructs_lib.runs.doctor.finding import Finding, not_looked, ok, problem
from constructs_lib.runs.doctor.subject import Subject

CHECK = "quotas"
SERVICE = "sagemaker"
NAMES = {"spot": "{} for spot training job usage", "on-demand": "{} for training job usage"}


def look(asking: Asking, subject: Subject) -> Iterator[Finding]:
    """Hold each entry of the plan against its quota."""
    quotas = _quotas(asking)
    for (market, instance_type), count in _wanted(subject).items():
        name = NAMES[market].format(instance_type)
        quota = quotas.get(name)
        if quota is None:
            yield not_looked(CHECK, f"Service Quotas has no {name!r} in {asking.region}")
        elif quota["Value"] < count:
            yield problem(
                CHECK,
                f"{name!r} is {quota['Value']:g}, and the plan asks for {count}",
                "ask for more, or take another type",
                _page(asking, quota["QuotaCode"]),
            )
        else:
            yield ok(CHECK, f"{name!r} is {quota['Value']:g}, and the plan asks for {count}")


def _wanted(subject: Subject) -> dict[tuple[str, str], int]:
    """Return how many instances a job has at most, by market and type; a run has one job at a time."""
    wanted: dict[tuple[str, str], int] = {}
    for entry in subject.settings["Capacities"]:
        counts: dict[str, int] = {}
        for instances in entry.get("InstanceGroups") or entry.get("InstancePreferences") or [entry]:
            counted = instances.get("InstanceCount", entry.get("InstanceCount", 1))
            added = counts.get(instances["InstanceType"], 0) if entry.get("InstanceGroups") else 0
            counts[instances["InstanceType"]] = added + counted
        for instance_type, count in counts.items():
            key = (entry["Market"], instance_type)
            wanted[key] = max(count, wanted.get(key, 0))
    return wanted


def _quotas(asking: Asking) -> Mapping[str, Mapping[str, Any]]:
    """Return the quotas by name: what AWS gives, and over it what was given to this account."""
    client = asking.client("service-quotas")
    found: dict[str, Mapping[str, Any]] = {}
    for operation in ("list_aws_default_service_quotas", "list_service_quotas"):
        for page in client.get_paginator(operation).paginate(ServiceCode=SERVICE):
            found |= {quota["QuotaName"]: quota for quota in page["Quotas"]}
    return found


def _page(asking: Asking, code: str) -> str:
    domain = DOMAINS.get(asking.partition, DOMAINS["aws"])
    return f"https://{asking.region}.{domain}/servicequotas/home/services/{SERVICE}/quotas/{code}"

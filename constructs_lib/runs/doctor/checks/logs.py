"""Whether the log group of the executions is there, and CloudWatch Logs lets Step Functions deliver to it.

Delivery takes a resource policy of CloudWatch Logs. A Region has at most ten of them, each of at most 5,120 characters.
Step Functions writes one when a state machine is created; below `/aws/vendedlogs/states/` one line is for all groups.
https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html,
https://docs.aws.amazon.com/step-functions/latest/dg/sfn-best-practices.html#bp-cwl,
https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

from constructs_lib.runs.doctor.asking import Asking
from constructs_lib.runs.doctor.finding import Finding, ok, problem, warning
from constructs_lib.runs.doctor.subject import Subject

CHECK = "logs"
MOST_POLICIES = 10
MOST_CHARACTERS = 5120
NEARLY_FULL = 0.9
VENDED = "/aws/vendedlogs/"
_DELIVERY = "delivery.logs.amazonaws.com"
_FIX = "delete a policy that nobody needs: 'aws logs describe-resource-policies' lists them"


def look(asking: Asking, subject: Subject) -> Iterator[Finding]:
    """Look for each log group, and at the resource policies; nothing where executions are not logged."""
    for arn in subject.log_groups:
        group = arn.removesuffix(":*").rpartition(":log-group:")[2]
        is_made = subject.will_be_made(arn.removesuffix(":*"))
        if not is_made and not _is_there(asking, group):
            yield problem(CHECK, f"there is no log group {group}", "make it, or deploy again: no execution is logged")
            continue
        yield from _delivered(asking, arn, group, is_made=is_made)


def _is_there(asking: Asking, group: str) -> bool:
    pages = asking.client("logs").get_paginator("describe_log_groups").paginate(logGroupNamePrefix=group)
    return any(found["logGroupName"] == group for page in pages for found in page["logGroups"])


def _delivered(asking: Asking, arn: str, group: str, *, is_made: bool) -> Iterator[Finding]:
    pages = asking.client("logs").get_paginator("describe_resource_policies").paginate()
    policies = [policy for page in pages for policy in page["resourcePolicies"]]
    of_delivery = [policy for policy in policies if _DELIVERY in policy["policyDocument"]]
    if any(_lets_deliver(policy, arn) for policy in of_delivery):
        yield ok(CHECK, f"CloudWatch Logs lets Step Functions deliver to {group}")
    elif not of_delivery and len(policies) >= MOST_POLICIES:
        text = f"no policy of CloudWatch Logs lets Step Functions deliver to {group}, and {asking.region} has "
        yield problem(CHECK, f"{text}{len(policies)}, of at most {MOST_POLICIES}", _FIX)
    elif is_made:
        yield ok(CHECK, f"the deployment makes Step Functions ask for the delivery to {group}")
    else:
        fix = "deploy the state machine again: Step Functions then writes the policy"
        yield problem(CHECK, f"no policy of CloudWatch Logs lets Step Functions deliver to {group}", fix)
    longest = max((len(policy["policyDocument"]) for policy in of_delivery), default=0)
    if not is_made and not group.startswith(VENDED) and longest > NEARLY_FULL * MOST_CHARACTERS:
        text = f"the policy for {group} has {longest} characters, of at most {MOST_CHARACTERS}"
        yield warning(CHECK, text, f"begin the names of log groups with {VENDED}states/")


def _lets_deliver(policy: Mapping[str, Any], arn: str) -> bool:
    """Say whether a policy allows the service that delivers to write into a log group."""
    statements = json.loads(policy["policyDocument"])["Statement"]
    for statement in statements if isinstance(statements, list) else [statements]:
        named = _DELIVERY in json.dumps(statement.get("Principal", ""))
        if statement["Effect"] == "Allow" and named and _covers(statement.get("Resource", "*"), arn):
            return True
    return False


def _covers(resources: str | list[str], arn: str) -> bool:
    patterns = resources if isinstance(resources, list) else [resources]
    return any(fnmatchcase(f"{arn.removesuffix(':*')}:log-stream:x", pattern) for pattern in patterns)

"""What the live tests may do: in which account and Region, what they create, and what it costs at most."""

from __future__ import annotations

import math
import os
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

TYPE_DOLLARS = 0.25
"""More than an hour of ml.m5.large, or of ml.r5d.large, costs on demand in any Region that has it.

https://aws.amazon.com/sagemaker/ai/pricing/
"""

JOB_SECONDS = 600
"""The longest that one of the jobs may train; the app sets it."""

COSTS: Mapping[str, float] = {
    "13 training jobs on ml.m5.large, each of at most 10 minutes": 13 * JOB_SECONDS / 3600 * TYPE_DOLLARS,
    "11 jobs that are stopped as soon as they are there, where SageMaker does not refuse them": 0.10,
    "a key of KMS for a day, before which it is deleted": 1 / 30,
    "volumes, logs, metrics, objects and state transitions": 0.10,
}
"""What it costs at most, in dollars, all jobs on demand and all to their limits."""

MOST_DOLLARS = math.ceil(sum(COSTS.values()) * 100) / 100
"""The sum."""

SCARCE = "ml.m5.large"
"""A type that takes minutes to come, so that a wait of half a minute runs out."""

OVER_QUOTA = "ml.p4d.24xlarge"
"""A type that is asked for in one run, if the account's spot quota for it is 0: SageMaker then refuses."""


class RefusedError(Exception):
    """The live tests may not run; says what to do."""


@dataclass(frozen=True, kw_only=True)
class Allowed:
    """Where the live tests may run."""

    account: str
    region: str
    stack: str

    @property
    def base_job_name(self) -> str:
        """What the names of its jobs begin with: nobody else's do."""
        return self.stack.lower()

    @property
    def plan(self) -> str:
        """What will be done, for the person at the keyboard."""
        costs = "; ".join(f"{what}, ${dollars:.2f}" for what, dollars in COSTS.items())
        return (
            f"in account {self.account}, {self.region}: CDK's bootstrap, if it is not there, which stays; the stack "
            f"{self.stack} with three state machines, five buckets, a key, a VPC of one subnet without a gateway "
            f"that costs, roles and log groups. All but the bootstrap, the jobs' records and their logs is deleted "
            f"afterwards. It costs at most ${MOST_DOLLARS:.2f} ({costs}) and takes about an hour; Ctrl-C deletes, too"
        )


def allowed(environment: Mapping[str, str], session: Any) -> Allowed:
    """Say where the live tests may run.

    Args:
        environment: The variables.
        session: The boto3 session whose credentials are used.

    Raises:
        RefusedError: No account is named, another one is signed in to, or there is no Region.
    """
    named = environment.get("LIVE_ACCOUNT", "")
    if not (len(named) == 12 and named.isdigit()):
        raise RefusedError(f"LIVE_ACCOUNT must be the 12 digits of the account that may be used, got {named!r}")
    region = environment.get("AWS_REGION") or session.region_name
    if not region:
        raise RefusedError("there is no AWS Region; set AWS_REGION")
    account = session.client("sts", region_name=region).get_caller_identity()["Account"]
    if account != named:
        raise RefusedError(f"LIVE_ACCOUNT is {named}, and the credentials are of {account}; change one of them")
    return Allowed(account=account, region=region, stack=f"SpotTrainingLive-{uuid.uuid4().hex[:8]}")


def bootstrapped(ssm: Any) -> bool:
    """Say whether CDK's bootstrap is there, which takes more to make than the rest."""
    try:
        ssm.get_parameter(Name="/cdk-bootstrap/hnb659fds/version")
    except ClientError as error:
        if error.response["Error"]["Code"] != "ParameterNotFound":
            raise
        return False
    return True


def credentials(session: Any, region: str) -> dict[str, str]:
    """Return the variables by which the CDK CLI has the session's credentials."""
    found = session.get_credentials().get_frozen_credentials()
    named = {
        "AWS_ACCESS_KEY_ID": found.access_key,
        "AWS_SECRET_ACCESS_KEY": found.secret_key,
        "AWS_SESSION_TOKEN": found.token,
        "AWS_REGION": region,
        "AWS_ENDPOINT_URL": os.environ.get("AWS_ENDPOINT_URL"),
    }
    return {name: value for name, value in named.items() if value}

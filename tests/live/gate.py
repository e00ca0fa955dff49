"""What the live tests may do: in which account and Region, what they create, and what it costs at most."""

from __future__ import annotations

import os
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

MOST_DOLLARS = 1.50
"""Six jobs of at most 20 minutes on ml.m5.large, all on demand, where it is dearest: less than $0.20 an hour each; the
rest is far more than what state transitions, log lines and kilobytes cost.

https://aws.amazon.com/sagemaker/ai/pricing/
"""

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
        return (
            f"in account {self.account}, {self.region}: CDK's bootstrap, if it is not there, which stays; the stack "
            f"{self.stack} with a state machine, two buckets, two roles and a log group; up to six training jobs on "
            f"ml.m5.large. All but the bootstrap, the jobs' records and their logs is deleted afterwards. It costs at "
            f"most ${MOST_DOLLARS:.2f} and takes about an hour; Ctrl-C deletes, too"
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

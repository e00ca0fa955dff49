"""Who calls: a role, and where it is."""

from __future__ import annotations

from dataclasses import dataclass

from constructs_lib.runs.calls.recorded import Call, Context


@dataclass(frozen=True, kw_only=True)
class Caller:
    """A state machine or a job that calls.

    Attributes:
        role_arn: Its role.
        partition: The partition it is in.
        region: The Region it is in.
        account: The account it is in.
        page: The page that documents its calls, where a call has none of its own. Defaults to none.
    """

    role_arn: str
    partition: str
    region: str
    account: str
    page: str = ""

    def call(self, action: str, resource: str, context: Context | None = None, page: str | None = None) -> Call:
        """Return a call in its name."""
        page = self.page if page is None else page
        return Call(role_arn=self.role_arn, action=action, resource=resource, context=context or {}, page=page)

    def arn(self, service: str, resource: str) -> str:
        """Render the ARN of what is in its account and Region."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.account}:{resource}"

    def job(self, name: object) -> str:
        """Render the ARN of a training job."""
        return self.arn("sagemaker", f"training-job/{name}")

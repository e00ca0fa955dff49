"""Why the two roles may do what they may: each action on each kind of resource, the call that needs it, the AWS page.

`docs/security.md` prints this table. The tests hold it to what is synthesised in both directions: a permission without
a row fails, and so does a row without a permission. `<…>` is what a deployment fills in.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from constructs_lib.cdk.permissions.job_role import JOB
from constructs_lib.cdk.permissions.reason import Reason
from constructs_lib.cdk.permissions.state_machine_role import STATE_MACHINE

__all__ = ["REASONS", "Reason", "RoleName"]

RoleName = Literal["job", "state machine"]

REASONS: Mapping[RoleName, tuple[Reason, ...]] = {"job": JOB, "state machine": STATE_MACHINE}
"""All of them."""

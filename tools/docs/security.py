"""The tables of permissions in `docs/reference/security.md`: `make docs` writes them.

They are the permissions that deployments are granted, for a deployment that has everything; `<…>` is what it fills in.
The rest of the page is written by hand; only what stands between two marks is replaced.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

from constructs_lib.cdk.permissions import job_role, state_machine_role
from constructs_lib.workflow.figures import NAMESPACE
from constructs_lib.workflow.permission import Condition, Permission
from constructs_lib.workflow.statements import decrypt_progress, progress_files, run_permissions
from constructs_lib.workflow.sweep import statements as sweeps

FILE = "reference/security.md"
"""The page in the directory of the documents."""

RoleName = Literal["job", "state machine", "sweep"]

PERMISSIONS: Mapping[RoleName, tuple[Permission, ...]] = {
    "job": (
        job_role.write_logs("arn:aws:logs:<region>:<account>:log-group:/aws/sagemaker/TrainingJobs"),
        job_role.put_metrics(),
        job_role.sign_in_to_registry(),
        job_role.pull_image("<image repository>"),
        job_role.ask_for_password("<credentials provider>"),
        *job_role.read_prefix("arn:aws:s3:::<channel bucket>", "<channel prefix>"),
        *job_role.read_object("arn:aws:s3:::<channel object's bucket>", "<channel object>"),
        job_role.read_source("arn:aws:s3:::<source archive>"),
        *job_role.keep_checkpoints("arn:aws:s3:::<checkpoint bucket>", "<base job name>/"),
        job_role.write_output("arn:aws:s3:::<output bucket>", "<output prefix>/"),
        job_role.decrypt_input("<input key>"),
        job_role.encrypt_checkpoints("<checkpoint key>"),
        job_role.encrypt_models("<output key>"),
        job_role.encrypt_output("<output key>"),
        job_role.encrypt_volumes("<volume key>"),
        job_role.open_shells(),
        *job_role.attach_network(
            "arn:aws:ec2:<region>:<account>:network-interface/*",
            ["arn:aws:ec2:<region>:<account>:subnet/<subnet>"],
            ["arn:aws:ec2:<region>:<account>:security-group/<security group>"],
        ),
    ),
    "state machine": (
        *run_permissions(
            partition="aws",
            region="<region>",
            account="<account>",
            base_job_name="<base job name>",
            role_arn="<job role>",
            instance_types=["<instance type>"],
            metrics_namespace=NAMESPACE,
            longest_runtime_seconds="<longest runtime>",
            subnet_ids=["<subnet>"],
            security_group_ids=["<security group>"],
            volume_key_arn="<volume key>",
            volume_key_arn_if_any="<volume key>",
            output_key_arn="<output key>",
            network_isolation=True,
            inter_container_encryption=True,
            progress_files_arn=progress_files("arn:aws:s3:::<checkpoint bucket>", "<base job name>"),
            tells_risk=True,
        ),
        decrypt_progress("<checkpoint key>"),
        *state_machine_role.use_machine_key(
            "<state machine key>",
            machine_arn="<state machine>",
            log_deliveries_arn="arn:aws:logs:<region>:<account>:*",
        ),
        *state_machine_role.deliver_logs(),
        *state_machine_role.send_traces(),
    ),
    "sweep": (
        *sweeps.run_permissions(
            partition="aws",
            region="<region>",
            account="<account>",
            machine_arn="arn:aws:states:<region>:<account>:stateMachine:<training>",
            executions_arn="arn:aws:states:<region>:<account>:execution:<training>:*",
        ),
        *sweeps.map_permissions(
            machine_arn="arn:aws:states:<region>:<account>:stateMachine:<sweep>",
            executions_arn="arn:aws:states:<region>:<account>:execution:<sweep>:*",
            children_arn="arn:aws:states:<region>:<account>:execution:<sweep>/*",
        ),
        *sweeps.line_permissions("arn:aws:s3:::<output bucket>"),
        sweeps.put_figures(),
        sweeps.use_bucket_key("<output key>"),
        sweeps.read_runs("arn:aws:s3:::<runs bucket>", "<runs prefix>"),
        sweeps.decrypt_runs("<runs key>"),
        sweeps.read_encrypted_runs(
            "<state machine key>", machine_arn="arn:aws:states:<region>:<account>:stateMachine:<training>"
        ),
        sweeps.encrypt_children(
            "<state machine key>", machine_arn="arn:aws:states:<region>:<account>:stateMachine:<sweep>"
        ),
        *state_machine_role.use_machine_key(
            "<state machine key>",
            machine_arn="arn:aws:states:<region>:<account>:stateMachine:<sweep>",
            log_deliveries_arn="arn:aws:logs:<region>:<account>:*",
        ),
        *state_machine_role.deliver_logs(),
        *state_machine_role.send_traces(),
    ),
}
"""What each role may do."""

_BEGIN = "<!-- {role} role: written by `make docs`; edit {where} -->"
_END = "<!-- end of the {role} role -->"
_WHERE: Mapping[RoleName, str] = {
    "job": "cdk/permissions/job_role.py",
    "state machine": "workflow/statements.py",
    "sweep": "workflow/sweep/statements.py",
}


def table(role: RoleName) -> str:
    """Return the table of one role."""
    lines = ["| may | on | why | page |", "|---|---|---|---|"]
    return "\n".join([*lines, *map(_row, PERMISSIONS[role])])


def with_tables(page: str) -> str:
    """Return a page with its tables as they are now.

    Args:
        page: The page, which has both marks of each table.

    Raises:
        ValueError: If marks are missing.
    """
    for role, where in _WHERE.items():
        begin, end = _BEGIN.format(role=role, where=where), _END.format(role=role)
        if page.count(begin) != 1 or page.count(end) != 1:
            raise ValueError(f"the page must have the marks {begin!r} and {end!r}, each once; put them back")
        pattern = f"{re.escape(begin)}.*?{re.escape(end)}"
        written = f"{begin}\n\n{table(role)}\n\n{end}"
        page = re.sub(pattern, lambda _, written=written: written, page, flags=re.DOTALL)  # type: ignore[misc]
    return page


def _row(permission: Permission) -> str:
    cells = [
        "<br>".join(f"`{action}`" for action in permission.actions),
        "<br>".join([*(f"`{resource}`" for resource in permission.resources), *_conditions(permission.conditions)]),
        permission.why + _with(permission.when),
        f"[{_label(permission.page)}]({permission.page})",
    ]
    return f"| {' | '.join(cells)} |"


def _conditions(conditions: Iterable[Condition]) -> Iterator[str]:
    for condition in conditions:
        values = [condition.value] if isinstance(condition.value, str) else condition.value
        wanted = " or ".join(f"`{value}`" for value in values)
        yield f"if `{condition.operator} {condition.key}` is {wanted}{_with(condition.when)}"


def _with(when: str) -> str:
    return f" (with {when})" if when else ""


def _label(page: str) -> str:
    return re.split(r"[/#]", page.partition("#")[0].removesuffix(".html"))[-1]

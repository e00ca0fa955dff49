"""What an operator must be allowed for the sweeps of a template, beside what it takes for their runs."""

from __future__ import annotations

from typing import Any

from constructs_lib.runs.synthesised.template import Template
from constructs_lib.workflow.sweep.names import PREPARE, SETTINGS

_HERE = "arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>"
_BUCKET = "arn:<AWS::Partition>:s3:::{}"


def sweep_statements(template: Template) -> list[dict[str, Any]]:
    """Return the statements to start, watch and stop sweeps, and to read their lines; none without a sweep.

    Args:
        template: The synthesised template; what only CloudFormation knows is shown between angle brackets.

    Raises:
        RunsError: A definition cannot be read.
    """
    machines, executions, map_runs = [], [], []
    folders: dict[tuple[str, str], None] = {}
    for machine in template.machines():
        assigned = machine.definition.get("States", {}).get(PREPARE, {}).get("Assign", {})
        if not isinstance(settings := assigned.get(SETTINGS), dict):
            continue
        name = template.text({"Fn::GetAtt": [machine.logical_id, "Name"]})
        machines.append(template.text({"Ref": machine.logical_id}))
        executions.append(f"{_HERE}:execution:{name}:*")
        map_runs.append(f"{_HERE}:mapRun:{name}/*")
        folders[(str(settings["Bucket"]), str(settings["Folder"]))] = None
    if not machines:
        return []
    return [
        _allow(
            "StartSweeps", ["states:DescribeStateMachine", "states:StartExecution", "states:ListExecutions"], machines
        ),
        _allow(
            "WatchAndStopSweeps",
            [
                "states:DescribeExecution",
                "states:GetExecutionHistory",
                "states:ListMapRuns",
                "states:StopExecution",
            ],
            executions,
        ),
        _allow("CountRunsOfSweeps", ["states:DescribeMapRun"], map_runs),
        *(
            {
                **_allow(f"ListSweeps{number}", ["s3:ListBucket"], [_BUCKET.format(bucket)]),
                "Condition": {"StringLike": {"s3:prefix": f"{folder}*"}},
            }
            for number, (bucket, folder) in enumerate(folders, start=1)
        ),
        _allow("ReadSweeps", ["s3:GetObject"], [f"{_BUCKET.format(bucket)}/{folder}*" for bucket, folder in folders]),
    ]


def _allow(sid: str, actions: list[str], resources: list[str]) -> dict[str, Any]:
    return {"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": list(dict.fromkeys(resources))}

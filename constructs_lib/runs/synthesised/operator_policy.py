"""What somebody must be allowed who uses the command, for the state machines of a template.

Each action has its page in the service authorization reference:
https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

from __future__ import annotations

from typing import Any

from constructs_lib.runs.aws.errors import RunsError
from constructs_lib.runs.synthesised.explain import runs_in
from constructs_lib.runs.synthesised.sweeps import sweep_statements
from constructs_lib.runs.synthesised.template import Template
from constructs_lib.training_job.request.attempt import PROGRESS_FILE

_HERE = "arn:<AWS::Partition>:{service}:<AWS::Region>:<AWS::AccountId>:{resource}"
_LOGS = "log-group:/aws/sagemaker/TrainingJobs"


def operator_policy(template: Template) -> dict[str, Any]:
    """Return the policy of an operator: to find, start, watch, list and stop runs and sweeps, and read their output.

    Args:
        template: The synthesised template; what only CloudFormation knows is shown between angle brackets.

    Raises:
        RunsError: If it has no state machine of this library.
    """
    machines, executions, jobs = [], [], []
    checkpoints: dict[tuple[str, str], None] = {}
    for machine in template.machines():
        runs = list(runs_in(machine))
        names = [run.base_job_name for run in runs]
        checkpoints |= {(run.checkpoint_bucket, run.base_job_name): None for run in runs}
        if names:
            machines.append(template.text({"Ref": machine.logical_id}))
            name = template.text({"Fn::GetAtt": [machine.logical_id, "Name"]})
            executions.append(_arn("states", f"execution:{name}:*"))
            jobs += [_arn("sagemaker", f"training-job/{name}-*") for name in names]
    if not machines:
        raise RunsError(f"{template.path} has no state machine of spot-training-constructs; pass another --template")
    statements = [
        # IAM has no resource for the first; the second is asked of every machine, to find those of this library
        _allow("FindMachines", ["states:ListStateMachines", "states:ListTagsForResource"], ["*"]),
        _allow(
            "FindMachinesOfStacks",
            ["cloudformation:DescribeStacks", "cloudformation:ListStackResources"],
            [_arn("cloudformation", "stack/*")],
        ),
        _allow(
            "StartAndListRuns",
            ["states:DescribeStateMachine", "states:StartExecution", "states:ListExecutions"],
            machines,
        ),
        _allow(
            "WatchAndStopRuns",
            ["states:DescribeExecution", "states:GetExecutionHistory", "states:StopExecution"],
            executions,
        ),
        _allow("WatchAndStopJobs", ["sagemaker:DescribeTrainingJob", "sagemaker:StopTrainingJob"], jobs),
        *(
            {
                **_allow(f"ListCheckpoints{number}", ["s3:ListBucket"], [f"arn:<AWS::Partition>:s3:::{bucket}"]),
                "Condition": {"StringLike": {"s3:prefix": f"{prefix}/*"}},
            }
            for number, (bucket, prefix) in enumerate(checkpoints, start=1)
        ),
        _allow(
            "ReadProgress",
            ["s3:GetObject"],
            [f"arn:<AWS::Partition>:s3:::{bucket}/{prefix}/*/{PROGRESS_FILE}" for bucket, prefix in checkpoints],
        ),
        _allow(
            "ReadLogs",
            ["logs:DescribeLogStreams", "logs:FilterLogEvents", "logs:GetLogEvents"],
            [_arn("logs", _LOGS), _arn("logs", f"{_LOGS}:*")],
        ),
        # IAM has no resource for it
        _allow("ReadPrices", ["pricing:GetProducts"], ["*"]),
        *sweep_statements(template),
    ]
    return {"Version": "2012-10-17", "Statement": statements}


def _arn(service: str, resource: str) -> str:
    return _HERE.format(service=service, resource=resource)


def _allow(sid: str, actions: list[str], resources: list[str]) -> dict[str, Any]:
    return {"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": list(dict.fromkeys(resources))}

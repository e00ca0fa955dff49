"""What the role of the state machine may do: the statements of the workflow, for one bound training."""

from __future__ import annotations

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_stepfunctions as sfn

from constructs_lib.cdk.permissions.findings import acknowledge_findings
from constructs_lib.cdk.training.bound import BoundTraining
from constructs_lib.training_job.capacity.instance_type import has_local_storage
from constructs_lib.workflow.figures import NAMESPACE
from constructs_lib.workflow.statements import executions_arn, jobs_arn, run_statements


def state_machine_statements(bound: BoundTraining) -> list[iam.PolicyStatement]:
    """Render what the state machine's role may do."""
    arguments, stack, options = bound.arguments, Stack.of(bound.scope), bound.arguments.options
    bucket_key, keys = bound.checkpoint_bucket.encryption_key, bound.keys
    return [
        iam.PolicyStatement.from_json(statement)
        for statement in run_statements(
            partition=stack.partition,
            region=stack.region,
            account=stack.account,
            base_job_name=arguments.base_job_name,
            role_arn=bound.role.role_arn,
            instance_types=arguments.instance_types,
            claims_arn=_claims_arn(bound),
            claims_key_arn=None if bucket_key is None else bucket_key.key_arn,
            longest_runtime_seconds=arguments.longest_runtime_seconds if "longest_runtime" in options else None,
            subnet_ids=bound.network.subnet_ids,
            security_group_ids=bound.network.security_group_ids,
            volume_key_arn=None if keys.volume is None else keys.volume.key_arn,
            volume_key_always=not any(map(has_local_storage, arguments.instance_types)),
            output_key_arn=None if keys.output is None else keys.output.key_arn,
            network_isolation=options.get("network_isolation", False),
            inter_container_encryption=options.get("inter_container_encryption", False),
            metrics_namespace=NAMESPACE if bound.settings.publish_metrics else None,
        )
    ]


def acknowledge_wildcards(bound: BoundTraining, machine: sfn.StateMachine) -> None:
    """Acknowledge, beside the state machine, the wildcards in what its role may do."""
    stack = Stack.of(machine)
    place = {"partition": stack.partition, "region": stack.region, "account": stack.account}
    acknowledge_findings(
        machine,
        machine.role,
        {
            jobs_arn(**place, base_job_name=bound.arguments.base_job_name): "a job's name ends in what tells its run "
            "and attempt apart",
            _claims_arn(bound): "a claim bears the name of its run",
            executions_arn(**place): "the run that holds a claim may be of any machine with this base job name",
            "*": "delivering logs and traces, listing jobs and putting metrics have no resource type, so AWS takes "
            "them on * only; a condition holds the metrics to their namespace",
        },
    )


def _claims_arn(bound: BoundTraining) -> str:
    return bound.checkpoint_bucket.arn_for_objects(f"{bound.arguments.base_job_name}.runs/*")

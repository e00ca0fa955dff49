"""What the role of the state machine may do: the permissions of a run, for one bound training."""

from __future__ import annotations

from constructs_lib.cdk.permissions.permission import on_key
from constructs_lib.cdk.training.bound import BoundTraining
from constructs_lib.training_job.capacity.instance_type import has_local_storage
from constructs_lib.workflow.figures import NAMESPACE
from constructs_lib.workflow.permission import Permission
from constructs_lib.workflow.statements import decrypt_progress, progress_files, run_permissions


def state_machine_permissions(bound: BoundTraining) -> list[Permission]:
    """Tell what the state machine's role needs for its runs."""
    arguments, stack, options = bound.arguments, bound.stack, bound.arguments.options
    keys = bound.keys
    volume_key = None if keys.volume is None else keys.volume.key_arn
    volumes_always = not any(map(has_local_storage, arguments.instance_types))
    reads = bound.settings.reads_progress
    permissions = run_permissions(
        partition=bound.partition,
        region=bound.region,
        account=stack.account,
        base_job_name=arguments.base_job_name,
        role_arn=bound.role_arn,
        instance_types=arguments.instance_types,
        longest_runtime_seconds=options.longest_runtime,
        subnet_ids=bound.network.subnet_ids,
        security_group_ids=bound.network.security_group_ids,
        volume_key_arn=volume_key if volumes_always else None,
        volume_key_arn_if_any=None if volumes_always else volume_key,
        output_key_arn=None if keys.output is None else keys.output.key_arn,
        network_isolation=options.network_isolation,
        inter_container_encryption=options.inter_container_encryption,
        by_sync=not bound.settings.beyond_sync,
        stops_waiting=bound.settings.watches_capacity,
        metrics_namespace=NAMESPACE if bound.settings.publish_metrics else None,
        progress_files_arn=progress_files(bound.checkpoint_bucket_arn, arguments.base_job_name) if reads else None,
        tells_risk=bound.settings.deadline is not None,
    )
    if reads and (key := bound.checkpoint_bucket.encryption_key) is not None:
        permissions = [*permissions, on_key(key, decrypt_progress)]
    return permissions

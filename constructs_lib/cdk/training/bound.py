"""A training bound to its role, buckets, keys and network: the request that its jobs share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from aws_cdk import Annotations, Duration
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from constructs_lib.cdk.buckets.checkpoint_bucket import CheckpointBucket
from constructs_lib.cdk.ids import stack_of
from constructs_lib.cdk.images.algorithm_rules import algorithm_problems, algorithm_warnings
from constructs_lib.cdk.permissions.grants import grant
from constructs_lib.cdk.permissions.job_role import open_shells
from constructs_lib.cdk.permissions.permission import checkpoint_permissions, output_permissions
from constructs_lib.cdk.permissions.training_role import TrainingRole, logs_and_metrics
from constructs_lib.cdk.training.arguments import TrainingArguments
from constructs_lib.cdk.training.definition.deployed_prices import deployed_prices
from constructs_lib.cdk.training.definition.job_tags import JobTags, too_many_tags
from constructs_lib.cdk.training.keys import Keys
from constructs_lib.cdk.training.network import Network, bind_network
from constructs_lib.cdk.training.regions import Regions
from constructs_lib.cdk.training.request import Bindings, as_sent, decodes_hyperparameters, render_request
from constructs_lib.training_job.refusal import refuse
from constructs_lib.training_job.request.attempt import attempt_request
from constructs_lib.training_job.request.members import with_argument
from constructs_lib.training_job.rules.problems import request_problems, request_warnings
from constructs_lib.training_job.rules.reader import Reader
from constructs_lib.training_job.tokens import is_token
from constructs_lib.workflow.permission import Permission
from constructs_lib.workflow.settings import RunSettings

_NAMED_BY_PLACE = "spot-training-constructs:base-job-name"
_REQUEST_WARNING = "spot-training-constructs:request"


class BoundTraining:
    """A training with everything that it stands on, and what that gives.

    Attributes:
        scope: What the created things are children of.
        arguments: What the author wants.
        role: The job's role.
        role_arn: Its ARN.
        stack: The stack of all that.
        partition: The stack's partition.
        region: The stack's Region.
        checkpoint_bucket: The bucket for checkpoints.
        checkpoint_bucket_arn: Its ARN.
        output_bucket: The bucket for models.
        keys: The keys of models and volumes.
        settings: What the state machine is rendered from.
        network: Where its jobs' containers are attached.
        job_tags: The tags of its jobs, complete when everything has been tagged.
        limits: What the image's algorithm refuses; `None` for a program of one's own.
        known_at_synth: By each value of the settings that is not known before synth, a function that gives it.
    """

    def __init__(
        self,
        scope: Construct,
        arguments: TrainingArguments,
        *,
        role: iam.IRole | iam.Role,
        checkpoint_bucket: s3.IBucket | s3.Bucket,
        output_bucket: s3.IBucket | s3.Bucket,
    ) -> None:
        """Bind image, channels, source, keys, buckets and network, grant what they need, and render the settings.

        Args:
            scope: What the created things become children of.
            arguments: What the author wants.
            role: The job's role.
            checkpoint_bucket: The bucket for checkpoints.
            output_bucket: The bucket for models.

        Raises:
            ValueError: CreateTrainingJob would refuse the request.
        """
        self.scope, self.arguments, self.role, self.stack = scope, arguments, role, stack_of(scope)
        self.partition, self.role_arn = self.stack.partition, role.role_arn
        self.checkpoint_bucket, self.output_bucket = checkpoint_bucket, output_bucket
        self.checkpoint_bucket_arn = checkpoint_bucket.bucket_arn
        self.keys, self._regions = Keys.of(arguments), Regions(self.stack)
        self.region = self._regions.region
        self._permissions: list[Permission] = []
        for argument, permission in self.keys.permissions:
            own = getattr(arguments.options, argument) is not None
            self._need(argument if own else "encryption_key", [permission])
        if not isinstance(role, TrainingRole):
            self._permissions.extend(logs_and_metrics(self.stack))
        self.network = self._bind_network()
        self._permissions.extend(self.network.permissions)
        options, request = arguments.options, render_request(arguments.options, self._bind())
        as_json = decodes_hyperparameters(options)
        if request.get("RemoteDebugConfig", {}).get("EnableRemoteDebug"):
            self._permissions.append(open_shells())
        kept = checkpoint_bucket.kept_seconds if isinstance(checkpoint_bucket, CheckpointBucket) else None
        self.settings = RunSettings(
            base_job_name=arguments.base_job_name,
            request=request,
            capacities=[as_sent(entry, as_json=as_json) for entry in arguments.capacity],
            max_runtime_seconds=arguments.runtime_seconds,
            max_wait_seconds=arguments.wait_seconds,
            checkpoint_bucket=checkpoint_bucket.bucket_name,
            checkpoint_local_path=arguments.options.checkpoint_local_path,
            checkpointing=arguments.checkpointing,
            capacity_patience_seconds=arguments.capacity_patience_seconds,
            longest_wait_seconds=arguments.longest_wait_seconds,
            longest_runtime_seconds=arguments.longest_runtime_seconds,
            allowed_instance_types=options.allowed_instance_types,
            input_locations=[place.uri for place in options.input_locations],
            checkpoints_kept_seconds=kept,
            decodes_hyperparameters=as_json,
            image_repository_uri=options.image.repository_uri,
            allowed_image_tags=options.allowed_image_tags,
            max_pending_seconds=options.max_pending,
            publish_metrics=options.publish_metrics,
            deadline=options.deadline,
            prices=deployed_prices(arguments, self.region),
        )
        own_tags = request.get("Tags", [])
        refuse(too_many_tags(len(own_tags)))
        self.job_tags = JobTags(scope, own_tags)
        tags = self.job_tags.later()
        self.settings = replace(self.settings, tags=tags)
        self.known_at_synth = {tags: self.job_tags.found}
        for place in options.input_locations:
            self._need("input_locations", place.permissions)
        if arguments.checkpointing:
            prefix, arn = f"{arguments.base_job_name}/", self.checkpoint_bucket_arn
            if options.base_job_name is None and options.checkpoint_bucket is not None:
                Annotations.of(scope).add_info_v2(
                    _NAMED_BY_PLACE,
                    f"checkpoints lie under '{prefix}' of 'checkpoint_bucket' by where the construct stands; say "
                    f"base_job_name={arguments.base_job_name!r}, so that runs find them when it is moved or renamed",
                )
            self._need("checkpoint_bucket", checkpoint_permissions(checkpoint_bucket, prefix, arn=arn))
        models = output_permissions(output_bucket, f"{options.output_prefix}/", own_key=self.keys.output is not None)
        self._need("output_bucket", models)
        self._check_requests()
        grant(scope, role, self._permissions)

    def _need(self, argument: str, permissions: Sequence[Permission]) -> None:
        self._permissions.extend(permissions)
        self._regions.see(argument, permissions)

    def _bind_network(self) -> Network:
        options = self.arguments.options
        self._regions.see_vpc(options.vpc)
        if options.vpc is None:
            return Network()
        network = bind_network(
            self.scope,
            vpc=options.vpc,
            vpc_subnets=options.vpc_subnets,
            security_groups=options.security_groups,
            allow_all_outbound=options.allow_all_outbound is not False,
            instances_talk=self.arguments.instances_talk,
        )
        for channel in options.channels.values():
            if channel.connections is not None:
                for group in network.security_groups:
                    channel.connections.allow_default_port_from(group)
                    for port in channel.inbound:
                        group.connections.allow_from(channel.connections, port)
        return network

    def _is_offline(self) -> bool:
        vpc: ec2.IVpc | None = self.arguments.options.vpc
        without_way_out = [] if vpc is None else [subnet.subnet_id for subnet in vpc.isolated_subnets]
        return bool(set(without_way_out) & set(self.network.subnet_ids))

    def _bind(self) -> Bindings:
        options = self.arguments.options
        image = options.image.bind(self.scope, self.role)
        channels = [channel.bind(self.scope, name) for name, channel in options.channels.items()]
        source = None
        if options.source is not None:
            source = options.source.bind(self.scope, isolated=options.network_isolation, offline=self._is_offline())
        self.limits = image.limits
        if source is not None:
            self._permissions.extend(source.permissions)
        self._permissions.extend(image.permissions)
        if not self._regions.see_image(image.uri):
            self._regions.see("image", image.permissions)
        for channel in channels:
            self._need(f"channels[{channel.members['ChannelName']}]", channel.permissions)
        return Bindings(
            role_arn=self.role_arn,
            output_s3_uri=f"s3://{self.output_bucket.bucket_name}/{options.output_prefix}",
            algorithm=image.members,
            channels=[*(channel.members for channel in channels), *([] if source is None else source.channels)],
            source={} if source is None else source.hyperparameters,
            network=self.network,
            output_key_arn=None if self.keys.output is None else self.keys.output.key_arn,
            volume_key_arn=None if self.keys.volume is None else self.keys.volume.key_arn,
        )

    def _check_requests(self) -> None:
        """Hold one attempt of each capacity against SageMaker's model and rules, as far as it is known now."""
        arguments, settings = self.arguments, self.settings
        overrides = arguments.options.training_job_overrides
        problems: dict[str, None] = {}
        warnings: dict[str, None] = {}
        base_job_name = "a" if is_token(arguments.base_job_name) else arguments.base_job_name
        for number, entry in enumerate(settings.capacities):
            request = attempt_request(
                settings.request,
                job_name=f"{base_job_name}-0000000000000000-1",
                capacity=entry,
                checkpoint_s3_uri=f"s3://{settings.checkpoint_bucket}/" if arguments.checkpointing else None,
                checkpoint_local_path=arguments.options.checkpoint_local_path,
                max_runtime_seconds=settings.max_runtime_seconds,
                max_wait_seconds=arguments.entry_seconds(entry),
                max_pending_seconds=settings.max_pending_seconds,
            )
            own = f" and by capacity[{number}]" if entry.hyperparameters or entry.environment else ""
            for problem in request_problems(request, unknown=is_token):
                of_settings = problem.startswith(("'HyperParameters", "'Environment"))
                problems[with_argument(problem, overrides) + (own if of_settings else "")] = None
            warnings.update(dict.fromkeys(request_warnings(request, unknown=is_token)))
            if self.limits is not None:
                reader = Reader(request, is_token)
                found = algorithm_problems(self.limits, reader, arguments.instance_types)
                problems.update(dict.fromkeys(with_argument(problem, overrides) for problem in found))
                warnings.update(dict.fromkeys(algorithm_warnings(self.limits, reader)))
        refuse([*self._regions.problems, *problems])
        warnings.update(
            dict.fromkeys(request_warnings(settings.request, unknown=is_token, plan_has_spot=arguments.has_spot))
        )
        if beyond := settings.beyond_sync:
            Annotations.of(self.scope).add_info(
                f"jobs are asked for by aws-sdk:sagemaker:createTrainingJob, because {', '.join(beyond)} "
                f"{'is' if len(beyond) == 1 else 'are'} not known to pass createTrainingJob.sync; each look whether a "
                "job has ended takes four transitions, an end is seen up to an hour late (a tenth of the job's time), "
                "and aborting a run leaves its job: spot-training stop stops both"
            )
        for warning in warnings:
            Annotations.of(self.scope).add_warning_v2(f"{_REQUEST_WARNING}:{warning.partition(' ')[0]}", warning)


class BoundAttributes:
    """What a construct that trains tells of itself; nothing of it can be set."""

    _bound: BoundTraining

    @property
    def base_job_name(self) -> str:
        """The first part of every job's name."""
        return self._bound.arguments.base_job_name

    @property
    def role(self) -> iam.IRole:
        """The role the jobs run as."""
        return self._bound.role

    @property
    def checkpoint_bucket(self) -> s3.IBucket:
        """The bucket for checkpoints."""
        return self._bound.checkpoint_bucket

    @property
    def output_bucket(self) -> s3.IBucket:
        """The bucket for models."""
        return self._bound.output_bucket

    @property
    def longest_wait_for_capacity(self) -> Duration:
        """How long it takes, when there is no spot capacity at all, until the last entry of the plan is tried."""
        return Duration.seconds(self._bound.arguments.longest_run.until_last_entry_seconds)

    @property
    def longest_run(self) -> Duration:
        """How long a run may last in all: every job of the plan to its limit."""
        return Duration.seconds(self._bound.arguments.longest_run.whole_seconds)

    @property
    def publish_metrics(self) -> bool:
        """Whether runs put their figures into CloudWatch."""
        return self._bound.settings.publish_metrics

    @property
    def has_deadline(self) -> bool:
        """Whether runs have a deadline."""
        return self._bound.settings.deadline is not None

    @property
    def security_groups(self) -> list[ec2.ISecurityGroup]:
        """The security groups of the jobs' containers; none without a VPC."""
        return list(self._bound.network.security_groups)


def bound_of(construct: BoundAttributes) -> BoundTraining:
    """Return the training of a construct, for another one that stands on it."""
    return construct._bound

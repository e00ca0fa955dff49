"""What can be wrong with arguments that are each right by themselves, before anything is created."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from constructs_lib.cdk.inputs.training_source import CODE_CHANNEL
from constructs_lib.cdk.training.arguments import TrainingArguments
from constructs_lib.cdk.training.network import network_problems
from constructs_lib.training_job.capacity.instance_type import has_local_storage
from constructs_lib.training_job.durations import readable
from constructs_lib.training_job.input_fields import RUN_MARK, SOURCE_HYPERPARAMETERS
from constructs_lib.training_job.limits import (
    MAX_JOB_SECONDS,
    MAX_RUNTIME_SECONDS,
    MAX_WAIT_WITHOUT_CHECKPOINTS_SECONDS,
)
from constructs_lib.training_job.tokens import is_token
from constructs_lib.workflow.deadline.plan_problems import plan_problems


def argument_problems(arguments: TrainingArguments) -> list[str]:
    """Say everything that is wrong with the arguments of a training."""
    problems = [
        *_runtime_problems(arguments),
        *_wait_problems(arguments),
        *_patience_problems(arguments),
        *_deadline_problems(arguments),
        *_cost_problems(arguments),
        *_source_problems(arguments),
        *_missing_source_problems(arguments),
        *_environment_problems(arguments),
        *_image_tag_problems(arguments),
        *_network_problems(arguments),
        *_volume_key_problems(arguments),
    ]
    if not problems and arguments.kept_seconds is not None:
        problems += _expiration_problems(arguments, arguments.kept_seconds)
    return problems


def _volume_key_problems(arguments: TrainingArguments) -> Iterator[str]:
    if arguments.options.volume_key is None:
        return
    local = [name for name in arguments.instance_types if not is_token(name) and has_local_storage(name)]
    if local:
        yield (
            f"'volume_key' cannot be used with {', '.join(local)}, whose local storage encrypts itself; leave it out, "
            "or pass 'encryption_key', which is used where there are volumes"
        )


def _runtime_problems(arguments: TrainingArguments) -> Iterator[str]:
    if not 1 <= arguments.runtime_seconds <= MAX_RUNTIME_SECONDS:
        yield f"'max_runtime' must be from 1 second to 28 days, got {readable(arguments.runtime_seconds)}"
    elif (
        arguments.options.longest_runtime is not None
        and not arguments.runtime_seconds <= arguments.longest_runtime_seconds <= MAX_RUNTIME_SECONDS
    ):
        yield (
            f"'longest_runtime' must be from 'max_runtime' ({readable(arguments.runtime_seconds)}) to 28 days, "
            f"got {readable(arguments.longest_runtime_seconds)}"
        )


def _wait_problems(arguments: TrainingArguments) -> Iterator[str]:
    seconds = {
        f"'max_wait' of capacity[{number}]": entry.max_wait_seconds
        for number, entry in enumerate(arguments.capacity)
        if entry.max_wait_seconds is not None
    }
    if arguments.has_spot:
        seconds["'max_wait'"] = arguments.wait_seconds
    elif arguments.options.max_wait is not None:
        yield "'max_wait' is for spot capacity, and 'capacity' has none; leave it out"
    for name, wait in seconds.items():
        if not arguments.checkpointing and max(wait, arguments.runtime_seconds) > MAX_WAIT_WITHOUT_CHECKPOINTS_SECONDS:
            yield (
                f"{name} and 'max_runtime' must be at most 1 hour for an algorithm that does not checkpoint, got "
                f"{readable(max(wait, arguments.runtime_seconds))}; make it checkpoint ('checkpointing'), or use "
                "on-demand capacity"
            )
        elif wait < arguments.runtime_seconds:
            yield f"{name} must be at least 'max_runtime' ({readable(arguments.runtime_seconds)}), got {readable(wait)}"
        elif wait > MAX_JOB_SECONDS:
            yield f"{name} must be at most 30 days, got {readable(wait)}"


def _patience_problems(arguments: TrainingArguments) -> Iterator[str]:
    patience = arguments.options.capacity_patience
    if patience is None or patience == "max_wait":
        return
    if not arguments.has_spot:
        yield "'capacity_patience' is for spot capacity, and 'capacity' has none; leave it out"
    elif not 60 <= patience < arguments.wait_seconds:
        yield (
            "'capacity_patience' must be at least 1 minute and less than 'max_wait' "
            f"({readable(arguments.wait_seconds)}), got {readable(patience)}; to wait as long as 'max_wait' "
            'write "max_wait"'
        )


def _deadline_problems(arguments: TrainingArguments) -> Iterator[str]:
    options = arguments.options
    yield from plan_problems(options.deadline, arguments.capacity, arguments.runtime_seconds)
    if options.deadline is None:
        return
    if not arguments.checkpointing:
        yield (
            "'deadline' moves a run from job to job, and the algorithm does not checkpoint, so that each begins anew; "
            "make it checkpoint ('checkpointing'), or leave it out"
        )
    for name in ("max_wait", "capacity_patience"):
        if getattr(options, name) is not None:
            yield f"'{name}' is decided by 'deadline'; leave one of them out"


def _cost_problems(arguments: TrainingArguments) -> Iterator[str]:
    options = arguments.options
    if options.max_cost is None:
        return
    if options.prices is None:
        yield "'max_cost' is reckoned by 'prices', and there are none; pass Prices.from_file(…), or leave it out"
    if options.deadline is not None:
        yield (
            "'max_cost' could end a run that 'deadline' is to bring to its end, at least cost already; leave one of "
            "them out"
        )


def _source_problems(arguments: TrainingArguments) -> Iterator[str]:
    options = arguments.options
    if options.source is None:
        return
    if options.network_isolation and CODE_CHANNEL in options.channels:
        yield (
            f"'channels' must not have {CODE_CHANNEL!r} beside 'source' with 'network_isolation', because the program "
            "comes into an isolated container by a channel of that name; call yours otherwise"
        )
    if options.image.takes_source is False:
        yield (
            "'source' is for an image that runs the program it is given, and 'image' is an algorithm of its own; "
            "leave it out, or use a framework image"
        )
    if arguments.options.source is not None:
        overridden = arguments.options.training_job_overrides.get("HyperParameters", {})
        for argument, given in (
            ("hyperparameters", arguments.options.hyperparameters),
            ("training_job_overrides", overridden if isinstance(overridden, Mapping) else {}),
            *((f"capacity[{number}]", entry.hyperparameters) for number, entry in enumerate(arguments.capacity)),
        ):
            for name in SOURCE_HYPERPARAMETERS:
                if name in given:
                    yield f"'{argument}' must not set {name!r}, which 'source' sets, got {given[name]!r}; leave one out"


def _missing_source_problems(arguments: TrainingArguments) -> Iterator[str]:
    """A framework image has nothing to run of its own: what it checkpoints is up to a program that it is given."""
    options, image = arguments.options, arguments.options.image
    given = {**options.hyperparameters, **options.environment, **options.training_job_overrides}
    named = {"sagemaker_program", "SAGEMAKER_PROGRAM", "AlgorithmSpecification", "HyperParameters", "Environment"}
    if (
        options.source is None
        and not options.container_entrypoint
        and image.takes_source
        and image.checkpoints is None
        and not named & given.keys()
    ):
        yield (
            "'source' is required for a framework image, which has no program of its own; write "
            'TrainingSource.from_directory("…", "train.py"), or say what runs with \'container_entrypoint\''
        )


def _environment_problems(arguments: TrainingArguments) -> Iterator[str]:
    overridden = arguments.options.training_job_overrides.get("Environment", {})
    for argument, given in (("environment", arguments.options.environment), ("training_job_overrides", overridden)):
        if RUN_MARK in given:
            yield f"'{argument}' must not set {RUN_MARK!r}, which the run itself sets; leave it out"


def _image_tag_problems(arguments: TrainingArguments) -> Iterator[str]:
    if arguments.options.allowed_image_tags and arguments.options.image.repository_uri is None:
        yield (
            "'allowed_image_tags' is for an image of an Amazon ECR repository that goes by its tag, and 'image' is not "
            "one; use TrainingImage.from_ecr_repository(…, tag=…), or leave it out"
        )


def _network_problems(arguments: TrainingArguments) -> Iterator[str]:
    options = arguments.options
    yield from network_problems(
        vpc=options.vpc,
        vpc_subnets=options.vpc_subnets,
        security_groups=options.security_groups,
        allow_all_outbound=options.allow_all_outbound,
    )
    if options.vpc is None:
        for name, channel in options.channels.items():
            if channel.needs_vpc:
                yield f"'channels' has {name!r}, a file system that is reached through a VPC, and no 'vpc'; pass it"


def _expiration_problems(arguments: TrainingArguments, kept_seconds: int) -> Iterator[str]:
    if kept_seconds < arguments.longest_run_seconds:
        yield (
            "'expiration' of the checkpoint bucket must be at least as long as a run can last "
            f"({readable(arguments.longest_run_seconds)}), got {readable(kept_seconds)}; raise it, or shorten "
            "'max_wait' or the plan"
        )

"""TrainingOptions: what `SpotTraining` and `SpotTrainingTask` take, each keyword told once."""

# without `annotations` from `__future__`: as texts they would hide `Required` from `__required_keys__`

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, ParamSpec, Required, TypedDict, get_type_hints

from aws_cdk import Duration, Size
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms

from constructs_lib.cdk.images.training_image import TrainingImage
from constructs_lib.cdk.inputs.input_location import InputLocation
from constructs_lib.cdk.inputs.training_channel import TrainingChannel
from constructs_lib.cdk.inputs.training_source import TrainingSource
from constructs_lib.training_job.capacity.capacity import Capacity
from constructs_lib.training_job.capacity.own_settings import HyperParameter
from constructs_lib.training_job.capacity.prices import Prices
from constructs_lib.training_job.request.tracking import Experiment, TensorBoard
from constructs_lib.workflow.deadline.deadline import Deadline

P = ParamSpec("P")


class SharedTrainingOptions(TypedDict, total=False):
    """The keywords that trainings may share: all that `TrainingOptions` has but `image` and `capacity`.

    Write what they have in common once: `common: SharedTrainingOptions = {…}`, then `SpotTraining(self, "Churn",
    image=…, capacity=[…], **common)`, and with something else for one of them `**common | {"max_runtime": …}`.
    """

    # how long

    max_runtime: Duration | None
    """The training budget of a run over all its attempts, up to 28 days. Defaults to one day, as SageMaker's own, and
    with a `deadline` to twice its expected runtime, if that is longer."""

    max_wait: Duration | None
    """How long one spot attempt may last, waiting for capacity included; at least `max_runtime`, at most 30 days.
    Defaults to twice `max_runtime`, within SageMaker's limit."""

    capacity_patience: Duration | Literal["max_wait"] | None
    """How long a spot attempt may be without an instance, before its first one and after an interruption alike, before
    the run stops it and goes on with the plan; at least one minute, less than `max_wait`. The last entry of the plan
    waits as long as `max_wait`, and with `"max_wait"` every entry does. Defaults to 30 minutes where the plan has a
    further entry and `max_wait` is longer."""

    deadline: Deadline | None
    """By when a run is to have ended, at least cost: `Deadline.after(Duration.hours(60),
    expected_runtime=Duration.hours(48))`. It chooses between the spot and the on-demand capacities of the plan, and
    decides `max_wait` and `capacity_patience`, which are left out. A run's input may say another one. Defaults to none:
    the plan is followed from its first entry to its last."""

    longest_runtime: Duration | None
    """The longest `MaxRuntimeInSeconds` that an execution's input may ask for; at least `max_runtime`. Defaults to
    `max_runtime`."""

    prices: Prices | Mapping[str, Any] | None
    """The on-demand prices of the instances in the stack's Region, `Prices.from_file("prices.json")`, or an object of
    the same form; they go into the state machine with their day. An execution's input may then have a `MaxCost`, and
    the command reckons by them. Where the Region is not known at synth, they are of one only. Defaults to none."""

    max_cost: float | None
    """What the instances of a run may cost in US dollars, by `prices`, and the most that the `MaxCost` of an
    execution's input may be. An attempt trains for no longer than what is left of it buys at the on-demand price; what
    spot saves is there for further attempts. Not with a `deadline`. Defaults to what `max_runtime` allows."""

    max_pending: Duration | None
    """How long a job on reserved capacity may be pending, 30 minutes to 28 days. Defaults to SageMaker's own."""

    # what it trains on

    channels: Mapping[str, TrainingChannel] | None
    """The input channels by name; each is a directory under `/opt/ml/input/data/`. Defaults to no input."""

    input_locations: Sequence[InputLocation] | None
    """Further places in S3 that an execution's input may name for a channel; the job's role may read them. Defaults to
    what lies under the channels' own prefixes."""

    input_mode: Literal["File", "FastFile", "Pipe"] | None
    """How channels that do not say it themselves are read. Defaults to `File`: copied before the training."""

    source: TrainingSource | None
    """The training program for a framework image that reads it from S3; such an image needs it, or
    `container_entrypoint`. Defaults to what the image holds."""

    hyperparameters: Mapping[str, HyperParameter] | None
    """Names and values; each reaches the program as it is written: numbers and booleans are sent as JSON has them, and
    so are strings where the image decodes hyperparameters, as one does that runs a `source`. They can be read by
    whoever may describe a job, so no secrets. Defaults to none."""

    environment: Mapping[str, str] | None
    """Environment variables of the container; no secrets. Defaults to none."""

    container_entrypoint: Sequence[str] | None
    """What runs in the container. Defaults to the image's own."""

    container_arguments: Sequence[str] | None
    """Its arguments. Defaults to the image's own."""

    # where it runs

    allowed_instance_types: Sequence[str] | None
    """Further instance types that the `Capacity` of an execution's input may name, in the markets and up to the
    instance counts of the plan. Defaults to the plan's own."""

    allowed_image_tags: Sequence[str] | None
    """Further tags that the `ImageTag` of an execution's input may name, in the repository of `image`, which goes by a
    tag in Amazon ECR; a `*` stands for any characters, as in `nightly-*`. Defaults to the deployed image only."""

    keep_alive: Duration | None
    """How long on-demand instances stay warm for the next job, up to 6 hours; spot attempts go without. Defaults to not
    at all."""

    maximum_retry_attempts: int | None
    """How often SageMaker itself repeats a job after an internal error, 1 to 30. Defaults to never; the run repeats."""

    volume_size: Size | None
    """The storage volume of each instance. Defaults to 30 GiB."""

    vpc: ec2.IVpc | ec2.Vpc | None
    """The VPC that the containers are attached to. Defaults to none; SageMaker's own network then."""

    vpc_subnets: ec2.SubnetSelection | None
    """Which of its subnets. Defaults to the private ones."""

    security_groups: Sequence[ec2.ISecurityGroup | ec2.SecurityGroup] | None
    """The security groups of the containers, up to 5. Defaults to a new one."""

    allow_all_outbound: bool | None
    """Whether the new security group lets everything out; without it, open what the job needs on
    `security_groups[0]`. Defaults to yes."""

    network_isolation: bool | None
    """Whether the container is cut off from every network; SageMaker still copies data in and out. Defaults to not."""

    inter_container_encryption: bool | None
    """Whether traffic between the instances of a job is encrypted. Defaults to not."""

    # what is kept

    base_job_name: str | None
    """The first part of every job's name and of the checkpoint prefix, up to 40 lower-case letters, digits and hyphens.
    Defaults to the construct's path, so that a construct that is moved or renamed does not find its earlier runs: say
    the name that it has before you move it."""

    checkpointing: bool | None
    """Whether the algorithm writes checkpoints; where it does not, SageMaker limits `max_wait` to one hour. Defaults to
    what the image knows of its algorithm, and to yes for a program of one's own."""

    checkpoint_local_path: str | None
    """Where the program finds its checkpoints. Defaults to SageMaker's own path, `/opt/ml/checkpoints`."""

    output_prefix: str | None
    """The prefix of every model in the bucket for models, without slashes at its ends. Defaults to `models`."""

    output_compression: Literal["GZIP", "NONE"] | None
    """Whether a model is one `model.tar.gz` or single files. Defaults to `GZIP`."""

    encryption_key: kms.IKey | kms.Key | None
    """One key for all that is encrypted and has no key of its own here: new buckets, the models, and the volumes of
    instance types that have volumes to encrypt. Defaults to keys that AWS manages."""

    output_key: kms.IKey | kms.Key | None
    """The key that models are encrypted with. Defaults to `encryption_key`, and else to what SageMaker takes then: by
    its reference the key that AWS manages for S3 in the job role's account, whatever key a bucket of yours has. To have
    that one, pass it here too."""

    volume_key: kms.IKey | kms.Key | None
    """The key that volumes are encrypted with; refused for instance types with local storage, which encrypts itself.
    Defaults to `encryption_key`, where the instance type takes one."""

    # what is told

    metric_definitions: Mapping[str, str] | None
    """Metrics in the job's logs: names, and regular expressions whose first group is the value; up to 40. Defaults to
    none."""

    metrics_time_series: bool | None
    """Whether SageMaker keeps a time series of these metrics. Defaults to SageMaker's own choice."""

    tensorboard: TensorBoard | None
    """Where TensorBoard data go. Defaults to nowhere."""

    experiment: Experiment | None
    """The SageMaker experiment that jobs belong to. Defaults to none."""

    remote_debug: bool | None
    """Whether somebody may open a shell in the container, by Systems Manager, whose agent there the job's role allows
    (https://docs.aws.amazon.com/sagemaker/latest/dg/train-remote-debugging.html). Defaults to not."""

    infra_check: bool | None
    """Whether SageMaker checks the instances before the training. Defaults to SageMaker's own choice."""

    tags: Mapping[str, str] | None
    """Tags of every job, up to 48: Step Functions adds two. Those that `Tags.of(…).add(…)` gives a scope around the
    training are added, where they are not named here; to `include_resource_types` a job is an
    `AWS::SageMaker::TrainingJob`. The tags of `Stack(tags=…)` alone are CloudFormation's and reach no job. Defaults to
    no further tags."""

    publish_metrics: bool | None
    """Whether a run puts its figures (savings, times, interruptions) into CloudWatch, namespace `SpotTraining`.
    Defaults to yes; CloudWatch bills its metrics by the hours in which there are data."""

    # everything else

    training_job_overrides: Mapping[str, Any] | None
    """A partial CreateTrainingJob request in the API's own names, merged over what the other options give: objects
    member by member, lists as a whole. What the run owns is refused there. Defaults to nothing."""


class TrainingOptions(SharedTrainingOptions, total=False):
    """The keywords of a training; only `image` and `capacity` are needed.

    They are flat keyword arguments: `SpotTraining(self, "Training", image=…, capacity=[…], max_runtime=…)`. What
    several trainings share is a `SharedTrainingOptions`. `None` is as if an option were not given. A member of
    CreateTrainingJob that is not asked for is not sent, beyond those that a run needs: AWS does not document which of
    the newer ones Step Functions passes on.

    See https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTrainingJob.html
    """

    image: Required[TrainingImage]
    """The training image, or the algorithm."""

    capacity: Required[Sequence[Capacity]]
    """The capacity plan, cheapest wish first: what a run tries, in this order, until one finishes it; up to 16."""


def shows_options(init: Callable[P, None]) -> Callable[P, None]:
    """Write every option with its type into the signature of a constructor that takes them as `**options`.

    `help` shows it, and `read_options` reads it.
    """
    own, needed = inspect.signature(init, eval_str=True), TrainingOptions.__required_keys__
    options = [
        inspect.Parameter(
            name,
            inspect.Parameter.KEYWORD_ONLY,
            annotation=hint,
            default=inspect.Parameter.empty if name in needed else None,
        )
        for name, hint in sorted(get_type_hints(TrainingOptions).items(), key=lambda item: item[0] not in needed)
    ]
    kept = [each for each in own.parameters.values() if each.kind is not inspect.Parameter.VAR_KEYWORD]
    init.__signature__ = own.replace(parameters=[*kept, *options])  # type: ignore[attr-defined]
    return init

"""Input channels: what is in them, how it reaches the container, and which instances get it."""

from __future__ import annotations

from collections.abc import Iterator

from constructs_lib.training_job.rules.reader import Reader, repeated_texts
from constructs_lib.training_job.rules.rule import API, GUIDE, Rule

_S3 = "DataSource.S3DataSource"
_FILES = "DataSource.FileSystemDataSource"


def channels_have_names_of_their_own(request: Reader) -> Iterator[str]:
    """A channel is a directory of the container: its name appears once."""
    names = [name for _, name in repeated_texts(request.entries("InputDataConfig"), "ChannelName")]
    for name in sorted(set(names)):
        yield f"'InputDataConfig' must name each channel once, got {name!r} more than once"


def augmented_manifests_are_piped(request: Reader) -> Iterator[str]:
    """The lines of an augmented manifest are streamed through a pipe.

    Two API pages and the guide's own page on augmented manifests say so; one page of the guide mentions them with File.
    """
    for channel, mode in _with_modes(request):
        if channel.text(f"{_S3}.S3DataType") == "AugmentedManifestFile" and mode not in (None, "Pipe"):
            yield (
                f"'{channel.path(_S3)}.S3DataType' may be 'AugmentedManifestFile' only with the input mode 'Pipe', "
                f"got {mode!r}"
            )


def manifests_are_not_read_on_demand(request: Reader) -> Iterator[str]:
    """FastFile streams what lies under a prefix, and reads no manifests."""
    for channel, mode in _with_modes(request):
        if channel.text(f"{_S3}.S3DataType") == "ManifestFile" and mode == "FastFile":
            yield (
                f"'{channel.path(_S3)}.S3DataType' cannot be 'ManifestFile' with the input mode 'FastFile'; use 'File' "
                "or 'Pipe' for this channel"
            )


def augmented_manifests_have_attributes(request: Reader) -> Iterator[str]:
    """Which attributes of a line reach the program is said for augmented manifests, and for nothing else."""
    for channel in request.entries("InputDataConfig"):
        kind, named = channel.text(f"{_S3}.S3DataType"), channel.size(f"{_S3}.AttributeNames") > 0
        if kind == "AugmentedManifestFile" and not named and not channel.hides(f"{_S3}.AttributeNames"):
            yield f"'{channel.path(_S3)}.AttributeNames' is required where 'S3DataType' is 'AugmentedManifestFile'"
        elif kind not in (None, "AugmentedManifestFile") and named:
            yield f"'{channel.path(_S3)}.AttributeNames' is for 'S3DataType' 'AugmentedManifestFile', got {kind!r}"


def compressed_channels_are_piped(request: Reader) -> Iterator[str]:
    """SageMaker decompresses what it streams through a pipe, and nothing else."""
    for channel, mode in _with_modes(request):
        if channel.text("CompressionType") == "Gzip" and mode not in (None, "Pipe"):
            yield (
                f"'{channel.path('CompressionType')}' may be 'Gzip' only with the input mode 'Pipe', got {mode!r}; "
                "leave it out, the program gets the objects as they are"
            )


def wrapped_records_are_streamed(request: Reader) -> Iterator[str]:
    """Objects that are copied are not wrapped in RecordIO."""
    for channel, mode in _with_modes(request):
        if channel.text("RecordWrapperType") == "RecordIO" and mode == "File":
            yield f"'{channel.path('RecordWrapperType')}' cannot be 'RecordIO' with the input mode 'File'; leave it out"


def file_systems_are_in_a_vpc(request: Reader) -> Iterator[str]:
    """EFS and FSx for Lustre are mounted from the job's VPC."""
    for channel in request.entries("InputDataConfig"):
        if channel.has(_FILES) and request.lacks("VpcConfig"):
            yield f"'VpcConfig' is required, because '{channel.path(_FILES)}' is reached from a VPC"


def file_system_directories_are_absolute(request: Reader) -> Iterator[str]:
    """A directory of a file system is given by its full path; of FSx that begins with the mount name."""
    for channel in request.entries("InputDataConfig"):
        directory = channel.text(f"{_FILES}.DirectoryPath")
        if directory is not None and not directory.startswith("/"):
            yield f"'{channel.path(_FILES)}.DirectoryPath' must be a full path that begins with '/', got {directory!r}"


def channels_go_to_groups_there_are(request: Reader) -> Iterator[str]:
    """The groups that a channel goes to are instance groups of the job."""
    resources = request.member("ResourceConfig")
    names = {group.text("InstanceGroupName") for group in resources.entries("InstanceGroups")}
    if not _are_known(resources, names):
        return
    listed = ", ".join(sorted(repr(name) for name in names)) or "no groups"
    for channel in request.entries("InputDataConfig"):
        for name in channel.texts(f"{_S3}.InstanceGroupNames"):
            if name not in names:
                yield (
                    f"'{channel.path(_S3)}.InstanceGroupNames' must name groups of 'ResourceConfig.InstanceGroups' "
                    f"({listed}), got {name!r}"
                )


def all_channels_go_to_groups_or_none(request: Reader) -> Iterator[str]:
    """SageMaker refuses a request where some channels name instance groups and others do not."""
    path = f"{_S3}.InstanceGroupNames"
    channels = [channel for channel in request.entries("InputDataConfig") if not channel.hides(path)]
    grouped = [channel for channel in channels if channel.size(path) > 0]
    if 0 < len(grouped) < len(channels):
        yield (
            f"'InputDataConfig' must have 'InstanceGroupNames' on every channel or on none, "
            f"got {len(grouped)} of {len(channels)}"
        )


def _are_known(resources: Reader, names: set[str | None]) -> bool:
    if None in names or resources.hides("InstanceGroups") or not resources.value:
        return False
    return len(resources.entries("InstanceGroups")) == resources.size("InstanceGroups")


def _with_modes(request: Reader) -> Iterator[tuple[Reader, str | None]]:
    """Yield each channel with its input mode; `None` where that is not known."""
    for channel in request.entries("InputDataConfig"):
        own = not channel.lacks("InputMode")
        yield channel, channel.text("InputMode") if own else request.text("AlgorithmSpecification.TrainingInputMode")


_CHANNEL = f"{API}API_Channel.html"
_SOURCE = f"{API}API_S3DataSource.html"
_FILE_SYSTEM = f"{API}API_FileSystemDataSource.html"

RULES = (
    Rule(check=channels_have_names_of_their_own, page=_CHANNEL),
    Rule(check=augmented_manifests_are_piped, page=_SOURCE),
    Rule(check=manifests_are_not_read_on_demand, page=f"{GUIDE}model-access-training-data.html"),
    Rule(check=augmented_manifests_have_attributes, page=f"{GUIDE}augmented-manifest.html"),
    Rule(check=compressed_channels_are_piped, page=_CHANNEL),
    Rule(check=wrapped_records_are_streamed, page=_CHANNEL),
    Rule(check=file_systems_are_in_a_vpc, page=f"{GUIDE}model-access-training-data.html"),
    Rule(check=file_system_directories_are_absolute, page=_FILE_SYSTEM),
    Rule(check=channels_go_to_groups_there_are, page=_SOURCE),
    Rule(check=all_channels_go_to_groups_or_none, page="https://github.com/aws/sagemaker-python-sdk/issues/6089"),
)

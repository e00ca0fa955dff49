"""What SageMaker has against a request for one of its own algorithms, and what is only doubtful."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from constructs_lib.cdk.images.algorithm_limits import AlgorithmLimits
from constructs_lib.training_job.capacity.instance_type import family
from constructs_lib.training_job.rules.reader import Reader

_METRICS = "AlgorithmSpecification.MetricDefinitions"
_MODE = "AlgorithmSpecification.TrainingInputMode"


def algorithm_problems(limits: AlgorithmLimits, request: Reader, instance_types: Sequence[str]) -> Iterator[str]:
    """Yield what SageMaker refuses, one sentence a problem.

    Args:
        limits: The algorithm's.
        request: A CreateTrainingJob request for it.
        instance_types: Every type that a job may run on.
    """
    if request.filled(_METRICS):
        yield (
            f"'{_METRICS}' cannot be set for {limits.name!r}, whose metrics SageMaker defines; leave it out, and see "
            f"{limits.page}"
        )
    without = [name for name in instance_types if family(name) and not family(name).startswith(("g", "p"))]
    if limits.gpu_only and without:
        yield (
            f"'ResourceConfig.InstanceType' must have a GPU for {limits.name!r}, got "
            f"{', '.join(map(repr, without))}; use a type such as 'ml.g5.xlarge', and see {limits.page}"
        )
    if limits.single_instance and (count := _instances(request)) > 1:
        yield (
            f"'ResourceConfig.InstanceCount' must be 1 for {limits.name!r}, which trains on one instance only, got "
            f"{count}; see {limits.page}"
        )
    if not limits.pipe:
        yield from _pipe_problems(limits, request)


def algorithm_warnings(limits: AlgorithmLimits, request: Reader) -> Iterator[str]:
    """Yield what SageMaker takes though it is in vain, one sentence a warning."""
    if request.has("HyperParameters.sagemaker_program"):
        return
    for channel in request.entries("InputDataConfig"):
        given = channel.text("ContentType")
        known = limits.content_types
        if given is not None and known is not None and given.partition(";")[0].strip().lower() not in known:
            yield (
                f"'{channel.path('ContentType')}' is {given!r}, which {limits.name!r} is not known to read; it reads "
                f"{', '.join(map(repr, known))}: {limits.page}"
            )
    if not limits.resumes and request.has("CheckpointConfig"):
        yield (
            "'CheckpointConfig' may be in vain: by its public source this version of XGBoost does not find the "
            "checkpoints that it writes, so an attempt may begin anew; give it a program that loads them by 'source' "
            "(script mode), or use version '1.5-1'"
        )


def _pipe_problems(limits: AlgorithmLimits, request: Reader) -> Iterator[str]:
    channels = request.entries("InputDataConfig")
    paths = [(channel.path("InputMode"), channel.text("InputMode")) for channel in channels]
    if not channels or any(channel.lacks("InputMode") for channel in channels):
        paths.append((_MODE, request.text(_MODE)))
    for path, mode in paths:
        if mode == "Pipe":
            yield f"'{path}' cannot be 'Pipe' for {limits.name!r}, which reads files; use 'File', and see {limits.page}"


def _instances(request: Reader) -> int:
    resources = request.member("ResourceConfig")
    groups = sum(group.number("InstanceCount") or 0 for group in resources.entries("InstanceGroups"))
    return max(resources.number("InstanceCount") or 0, groups)

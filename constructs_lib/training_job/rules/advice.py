"""What a request may hold and probably should not: warnings, which an author can acknowledge."""

from __future__ import annotations

from collections.abc import Iterator

from constructs_lib.training_job.capacity.instance_type import is_accelerated
from constructs_lib.training_job.rules.accelerators import ACCELERATORS
from constructs_lib.training_job.rules.reader import Reader
from constructs_lib.training_job.rules.refused.storage import requested_types
from constructs_lib.training_job.rules.rule import API, GUIDE, Rule
from constructs_lib.training_job.service_model import (
    WELL_FORMED_INSTANCE_TYPE,
    closest_instance_type,
    instance_types,
    plain,
    shown,
)

_DEBUGGER = ("DebugHookConfig", "DebugRuleConfigurations", "ProfilerRuleConfigurations", "ProfilerConfig")
_ADDRESSES = ("s3://", "http://", "https://")
_OF_SOURCE = ("sagemaker_submit_directory",)
"""What the rules refuse."""
_PENDING = "StoppingCondition.MaxPendingTimeInSeconds"


def unknown_instance_types(request: Reader) -> Iterator[str]:
    """An instance type that botocore does not list may be newer, or misspelt."""
    known = instance_types()
    for path, name in requested_types(request):
        if name not in known and WELL_FORMED_INSTANCE_TYPE.fullmatch(name):
            near = closest_instance_type(name, known)
            yield f"'{path}' is {name!r}, which this version of botocore does not know{near}"


def pending_time_is_for_accelerators(request: Reader) -> Iterator[str]:
    """MaxPendingTimeInSeconds has no effect on instances without an accelerator."""
    types = requested_types(request)
    judged = all(WELL_FORMED_INSTANCE_TYPE.fullmatch(name) for _, name in types)
    if request.has(_PENDING) and types and judged and not any(is_accelerated(name) for _, name in types):
        listed = ", ".join(repr(name) for _, name in types)
        yield f"'{_PENDING}' has no effect on instance types without an accelerator, got {listed}; leave it out"


def debugger_is_closed(request: Reader) -> Iterator[str]:
    """SageMaker Debugger, its profiler included, is closed to new customers."""
    given = request.present(_DEBUGGER)
    if given == ["ProfilerConfig"] and request.flag("ProfilerConfig.DisableProfiler") is True:
        return
    for name in given[:1]:
        others = f" (with {', '.join(map(repr, given[1:]))})" if given[1:] else ""
        yield (
            f"'{name}'{others} is SageMaker Debugger's, which AWS closed to new customers on 30 July 2026; its rules "
            "run as processing jobs, for which the roles here are granted nothing, and its actions do not work with "
            "spot; leave it out, or see to the permissions yourself"
        )


def isolated_containers_fetch_nothing(request: Reader) -> Iterator[str]:
    """An isolated container cannot fetch what an address in its settings leads to."""
    if request.flag("EnableNetworkIsolation") is not True:
        return
    if request.flag("RemoteDebugConfig.EnableRemoteDebug") is True:
        yield (
            "'RemoteDebugConfig.EnableRemoteDebug' is in vain with 'EnableNetworkIsolation', because an isolated "
            "container does not reach Systems Manager; leave one out"
        )
    for member in ("HyperParameters", "Environment"):
        for name, text in request.settings(member):
            address = text.strip('"')
            if address.startswith(_ADDRESSES) and name not in _OF_SOURCE:
                yield (
                    f"'{member}.{plain(name)}' is {shown(address)}, which an isolated container cannot fetch; bring it "
                    "by a channel, and name the path under '/opt/ml/input/data'"
                )


def named_algorithms_have_metrics(request: Reader) -> Iterator[str]:
    """The metrics of an algorithm of AWS Marketplace cannot be overridden; of one's own nothing is said."""
    metrics = "AlgorithmSpecification.MetricDefinitions"
    if request.has("AlgorithmSpecification.AlgorithmName") and request.has(metrics):
        yield (
            f"'{metrics}' goes with 'AlgorithmName', and SageMaker lets nobody override the metrics of an algorithm of "
            "AWS Marketplace; leave it out, unless the algorithm is your own"
        )


ADVICE = (
    Rule(check=unknown_instance_types, page=f"{API}API_ResourceConfig.html"),
    Rule(check=pending_time_is_for_accelerators, page=f"{API}API_StoppingCondition.html"),
    ACCELERATORS,
    Rule(check=debugger_is_closed, page=f"{GUIDE}debugger-availability-change.html"),
    Rule(check=named_algorithms_have_metrics, page=f"{API}API_AlgorithmSpecification.html"),
    Rule(check=isolated_containers_fetch_nothing, page=f"{GUIDE}mkt-algo-model-internet-free.html"),
)


def wasted_on_spot(request: Reader) -> Iterator[str]:
    """A run strips from spot attempts what SageMaker refuses there; only its on-demand attempts have it."""
    resources = request.member("ResourceConfig")
    given = [name for name in ("KeepAlivePeriodInSeconds", "TrainingPlanArn") if resources.has(name)]
    for name in given:
        if resources.number(name) != 0:
            yield (
                f"'ResourceConfig.{name}' is sent with the on-demand attempts of the run only, because managed spot "
                "training has none of it"
            )


WASTED_ON_SPOT = Rule(check=wasted_on_spot, page=f"{GUIDE}train-warm-pools.html")
"""Advice on what the attempts of a plan share, where some of them are spot."""

"""What a job runs on: one way of saying it, and what does not go together."""

from __future__ import annotations

from collections.abc import Iterator

from constructs_lib.training_job.rules.reader import Reader, repeated_texts
from constructs_lib.training_job.rules.rule import API, GUIDE, Rule

_WAYS = ("InstanceType", "InstanceGroups", "InstancePreferences")


def instances_are_named_once(request: Reader) -> Iterator[str]:
    """ResourceConfig names its instances in exactly one way; only a serverless job names none."""
    ways = [name for name in _WAYS if request.filled(f"ResourceConfig.{name}")]
    if request.hides("ResourceConfig"):
        return
    # a list that is not known yet may be empty
    sure = [name for name in ways if name == "InstanceType" or not request.hides(f"ResourceConfig.{name}")]
    if len(sure) > 1 or (not ways and request.lacks("ServerlessJobConfig")):
        yield (
            "'ResourceConfig' must name instances by one of 'InstanceType', 'InstanceGroups' and 'InstancePreferences'"
            f", got {' and '.join(ways) or 'none'}"
        )


def instance_type_has_a_count(request: Reader) -> Iterator[str]:
    """A job on one instance type says how many instances it has."""
    resources = request.member("ResourceConfig")
    if resources.has("InstanceType") and (resources.lacks("InstanceCount") or resources.number("InstanceCount") == 0):
        yield "'ResourceConfig.InstanceCount' must be at least 1 where 'InstanceType' is given"


def groups_have_their_own_counts(request: Reader) -> Iterator[str]:
    """Instance groups exclude the pair of instance type and count."""
    resources = request.member("ResourceConfig")
    if resources.size("InstanceGroups") > 0 and resources.has("InstanceCount"):
        yield "'ResourceConfig.InstanceCount' cannot be used with 'InstanceGroups', which have their own; leave it out"


def preferences_are_on_demand(request: Reader) -> Iterator[str]:
    """SageMaker chooses from a list on-demand and from training plans only."""
    resources = request.member("ResourceConfig")
    if request.flag("EnableManagedSpotTraining") is True and resources.size("InstancePreferences") > 0:
        yield (
            "'ResourceConfig.InstancePreferences' cannot be used with managed spot training; use one of the two, "
            "or a job for each instance type"
        )


def preferences_exclude_placement(request: Reader) -> Iterator[str]:
    """Placing instances on UltraServers is for one instance type."""
    resources = request.member("ResourceConfig")
    if resources.size("InstancePreferences") > 0 and resources.has("InstancePlacementConfig"):
        yield "'ResourceConfig.InstancePlacementConfig' cannot be used with 'InstancePreferences'; use one of the two"


def preferences_are_counted_one_way(request: Reader) -> Iterator[str]:
    """The count stands on every preference, or once on ResourceConfig."""
    resources = request.member("ResourceConfig")
    preferences = resources.entries("InstancePreferences")
    if not preferences or len(preferences) < resources.size("InstancePreferences"):
        return
    counted = sum(preference.has("InstanceCount") for preference in preferences)
    where = "'ResourceConfig.InstancePreferences'"
    if 0 < counted < len(preferences):
        yield f"{where} must have an 'InstanceCount' each or none, got {counted} of {len(preferences)}"
    elif counted and resources.has("InstanceCount"):
        yield f"{where} have counts, and so has 'ResourceConfig.InstanceCount'; leave out one of the two"
    elif not counted and not resources.has("InstanceCount"):
        yield f"{where} have no counts; give 'ResourceConfig.InstanceCount', or an 'InstanceCount' each"


def preferences_differ(request: Reader) -> Iterator[str]:
    """An instance type stands once in a list of preferences."""
    preferences = request.member("ResourceConfig").entries("InstancePreferences")
    for preference, name in repeated_texts(preferences, "InstanceType"):
        yield f"'{preference.path('InstanceType')}' must be another than the preferences before it, got {name!r} again"


def one_training_plan(request: Reader) -> Iterator[str]:
    """A training plan stands on a preference or on ResourceConfig."""
    resources = request.member("ResourceConfig")
    planned = [entry for entry in resources.entries("InstancePreferences") if entry.has("TrainingPlanArns")]
    if planned and resources.has("TrainingPlanArn"):
        yield (
            f"'{planned[0].path('TrainingPlanArns')}' cannot be used with 'ResourceConfig.TrainingPlanArn'; "
            "use one of the two"
        )


def selection_is_read_only(request: Reader) -> Iterator[str]:
    """Which preference was taken is an answer of DescribeTrainingJob."""
    for name in request.member("ResourceConfig").present(("SelectedInstanceType", "SelectedInstanceCount")):
        yield f"'ResourceConfig.{name}' is read-only, and SageMaker does not accept it in a request; leave it out"


def warm_pools_are_on_demand(request: Reader) -> Iterator[str]:
    """A warm pool cannot be kept of spot instances."""
    if request.flag("EnableManagedSpotTraining") is True and _keeps_alive(request):
        yield (
            "'ResourceConfig.KeepAlivePeriodInSeconds' cannot be used with managed spot training; use one of the two"
        )


def warm_pools_have_one_instance_type(request: Reader) -> Iterator[str]:
    """A warm pool cannot be kept of a heterogeneous cluster."""
    if request.size("ResourceConfig.InstanceGroups") > 0 and _keeps_alive(request):
        yield "'ResourceConfig.KeepAlivePeriodInSeconds' cannot be used with 'InstanceGroups'; use one of the two"


def training_plans_are_not_spot(request: Reader) -> Iterator[str]:
    """A training plan is capacity that was reserved and paid for; that spot excludes it is inferred from that."""
    if request.flag("EnableManagedSpotTraining") is True and request.has("ResourceConfig.TrainingPlanArn"):
        yield "'ResourceConfig.TrainingPlanArn' cannot be used with managed spot training; use one of the two"


def placements_have_instances(request: Reader) -> Iterator[str]:
    """At least one instance is placed on an UltraServer."""
    for entry in request.member("ResourceConfig.InstancePlacementConfig").entries("PlacementSpecifications"):
        if entry.number("InstanceCount") == 0:
            yield f"'{entry.path('InstanceCount')}' must be at least 1, got 0"


def _keeps_alive(request: Reader) -> bool:
    return (request.number("ResourceConfig.KeepAlivePeriodInSeconds") or 0) > 0


_RESOURCES = f"{API}API_ResourceConfig.html"
_PREFERENCE = f"{API}API_InstancePreference.html"
_WARM_POOLS = f"{GUIDE}train-warm-pools.html"

RULES = (
    Rule(check=instances_are_named_once, page=_RESOURCES),
    Rule(check=instance_type_has_a_count, page=_RESOURCES),
    Rule(check=groups_have_their_own_counts, page=f"{GUIDE}train-heterogeneous-cluster-configure.html"),
    Rule(check=preferences_are_on_demand, page=_RESOURCES),
    Rule(check=preferences_exclude_placement, page=_RESOURCES),
    Rule(check=preferences_are_counted_one_way, page=_PREFERENCE),
    Rule(check=preferences_differ, page=_PREFERENCE),
    Rule(check=one_training_plan, page=_PREFERENCE),
    Rule(check=selection_is_read_only, page=_RESOURCES),
    Rule(check=warm_pools_are_on_demand, page=_WARM_POOLS),
    Rule(check=warm_pools_have_one_instance_type, page=_WARM_POOLS),
    Rule(check=training_plans_are_not_spot, page=f"{GUIDE}reserve-capacity-with-training-plans.html"),
    Rule(check=placements_have_instances, page=f"{API}API_PlacementSpecification.html"),
)

"""Debugger and its profiler."""

from __future__ import annotations

from collections.abc import Iterator

from constructs_lib.training_job.rules.reader import Reader, repeated_texts
from constructs_lib.training_job.rules.rule import API, Rule

PROFILING_INTERVALS = (100, 200, 500, 1000, 5000, 60000)
"""The values of `ProfilingIntervalInMilliseconds` that there are."""


def rules_have_names_of_their_own(request: Reader) -> Iterator[str]:
    """The rules of Debugger and of its profiler share one space of names."""
    rules = [*request.entries("DebugRuleConfigurations"), *request.entries("ProfilerRuleConfigurations")]
    for rule, name in repeated_texts(rules, "RuleConfigurationName"):
        yield f"'{rule.path('RuleConfigurationName')}' must be another than the rules' before it, got {name!r} again"


def collections_have_names_of_their_own(request: Reader) -> Iterator[str]:
    """A tensor collection is configured once."""
    collections = request.member("DebugHookConfig").entries("CollectionConfigurations")
    for collection, name in repeated_texts(collections, "CollectionName"):
        yield f"'{collection.path('CollectionName')}' must be another than the ones before it, got {name!r} again"


def profiling_has_few_intervals(request: Reader) -> Iterator[str]:
    """System metrics are taken at one of six intervals."""
    path = "ProfilerConfig.ProfilingIntervalInMilliseconds"
    interval = request.number(path)
    if interval is not None and interval not in PROFILING_INTERVALS:
        yield f"'{path}' must be one of {', '.join(map(str, PROFILING_INTERVALS))}, got {interval}"


RULES = (
    Rule(check=rules_have_names_of_their_own, page=f"{API}API_DebugRuleConfiguration.html"),
    Rule(check=collections_have_names_of_their_own, page=f"{API}API_CollectionConfiguration.html"),
    Rule(check=profiling_has_few_intervals, page=f"{API}API_ProfilerConfig.html"),
)

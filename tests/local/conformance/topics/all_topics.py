"""Every topic by its name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tests.local.conformance.case import Case
from tests.local.conformance.topics.language import context_object, errors, functions, jsonata, variables
from tests.local.conformance.topics.services import definitions, sdk_tasks, start_execution, versions
from tests.local.conformance.topics.states import choice, distributed_maps, maps, parallels, retries, waits

TOPICS: Mapping[str, Sequence[Case]] = {
    "JSONata": jsonata.CASES,
    "functions": functions.CASES,
    "errors of expressions and paths": errors.CASES,
    "variables": variables.CASES,
    "context object": context_object.CASES,
    "Choice": choice.CASES,
    "Map": maps.CASES,
    "distributed Map": distributed_maps.CASES,
    "Parallel": parallels.CASES,
    "Wait": waits.CASES,
    "Retry, Catch and Fail": retries.CASES,
    "AWS SDK tasks": sdk_tasks.CASES,
    "startExecution": start_execution.CASES,
    "definitions and TestState": definitions.CASES,
    "versions and aliases": versions.CASES,
}
"""The topics, in the order of the table."""

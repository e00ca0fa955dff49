"""What a sweep is told, and what can be wrong with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from aws_cdk import Stack

from constructs_lib.cdk.training.bound import BoundTraining
from constructs_lib.training_job.durations import whole_seconds
from constructs_lib.training_job.refusal import refuse
from constructs_lib.training_job.service_model import shown
from constructs_lib.training_job.tokens import is_token
from constructs_lib.workflow.jsonata.given import literal_problems
from constructs_lib.workflow.sweep.objective import Objective
from constructs_lib.workflow.sweep.settings import MOST_ITEMS

_MOST_AT_ONCE = 1000
_LONGEST_PATIENCE_DAYS = 30


def check_arguments(given: Mapping[str, Any], training: BoundTraining, stack: Stack) -> None:
    """Refuse what is wrong with the arguments of a sweep, all of it at once.

    Args:
        given: The arguments by their names, each of the right kind.
        training: What each run trains.
        stack: The sweep's stack.

    Raises:
        ValueError: Something is wrong.
    """
    problems = [
        *_place_problems(training.stack, stack),
        *_number_problems(given),
        *_objective_problems(given["objective"], _metric_names(training)),
    ]
    if given["halving"] is not None and not training.arguments.checkpointing:
        problems.append("'halving' is for a training that checkpoints, because its runs go on from their checkpoints")
    refuse([*problems, *_texts(given)])


def _place_problems(of_training: Stack, of_sweep: Stack) -> Iterator[str]:
    places = [(each.account, each.region) for each in (of_training, of_sweep)]
    for known, there, here in zip(("account", "Region"), *places, strict=True):
        if there != here and not is_token(there) and not is_token(here):
            yield (
                f"'training' must be in the sweep's {known} ({here}), because Step Functions starts executions of no "
                f"other, got one in {there}"
            )


def _number_problems(given: Mapping[str, Any]) -> Iterator[str]:
    at_once, tolerated = given["max_concurrency"], given["tolerated_failures"]
    if not is_token(at_once) and not 1 <= at_once <= _MOST_AT_ONCE:
        yield f"'max_concurrency' must be from 1 to {_MOST_AT_ONCE}, got {shown(at_once)}"
    if isinstance(tolerated, int) and not is_token(tolerated) and not 0 <= tolerated <= MOST_ITEMS:
        yield f"'tolerated_failures' must be from 0 to {MOST_ITEMS}, or a Percent, got {shown(tolerated)}"
    patience = whole_seconds("quota_patience", given["quota_patience"])
    if not 0 <= patience <= _LONGEST_PATIENCE_DAYS * 86400:
        yield f"'quota_patience' must be at most {_LONGEST_PATIENCE_DAYS} days, got {patience} seconds"


def _objective_problems(objective: Objective, metric_names: Sequence[str] | None) -> Iterator[str]:
    if metric_names is not None and objective.metric_name not in metric_names and not is_token(objective.metric_name):
        has = f"it reports {', '.join(metric_names)}" if metric_names else "it reports none"
        yield (
            f"'objective' must be a metric that the training reports, got {shown(objective.metric_name)}; {has}: "
            "define it in the training's 'metric_definitions'"
        )


def _metric_names(training: BoundTraining) -> list[str] | None:
    """Return the metrics that the jobs report; `None` for those of an algorithm, which defines its own."""
    algorithm = training.settings.request["AlgorithmSpecification"]
    if training.limits is not None or "AlgorithmName" in algorithm:
        return None
    return [definition["Name"] for definition in algorithm.get("MetricDefinitions", [])]


def _texts(given: Mapping[str, Any]) -> Iterator[str]:
    for name in ("objective", "halving"):
        yield from literal_problems(name, given[name])

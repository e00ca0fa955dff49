"""What is wrong with a request, and what is only doubtful."""

from __future__ import annotations

from collections.abc import Mapping

from constructs_lib.training_job.rules.advice import ADVICE, WASTED_ON_SPOT
from constructs_lib.training_job.rules.reader import Reader
from constructs_lib.training_job.rules.table import RULES
from constructs_lib.training_job.service_model import Unknown, model_problems


def request_problems(request: Mapping[str, object], unknown: Unknown = lambda _: False) -> list[str]:
    """Say everything that SageMaker's model and documented rules have against a request.

    An instance type that the model does not list is no problem when it has the form of one: `request_warnings` tells
    of it.

    Args:
        request: A whole CreateTrainingJob request.
        unknown: Tells values apart that are not known yet. Defaults to checking every value.

    Returns:
        One sentence a problem, each with where it stands, what was given and what is allowed; empty when it is fine.
    """
    problems = list(model_problems(request, "CreateTrainingJobRequest", unknown=unknown))
    reader = Reader(request, unknown)
    for rule in RULES:
        problems.extend(rule.check(reader))
    return problems


def request_warnings(
    request: Mapping[str, object], unknown: Unknown = lambda _: False, *, plan_has_spot: bool = False
) -> list[str]:
    """Say what a request may hold and probably should not.

    Args:
        request: A CreateTrainingJob request, whole or what the attempts of a run share.
        unknown: Tells values apart that are not known yet. Defaults to checking every value.
        plan_has_spot: Whether the request is what attempts share and some of them are spot: what the run strips from
            those is then told. Defaults to a request of its own.

    Returns:
        One sentence a warning, each with where it stands and what was given; empty when nothing is doubtful.
    """
    reader = Reader(request, unknown)
    advice = (*ADVICE, WASTED_ON_SPOT) if plan_has_spot else ADVICE
    return [sentence for rule in advice for sentence in rule.check(reader)]

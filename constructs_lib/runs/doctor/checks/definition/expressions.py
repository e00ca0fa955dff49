"""Has Step Functions evaluate the expressions of a run for the largest input, which settles depth, memory and time.

Each stands in a Pass state of its own, so that no task is done: nothing is created and nothing is charged.
https://docs.aws.amazon.com/step-functions/latest/apireference/API_TestState.html
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from constructs_lib.runs.doctor.asking import Asking
from constructs_lib.runs.doctor.checks.definition.largest import CONTEXT, failed_job, largest_input, late
from constructs_lib.runs.doctor.finding import Finding, not_looked, ok, problem
from constructs_lib.runs.doctor.subject import Subject
from constructs_lib.workflow.names import (
    ANSWER,
    CHECK_INPUT,
    DECIDE,
    INPUT,
    INSPECT,
    JUDGE,
    OUTCOME,
    PREPARE,
    RUN,
    RUN_JOB,
    RUN_NAME,
    SETTINGS,
    TRAIN,
)

CHECK = "expressions"
_CONTEXT = "spot_training_context"
"""Stands for the context object, which a Pass state cannot be given."""

_FIX = (
    "runs with large inputs would end as States.QueryEvaluationError: give them less, and tell the maintainers of "
    "this library what is said here"
)


class _FailedError(Exception):
    """An expression that Step Functions does not evaluate."""


def look(asking: Asking, subject: Subject) -> Iterator[Finding]:
    """Walk through a run, state by state, each with what the one before it has led to."""
    sfn, run = asking.clients.sfn, subject.run

    def state(name: str) -> Mapping[str, Any]:
        found: Mapping[str, Any] = run.states[run.prefix + name]
        return found

    document = largest_input(subject.settings)
    variables: dict[str, Any] = {
        SETTINGS: subject.settings, RUN_NAME: "doctor", RUN: {}, OUTCOME: {}, _CONTEXT: {
            **CONTEXT, "Execution": {**CONTEXT["Execution"], "Input": document},
        },
    }  # fmt: skip
    given = {"Input": document, "RunName": "doctor"} if run.prefix else document
    name = PREPARE
    try:
        variables[INPUT] = evaluated(sfn, state(PREPARE)["Assign"][INPUT], variables, given)
        yield _fine(PREPARE, len(json.dumps(document)))
        name = CHECK_INPUT
        begun = evaluated(sfn, state(CHECK_INPUT)["Assign"][RUN], variables)
        if begun["Next"] != "train":
            yield not_looked(CHECK, f"the largest input was refused: {begun.get('Cause', begun['Next'])}")
            return
        yield _fine(CHECK_INPUT, len(json.dumps(variables[INPUT])))
        variables[RUN] = begun
        name = DECIDE
        _tested(sfn, state(DECIDE), variables, {})
        name = TRAIN
        train = state(TRAIN)
        if train["Type"] == "Parallel":
            evaluated(sfn, train["Arguments"]["Seconds"], variables)
            train = train["Branches"][0]["States"][run.prefix + RUN_JOB]
        request = evaluated(sfn, train["Arguments"], variables)
        yield _fine(TRAIN, len(json.dumps(begun)))
        name = INSPECT
        evaluated(sfn, state(INSPECT)["Arguments"]["TrainingJobName"], variables)
        name = JUDGE
        variables |= {RUN: late(begun), ANSWER: {"Job": failed_job(request)}}
        evaluated(sfn, state(JUDGE)["Assign"][RUN], variables)
        yield _fine(JUDGE, len(json.dumps(variables[RUN])))
    except _FailedError as error:
        yield problem(CHECK, f"{name}: {error}", _FIX)


def evaluated(sfn: Any, expression: str, variables: Mapping[str, Any], given: Any = None) -> Any:
    """Return what Step Functions makes of an expression.

    Args:
        sfn: The client.
        expression: The expression, between its marks.
        variables: The variables that it reads.
        given: The state's input. Defaults to none.
    """
    text = expression.replace("$states.context", f"${_CONTEXT}")
    state = {"Type": "Pass", "QueryLanguage": "JSONata", "Output": text, "End": True}
    return json.loads(_tested(sfn, state, variables, {} if given is None else given))


def _tested(sfn: Any, state: Mapping[str, Any], variables: Mapping[str, Any], given: Any) -> str:
    definition = json.dumps({"QueryLanguage": "JSONata", **state})
    read = {name: value for name, value in variables.items() if f"${name}" in definition}
    told = sfn.test_state(definition=definition, variables=json.dumps(read), input=json.dumps(given))
    if told["status"] != "SUCCEEDED":
        raise _FailedError(f"{told.get('error', told['status'])}: {' '.join(str(told.get('cause', '')).split())[:300]}")
    return str(told["output"])


def _fine(name: str, size: int) -> Finding:
    return ok(CHECK, f"{name} is evaluated for the largest input, with {size} bytes before it")

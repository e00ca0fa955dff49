"""A whole run, as a state machine of its own or as one state of somebody else's.

https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from constructs_lib.training_job.refusal import refuse
from constructs_lib.workflow.failures import FAILURES
from constructs_lib.workflow.jsonata.given import is_expression, run_input_problems, run_name_problems
from constructs_lib.workflow.jsonata.literals import expression_without, literal
from constructs_lib.workflow.names import GIVEN, LONGEST_STATE_NAME, PREPARE, TASK_SEPARATOR
from constructs_lib.workflow.settings import RunSettings
from constructs_lib.workflow.states import run as states

EXECUTION_NAME = "{% $states.context.Execution.Name %}"
"""JSONata for the name of the execution, which is a run's name where no other is said."""


def run_definition(
    settings: RunSettings, *, partition: str = "aws", comment: str = "", timeout_seconds: int | None = None
) -> dict[str, Any]:
    """Render the state machine whose execution is a run.

    Args:
        settings: What the deployment fixes.
        partition: The AWS partition of the service integrations; may be a CDK token. Defaults to `aws`.
        comment: What the console shows above the graph. Defaults to one sentence.
        timeout_seconds: How long an execution may last in all. Defaults to no limit.
    """
    return {
        **({} if timeout_seconds is None else {"TimeoutSeconds": timeout_seconds}),
        "Comment": comment or "Trains one model on managed spot capacity, and resumes from its checkpoint",
        "QueryLanguage": "JSONata",
        "StartAt": PREPARE,
        "States": states.run_states(
            settings,
            partition=partition,
            input_expression="{% $states.input %}",
            run_name_expression=EXECUTION_NAME,
        ),
    }


def run_branch(
    settings: RunSettings,
    *,
    name: str,
    partition: str = "aws",
    input_expression: str | Mapping[str, Any] = "{% {} %}",
    run_name_expression: str = EXECUTION_NAME,
    query_language: Literal["JSONata", "JSONPath"] = "JSONata",
) -> dict[str, Any]:
    """Render a run as ONE state: a Parallel with one branch, whose result is the report.

    Every nested state carries the task's name as a prefix, because state names are unique in a whole machine, and says
    its query language, because the machine around it may speak JSONPath.

    Args:
        settings: What the deployment fixes.
        name: The task's name.
        partition: The AWS partition of the service integrations; may be a CDK token. Defaults to `aws`.
        input_expression: JSONata for the run's input, `{% … %}`, or an object that may have such texts in it.
            Defaults to the deployed settings alone.
        run_name_expression: JSONata for the run's name, `{% … %}`. Defaults to the execution's name.
        query_language: The language of the state itself, which its `Catch` speaks; the states in it are JSONata, and
            in JSONPath one more of them comes first, which evaluates the two expressions. Defaults to JSONata.

    Raises:
        ValueError: The name is too long for the states it prefixes, or an expression cannot be read.
    """
    refuse(
        [
            *run_input_problems(input_expression),
            *run_name_problems(run_name_expression),
            *task_name_problems(name),
        ]
    )
    prefix = name + TASK_SEPARATOR
    nested = states.run_states(
        settings,
        partition=partition,
        input_expression="{% $states.input.Input %}",
        run_name_expression="{% $states.input.RunName %}",
    )
    given = {"Input": _given(input_expression), "RunName": _given(run_name_expression)}
    if isinstance(input_expression, str):
        given["Input"] = states.checkable(given["Input"], settings.document()["InputBytes"])
    if query_language == "JSONPath":
        nested = {GIVEN: {"Type": "Pass", "Output": given, "Next": PREPARE}, **nested}
    branches = [
        {
            "StartAt": prefix + next(iter(nested)),
            "States": _prefixed_all(nested, prefix),
        }
    ]
    if query_language == "JSONPath":
        return {"Type": "Parallel", "Branches": branches, "OutputPath": "$[0]"}
    return {
        "Type": "Parallel",
        "QueryLanguage": "JSONata",
        "Arguments": given,
        "Branches": branches,
        "Output": "{% $states.result[0] %}",
    }


def _given(value: Any) -> Any:
    """Write what an author gives, expressions and texts in one object, without `${`."""
    if isinstance(value, str) and is_expression(value):
        return expression_without(value)
    if isinstance(value, Mapping) and not any("${" in name for name in value):
        return {name: _given(member) for name, member in value.items()}
    if isinstance(value, (list, tuple)):
        return [_given(member) for member in value]
    return literal(value)


def task_name_problems(name: str) -> Iterator[str]:
    """Yield what is wrong with a task's name: it stands before the name of every state of a run."""
    most = LONGEST_STATE_NAME - len(TASK_SEPARATOR) - max(len(failure.state) for failure in FAILURES)
    if len(name) > most:
        yield f"the task's name must have at most {most} characters, got {len(name)}: {name!r}"


def state_names(definition: Mapping[str, Any]) -> Iterator[str]:
    """Yield the name of every state in a machine, nested ones too."""
    for name, state in definition["States"].items():
        yield name
        for branch in state.get("Branches", []):
            yield from state_names(branch)
        for key in ("ItemProcessor", "Iterator"):
            if key in state:
                yield from state_names(state[key])


def _prefixed(state: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    """Say a nested state's query language and put the prefix before every state it leads to."""
    result: dict[str, Any] = {**state, "QueryLanguage": "JSONata"}
    for key in ("Next", "Default"):
        if key in result:
            result[key] = prefix + result[key]
    for key in ("Choices", "Catch"):
        if key in result:
            result[key] = [{**rule, "Next": prefix + rule["Next"]} for rule in result[key]]
    if "Branches" in result:
        result["Branches"] = [
            {"StartAt": prefix + branch["StartAt"], "States": _prefixed_all(branch["States"], prefix)}
            for branch in result["Branches"]
        ]
    return result


def _prefixed_all(nested: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    return {prefix + name: _prefixed(state, prefix) for name, state in nested.items()}

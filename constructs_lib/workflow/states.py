"""The states of a run, one function each; `run_states` wires them.

The graph reads as the sentence "prepare, check input, plan attempt, train, inspect, judge, report". Whatever happens in
Train leads to Inspect, and only Judge decides what comes next. Train has no Retry: a second job beside a live one can
then never be started.
"""

from __future__ import annotations

from typing import Any

from constructs_lib.workflow import names
from constructs_lib.workflow.expressions import expression
from constructs_lib.workflow.settings import RunSettings

State = dict[str, Any]


def run_states(
    settings: RunSettings,
    *,
    partition: str,
    input_expression: str,
    run_name_expression: str,
    task: str,
) -> dict[str, State]:
    """Render every state of a run, by name.

    Args:
        settings: What the deployment fixes.
        partition: The AWS partition of the service integrations.
        input_expression: JSONata for the run's input, in the first state.
        run_name_expression: JSONata for the run's name, in the first state.
        task: The task's name; tells two tasks of one execution apart in their jobs' names.
    """
    return {
        names.PREPARE: prepare(settings, input_expression, run_name_expression, task),
        names.CHECK_INPUT: check_input(),
        names.PLAN_ATTEMPT: plan_attempt(),
        names.TRAIN: train(partition),
        names.INSPECT: inspect(partition),
        names.JUDGE: judge(),
        names.BACK_OFF: wait(names.PLAN_ATTEMPT, "SageMaker asked for a pause, or a quota is exhausted"),
        names.WAIT_FOR_JOB: wait(
            names.INSPECT,
            "The attempt's job still runs; nothing else may write its checkpoints",
        ),
        names.REPORT: report(),
        names.REJECT: reject(),
        **{name: fail(error) for name, error in names.FAILURES.values()},
    }


def prepare(settings: RunSettings, input_expression: str, run_name_expression: str, task: str) -> State:
    """Put the deployed settings, as literal JSON, and the run's name into variables."""
    return {
        "Type": "Pass",
        "Comment": "The deployed settings, and the input of this run",
        "Assign": {
            names.SETTINGS: {**settings.document(), "Task": task},
            names.RUN_NAME: run_name_expression,
        },
        "Output": input_expression,
        "Next": names.CHECK_INPUT,
    }


def check_input() -> State:
    """Refuse an input with problems; of any other make the run's first state."""
    begin = f"$begin(${names.SETTINGS}, $states.input, ${names.RUN_NAME}, $states.context)"
    return {
        "Type": "Choice",
        "Choices": [
            {
                "Condition": expression(f"$count({_problems()}) > 0"),
                "Next": names.REJECT,
            }
        ],
        "Default": names.PLAN_ATTEMPT,
        "Assign": {names.RUN: expression(begin)},
        "Output": {},
    }


def plan_attempt() -> State:
    """Render the CreateTrainingJob request of the attempt that comes now."""
    return {
        "Type": "Pass",
        "Comment": "What the next training job asks for: the present capacity, and what is left of the budget",
        "Assign": {names.REQUEST: expression(f"$planAttempt(${names.SETTINGS}, ${names.RUN})")},
        "Next": names.TRAIN,
    }


def train(partition: str) -> State:
    """Create the training job and wait for its end; both ways out lead to Inspect.

    https://docs.aws.amazon.com/step-functions/latest/dg/connect-sagemaker.html
    """
    return {
        "Type": "Task",
        "Resource": f"arn:{partition}:states:::sagemaker:createTrainingJob.sync",
        "Arguments": f"{{% ${names.REQUEST} %}}",
        "Assign": {names.OUTCOME: {}},
        "Output": {},
        "Catch": [
            {
                "ErrorEquals": ["States.ALL"],
                "Assign": {names.OUTCOME: _error_document()},
                "Output": {},
                "Next": names.INSPECT,
            }
        ],
        "Next": names.INSPECT,
    }


def inspect(partition: str) -> State:
    """Ask SageMaker what the attempt's job is, and take one step; an error is an answer too."""
    redriven = "$string($states.context.Execution.RedriveTime)"
    taken = f"$step(${names.SETTINGS}, ${names.RUN}, ${names.REQUEST}, ${names.OUTCOME}, "
    error = "{'Error': $string($states.errorOutput.Error), 'Cause': $string($states.errorOutput.Cause)}"
    return {
        "Type": "Task",
        "Resource": f"arn:{partition}:states:::aws-sdk:sagemaker:describeTrainingJob",
        "Arguments": {"TrainingJobName": f"{{% ${names.REQUEST}.TrainingJobName %}}"},
        "Assign": {names.RUN: expression(f"{taken}$states.result, {{}}, {redriven})")},
        "Output": {},
        "Catch": [
            {
                "ErrorEquals": ["States.ALL"],
                "Assign": {names.RUN: expression(f"{taken}{{}}, {error}, {redriven})")},
                "Output": {},
                "Next": names.JUDGE,
            }
        ],
        "Next": names.JUDGE,
    }


def judge() -> State:
    """Lead to what the last step decided."""
    next_states = {
        "report": names.REPORT,
        "plan": names.PLAN_ATTEMPT,
        "back off": names.BACK_OFF,
        "watch": names.WAIT_FOR_JOB,
        **{key: name for key, (name, _) in names.FAILURES.items() if key != "service fault"},
    }
    return {
        "Type": "Choice",
        "Choices": [
            {"Condition": f"{{% ${names.RUN}.Next = '{key}' %}}", "Next": name} for key, name in next_states.items()
        ],
        "Default": names.FAILURES["service fault"][0],
    }


def wait(then: str, comment: str) -> State:
    """Wait as long as the last step said."""
    return {
        "Type": "Wait",
        "Comment": comment,
        "Seconds": f"{{% ${names.RUN}.WaitSeconds %}}",
        "Next": then,
    }


def report() -> State:
    """End with the run's report."""
    return {"Type": "Pass", "Output": expression(f"$report(${names.RUN})"), "End": True}


def reject() -> State:
    """End a run whose input is wrong, with all its problems."""
    return {
        "Type": "Fail",
        "Error": names.INVALID_INPUT,
        "Cause": expression(
            f"'The input of this run was refused, and no job was started: ' & $join({_problems()}, '; ')"
            " & '. Start a new run with a corrected input'"
        ),
    }


def fail(error: str) -> State:
    """End a failed run, with a cause that a person can act on."""
    return {"Type": "Fail", "Error": error, "Cause": f"{{% ${names.RUN}.Cause %}}"}


def _problems() -> str:
    return f"$problems(${names.SETTINGS}, $states.input, ${names.RUN_NAME})"


def _error_document() -> dict[str, str]:
    """Render an error as two texts, whichever of them Step Functions gives."""
    return {
        "Error": "{% $exists($states.errorOutput.Error) ? $string($states.errorOutput.Error) : '' %}",
        "Cause": "{% $exists($states.errorOutput.Cause) ? $substring($string($states.errorOutput.Cause), 0, 4000) : '' %}",
    }

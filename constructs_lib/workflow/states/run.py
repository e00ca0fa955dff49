"""The states of a run, one function each; `run_states` wires them.

The graph reads as the sentence "prepare, check input, claim checkpoint, plan attempt, train, inspect, judge, report".
Whatever happens in Train leads to Inspect, and only Judge decides what comes next.
"""

from __future__ import annotations

from typing import Any

from constructs_lib.workflow import names
from constructs_lib.workflow.expressions import expression
from constructs_lib.workflow.failures import FAILURES, INVALID_INPUT, SERVICE_FAULT, Failure, failures_of
from constructs_lib.workflow.settings import RunSettings
from constructs_lib.workflow.states.claim import claim_states, write_claim
from constructs_lib.workflow.states.record import record
from constructs_lib.workflow.states.train import train

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
        **claim_states(partition),
        names.PLAN_ATTEMPT: plan_attempt(),
        names.TRAIN: train(partition, patient=settings.capacity_patience_seconds is None),
        names.INSPECT: inspect(partition),
        names.JUDGE: judge(recorded=settings.publish_metrics),
        names.BACK_OFF: wait(names.PLAN_ATTEMPT, "SageMaker asked for a pause, or a quota is exhausted"),
        names.WAIT_FOR_JOB: wait(
            names.INSPECT,
            "The attempt's job still runs; nothing else may write its checkpoints",
        ),
        **(_records(partition) if settings.publish_metrics else {}),
        names.REPORT: report(partition),
        names.REPORT_UNSAVED: report_unsaved(),
        names.RELEASE: release(partition),
        names.REJECT: reject(),
        **{failure.state: fail(failure) for failure in FAILURES if failure is not INVALID_INPUT},
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
    started: State = {"Assign": {names.RUN: expression(begin)}, "Output": {}}
    return {
        "Type": "Choice",
        "Choices": [
            {"Condition": expression(f"$count({_problems()}) > 0"), "Next": names.REJECT},
            {"Condition": "{% $exists($states.input.ResumeFrom) %}", **started, "Next": names.READ_CLAIM},
        ],
        "Default": names.CLAIM,
        **started,
    }


def plan_attempt() -> State:
    """Render the CreateTrainingJob request of the attempt that comes now."""
    return {
        "Type": "Pass",
        "Comment": "What the next training job asks for: the present capacity, and what is left of the budget",
        "Assign": {names.REQUEST: expression(f"$planAttempt(${names.SETTINGS}, ${names.RUN})")},
        "Next": names.TRAIN,
    }


def inspect(partition: str) -> State:
    """Ask SageMaker what the attempt's job is, and take one step; an error is an answer too."""
    redriven = "$string($states.context.Execution.RedriveTime)"
    taken = f"$step(${names.SETTINGS}, ${names.RUN}, ${names.REQUEST}, ${names.OUTCOME}, "
    return {
        "Type": "Task",
        "Resource": f"arn:{partition}:states:::aws-sdk:sagemaker:describeTrainingJob",
        "Arguments": {"TrainingJobName": f"{{% ${names.REQUEST}.TrainingJobName %}}"},
        "Assign": {names.RUN: expression(f"{taken}$states.result, {{}}, {redriven})")},
        "Output": {},
        "Catch": [
            {
                "ErrorEquals": ["States.ALL"],
                "Assign": {names.RUN: expression(f"{taken}{{}}, {names.ERROR_OUTPUT}, {redriven})")},
                "Output": {},
                "Next": names.JUDGE,
            }
        ],
        "Next": names.JUDGE,
    }


def judge(*, recorded: bool) -> State:
    """Lead to what the last step decided; a run that has ended puts its figures first, where they are wanted."""
    next_states = {
        "report": names.RECORD if recorded else names.REPORT,
        "plan": names.PLAN_ATTEMPT,
        "back off": names.BACK_OFF,
        "watch": names.WAIT_FOR_JOB,
        "check claim": names.READ_CLAIM,
        "release": names.RECORD_FAILED if recorded else names.RELEASE,
        **{key: failure.state for key, failure in failures_of(names.JUDGE).items() if failure is not SERVICE_FAULT},
    }
    return {
        "Type": "Choice",
        "Choices": [
            {"Condition": f"{{% ${names.RUN}.Next = '{key}' %}}", "Next": name} for key, name in next_states.items()
        ],
        "Default": SERVICE_FAULT.state,
    }


def wait(then: str, comment: str) -> State:
    """Wait as long as the last step said."""
    return {
        "Type": "Wait",
        "Comment": comment,
        "Seconds": f"{{% ${names.RUN}.WaitSeconds %}}",
        "Next": then,
    }


def report(partition: str) -> State:
    """End with the run's report, and leave it where the claim was: the claim has ended with it."""
    document = expression(f"$report(${names.RUN})")
    return {
        **write_claim(partition, "ended", expression(f"$string($report(${names.RUN}))"), _if_still_ours()),
        "Output": document,
        "Catch": [{"ErrorEquals": ["States.ALL"], "Output": document, "Next": names.REPORT_UNSAVED}],
        "End": True,
    }


def report_unsaved() -> State:
    """End with the run's report all the same: an object that could not be written undoes no training."""
    return {"Type": "Pass", "End": True}


def release(partition: str) -> State:
    """Give the checkpoint prefix back before a failure; an aborted run cannot, and is found out by who comes next."""
    then = {"Assign": {names.RUN: f"{{% $merge([${names.RUN}, {{'Next': ${names.RUN}.Failure}}]) %}}"}, "Output": {}}
    state = write_claim(partition, "ended", f"{{% ${names.RUN}.Cause %}}", _if_still_ours())
    return {
        **state,
        **then,
        "Catch": [{"ErrorEquals": ["States.ALL"], **then, "Next": names.JUDGE}],
        "Next": names.JUDGE,
    }


def reject() -> State:
    """End a run whose input is wrong, with all its problems."""
    (advice,) = INVALID_INPUT.next_steps
    return {
        "Type": "Fail",
        "Error": INVALID_INPUT.error,
        "Cause": expression(
            f"'The input of this run was refused, and no job was started: ' & $join({_problems()}, '; ')"
            f" & '. {advice.capitalize()}'"
        ),
    }


def fail(failure: Failure) -> State:
    """End a failed run, with a cause that a person can act on."""
    return {"Type": "Fail", "Error": failure.error, "Cause": f"{{% ${names.RUN}.Cause %}}"}


def _records(partition: str) -> dict[str, State]:
    return {
        names.RECORD: record(partition, names.REPORT),
        names.RECORD_FAILED: record(partition, names.RELEASE),
    }


def _if_still_ours() -> dict[str, str]:
    return {"IfMatch": f"{{% ${names.CLAIMED} %}}"}


def _problems() -> str:
    return f"$problems(${names.SETTINGS}, $states.input, ${names.RUN_NAME})"

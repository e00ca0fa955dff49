"""The states of a run, one function each; `run_states` wires them.

The graph reads as the sentence "prepare, check input, decide, train, inspect, judge, decide, report". Whatever happens
in Train leads to Inspect, only Judge makes up its mind about it, and only Decide leads on.
"""

from __future__ import annotations

from typing import Any

from constructs_lib.workflow import names
from constructs_lib.workflow.failures import FAILURES, SERVICE_FAULT, Failure
from constructs_lib.workflow.figures import NAMESPACE
from constructs_lib.workflow.jsonata.expressions import expression
from constructs_lib.workflow.jsonata.literals import literal
from constructs_lib.workflow.settings import RunSettings
from constructs_lib.workflow.states.by_deadline import watch_by_deadline
from constructs_lib.workflow.states.look_out import call_back
from constructs_lib.workflow.states.train import PRESENT_JOB, stop_waiting, train, watch_for_capacity

State = dict[str, Any]


def run_states(
    settings: RunSettings,
    *,
    partition: str,
    input_expression: str,
    run_name_expression: str,
) -> dict[str, State]:
    """Render every state of a run, by name.

    Args:
        settings: What the deployment fixes.
        partition: The AWS partition of the service integrations.
        input_expression: JSONata for the run's input, in the first state.
        run_name_expression: JSONata for the run's name, in the first state.
    """
    by_sync, watched, by_deadline = not settings.beyond_sync, settings.watches_capacity, settings.deadline is not None
    stop = names.STOP_JOB if by_deadline else names.STOP_WAITING
    stops = {stop: stop_waiting(partition, then=names.WAIT_FOR_JOB)} if by_deadline or (watched and not by_sync) else {}
    return {
        names.PREPARE: prepare(settings, input_expression, run_name_expression),
        names.CHECK_INPUT: check_input(by_deadline=by_deadline, within_cost=settings.within_cost),
        names.DECIDE: decide({"stop": stop} if stops else {}),
        names.FIND_JOB: find_job(partition),
        names.TRAIN: train(
            partition,
            watch=_watch(settings, partition) if watched else None,
            by_sync=by_sync,
            by_deadline=by_deadline,
            within_cost=settings.within_cost,
            looks_out=settings.looks_out,
        ),
        **(call_back(partition, names.INSPECT) if settings.looks_out else {}),
        **stops,
        names.INSPECT: inspect(partition),
        names.JUDGE: judge(watches=bool(stops), by_deadline=by_deadline, within_cost=settings.within_cost),
        names.BACK_OFF: wait(names.TRAIN, "SageMaker asked for a pause, or a quota is exhausted"),
        names.WAIT_FOR_JOB: wait(
            names.INSPECT,
            "The job still runs; nothing else may write its checkpoints",
        ),
        **ends(partition, recorded=settings.publish_metrics),
        **{failure.state: fail(failure) for failure in FAILURES},
    }


def _watch(settings: RunSettings, partition: str) -> dict[str, State]:
    if settings.deadline is None:
        return watch_for_capacity(partition)
    return watch_by_deadline(
        partition,
        PRESENT_JOB,
        reads_progress=settings.reads_progress,
        publishes_metrics=settings.publish_metrics,
        looks_out=settings.looks_out,
    )


def prepare(settings: RunSettings, input_expression: str, run_name_expression: str) -> State:
    """Put the deployed settings, as literal JSON, and the run's input and name into variables."""
    document = settings.document()
    return {
        "Type": "Pass",
        "Comment": "The deployed settings, and the input of this run",
        "Assign": {
            names.SETTINGS: literal(document),
            names.INPUT: checkable(input_expression, document["InputBytes"]),
            names.RUN_NAME: run_name_expression,
            names.RUN: {},
            names.OUTCOME: {},
        },
        "Output": {},
        "Next": names.CHECK_INPUT,
    }


def checkable(input_expression: str, most_bytes: int) -> str:
    """Render an input's expression so that a larger input is not carried on: only how large it is."""
    body = input_expression.removeprefix("{%").removesuffix("%}").strip()
    return expression(f"$checkable(({body}), {most_bytes})")


def check_input(*, by_deadline: bool, within_cost: bool) -> State:
    """Refuse an input with problems; of any other make the run's first state."""
    function = "checkWithDeadline" if by_deadline else "checkWithinCost" if within_cost else "checkInput"
    check = f"${function}(${names.SETTINGS}, ${names.INPUT}, ${names.RUN_NAME}, $states.context, ${names.RUN})"
    return {
        "Type": "Pass",
        "Assign": {names.RUN: expression(check)},
        "Next": names.DECIDE,
    }


def decide(further: dict[str, str]) -> State:
    """Lead to what the last step decided.

    Args:
        further: What some machines may decide besides, and where it leads.
    """
    next_states = {
        "train": names.TRAIN,
        "report": names.REPORT,
        "back off": names.BACK_OFF,
        "watch": names.WAIT_FOR_JOB,
        "record": names.RECORD_FAILED,
        "find": names.FIND_JOB,
        "inspect": names.INSPECT,
        "check": names.CHECK_INPUT,
        **further,
        **{failure.key: failure.state for failure in FAILURES if failure is not SERVICE_FAULT},
    }
    return {
        "Type": "Choice",
        "Choices": [
            {"Condition": f"{{% ${names.RUN}.Next = '{key}' %}}", "Next": name} for key, name in next_states.items()
        ],
        "Default": SERVICE_FAULT.state,
    }


def find_job(partition: str) -> State:
    """Ask for the newest job of a checkpoint prefix: where a run that resumes begins to count."""
    return {
        **_asked(
            f"arn:{partition}:states:::aws-sdk:sagemaker:listTrainingJobs",
            {
                "NameContains": f"{{% ${names.RUN}.JobPrefix & '-' %}}",
                "SortBy": "CreationTime",
                "SortOrder": "Descending",
                "MaxResults": 1,
            },
            {"Found": "{% $states.result.TrainingJobSummaries %}"},
        ),
        "Comment": "The checkpoints have been written before: by an earlier run, or by one that lives",
        "Retry": [
            {
                "ErrorEquals": ["States.ALL"],
                "IntervalSeconds": 5,
                "MaxAttempts": 5,
                "BackoffRate": 2,
                "JitterStrategy": "FULL",
            }
        ],
    }


def inspect(partition: str) -> State:
    """Ask SageMaker what the job of the present number is; an error is an answer too."""
    return _asked(
        f"arn:{partition}:states:::aws-sdk:sagemaker:describeTrainingJob",
        PRESENT_JOB,
        {"Job": "{% $states.result %}"},
    )


def judge(*, watches: bool, by_deadline: bool, within_cost: bool) -> State:
    """Take one step: from the run's state, and what was answered, to its next state.

    Args:
        watches: Whether it sees to it, too, that no job is without an instance for too long.
        by_deadline: Whether it sees to the run's deadline.
        within_cost: Whether it sees to the run's dollars.
    """
    now = "$states.context.State.EnteredTime"
    look = f"${'lookAhead' if by_deadline else 'look'}(${names.SETTINGS}, ${names.RUN}, ${names.ANSWER}.Job, {now})"
    redriven = "$string($states.context.Execution.RedriveTime)"
    given = [*(f"${name}" for name in (names.SETTINGS, names.RUN, names.OUTCOME, names.ANSWER)), redriven]
    more = [look, now] if by_deadline else [look] if watches else []
    function = "stepByDeadline" if by_deadline else "stepWithinCost" if within_cost else "step"
    step = f"${function}({', '.join([*given, *more])})"
    return {
        "Type": "Pass",
        "Assign": {names.RUN: expression(step)},
        "Next": names.DECIDE,
    }


def wait(then: str, comment: str) -> State:
    """Wait as long as the last step said."""
    return {
        "Type": "Wait",
        "Comment": comment,
        "Seconds": f"{{% ${names.RUN}.WaitSeconds %}}",
        "Next": then,
    }


def ends(partition: str, *, recorded: bool) -> dict[str, State]:
    """Render the states in which a run ends, with its figures in CloudWatch where they are wanted.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html
    """
    report = {"Output": f"{{% ${names.RUN}.Report %}}"}
    failed = {
        "Assign": {names.RUN: f"{{% {{'Next': ${names.RUN}.Then, 'Cause': ${names.RUN}.Cause}} %}}"},
        "Output": {},
    }
    if not recorded:
        return {
            names.REPORT: {"Type": "Pass", **report, "End": True},
            names.RECORD_FAILED: {"Type": "Pass", **failed, "Next": names.DECIDE},
        }
    put = {
        "Type": "Task",
        "Comment": "What the run took and saved; figures that CloudWatch does not take are lost",
        "Resource": f"arn:{partition}:states:::aws-sdk:cloudwatch:putMetricData",
        "Arguments": {"Namespace": NAMESPACE, "MetricData": f"{{% ${names.RUN}.Figures %}}"},
    }
    anyway = {"ErrorEquals": ["States.ALL"]}
    return {
        names.REPORT: {**put, **report, "Catch": [{**anyway, **report, "Next": names.REPORT_UNRECORDED}], "End": True},
        names.REPORT_UNRECORDED: {"Type": "Succeed"},
        names.RECORD_FAILED: {
            **put,
            **failed,
            "Catch": [{**anyway, **failed, "Next": names.DECIDE}],
            "Next": names.DECIDE,
        },
    }


def fail(failure: Failure) -> State:
    """End a failed run, with a cause that a person can act on."""
    return {"Type": "Fail", "Error": failure.error, "Cause": f"{{% ${names.RUN}.Cause %}}"}


def _asked(resource: str, arguments: State, answer: State) -> State:
    """Render a task whose answer and whose error are both judged."""
    return {
        "Type": "Task",
        "Resource": resource,
        "Arguments": arguments,
        "Assign": {names.ANSWER: answer},
        "Output": {},
        "Catch": [
            {
                "ErrorEquals": ["States.ALL"],
                "Assign": {names.ANSWER: f"{{% {names.ERROR_OUTPUT} %}}"},
                "Output": {},
                "Next": names.JUDGE,
            }
        ],
        "Next": names.JUDGE,
    }

"""Retry and Catch: which errors, how often, in what order; Fail states."""

from __future__ import annotations

from typing import Any

from tests.local.conformance.case import ANY, Case, fails, gives
from tests.local.conformance.play import arn_of
from tests.local.conformance.topics.language.errors import told
from tests.local.machines import one_state, task

_BASE = "test_base_scenarios.py: "
_LIMIT = "test_states_errors.py: "
_FAILING = task("aws-sdk:s3:getObject", {"Bucket": "no-such-bucket-anywhere", "Key": "k"})
_ATTEMPT = "TaskScheduled TaskStarted TaskFailed"
_ERROR = "S3.NoSuchBucketException"


def _retried(*retriers: dict[str, Any]) -> dict[str, Any]:
    return one_state(**_FAILING, Retry=list(retriers))


def _attempts(count: int) -> str:
    return f"Task+ {' '.join([_ATTEMPT] * count)}"


def _caught(state: dict[str, Any], *errors: str) -> dict[str, Any]:
    """Return a machine that catches the errors of a state."""
    return {
        "StartAt": "Try",
        "States": {
            "Try": {
                **{key: value for key, value in state.items() if key != "End"},
                "Catch": [{"ErrorEquals": [error], "Next": "Caught"} for error in errors],
                "Next": "Fine",
            },
            "Caught": {"Type": "Pass", "End": True},
            "Fine": {"Type": "Pass", "End": True},
        },
    }


_BIG = "{% $join($map([1..2700], function($n){'0123456789012345678901234567890123456789012345678901234567890123456789"
_BIG += "0123456789012345678901234567890123456789'}), '') %}"


def _too_much(*errors: str) -> dict[str, Any]:
    """Return a machine whose task gives more than a state may: 270 kB twice, as input and output of an execution."""
    call = task(
        "states:startExecution.sync", {"StateMachineArn": arn_of("child-echoes"), "Input": "{% {'a': $half} %}"}
    )
    half = f"{_BIG}".replace("2700", "1400")
    machine = _caught(call, *errors)
    machine["States"]["Set"] = {"Type": "Pass", "Assign": {"half": half}, "Next": "Try"}
    return {**machine, "StartAt": "Set"}


_EXCEEDED = {
    "Error": "States.DataLimitExceeded",
    "Cause": "The state/task 'states' returned a result with a size exceeding the maximum number of bytes service "
    "limit.",
}
_EXCEEDED_EVENTS = "Pass+ Pass- Task+ TaskScheduled TaskStarted TaskSubmitted TaskFailed Task- Pass+ Pass-"

CASES = (
    Case(
        name="all that a retrier can say",
        source=f"{_BASE}test_retry_interval_features",
        machine=_retried(
            {
                "ErrorEquals": ["States.ALL"],
                "IntervalSeconds": 3,
                "MaxAttempts": 2,
                "BackoffRate": 2,
                "MaxDelaySeconds": 5,
                "JitterStrategy": "FULL",
            }
        ),
        want=fails(_ERROR, ANY, _attempts(3)),
    ),
    Case(
        name="JitterStrategy NONE",
        source=f"{_BASE}test_retry_interval_features_jitter_none",
        machine=_retried(
            {
                "ErrorEquals": ["States.ALL"],
                "IntervalSeconds": 3,
                "MaxAttempts": 2,
                "MaxDelaySeconds": 5,
                "JitterStrategy": "NONE",
            }
        ),
        want=fails(_ERROR, ANY, _attempts(3)),
    ),
    Case(
        name="MaxAttempts 0",
        source=f"{_BASE}test_retry_interval_features_max_attempts_zero",
        machine=_retried({"ErrorEquals": ["States.ALL"], "MaxAttempts": 0}),
        want=fails(_ERROR, ANY, _attempts(1)),
    ),
    Case(
        name="no retrier",
        source=f"{_BASE}test_lambda_empty_retry",
        machine=_retried(),
        want=fails(_ERROR, ANY, _attempts(1)),
    ),
    Case(
        name="no catcher",
        source=f"{_BASE}test_catch_empty",
        machine={"StartAt": "Only", "States": {"Only": {"Type": "Pass", "End": True}}},
        want=gives({}, "Pass+ Pass-"),
    ),
    Case(
        name="retried, then caught",
        source="test_error_output.py: test_task_catch_error_with_retry[TASK_CATCH_ERROR_OUTPUT_WITH_RETRY]",
        machine=_caught(
            {**_FAILING, "Retry": [{"ErrorEquals": ["States.ALL"], "MaxAttempts": 1, "IntervalSeconds": 1}]},
            "States.ALL",
        ),
        want=gives({"Error": _ERROR, "Cause": ANY}, f"{_attempts(2)} Task- Pass+ Pass-"),
    ),
    Case(
        name="States.TaskFailed catches every failure of a task",
        source="test_task_service_lambda.py: test_raise_exception_catch",
        machine=_caught(_FAILING, "NoSuchError", "States.TaskFailed"),
        want=gives({"Error": _ERROR, "Cause": ANY}, f"{_attempts(1)} Task- Pass+ Pass-"),
    ),
    Case(
        name="an error of another name is not caught",
        source="test_task_service_lambda.py: test_raise_exception",
        machine=_caught(_FAILING, "NoSuchError"),
        want=fails(_ERROR, ANY, _attempts(1)),
    ),
    Case(
        name="States.Runtime is not caught by name",
        source=f"{_BASE}test_catch_states_runtime",
        machine={
            "QueryLanguage": "JSONPath",
            **_caught(
                {
                    "Type": "Task",
                    "Resource": "arn:aws:states:::aws-sdk:sfn:listStateMachines",
                    "OutputPath": "$.no.such.path",
                },
                "States.Runtime",
            ),
        },
        want=fails(
            "States.Runtime",
            told("Invalid path '$.no.such.path' : Missing property in path $['no']", state="Try"),
            "Task+ TaskScheduled TaskStarted TaskSucceeded",
        ),
    ),
    Case(
        name="States.DataLimitExceeded of a result is caught by name",
        source=f"{_LIMIT}test_service_task_lambada_data_limit_exceeded_on_large_utf8_response",
        machine=_too_much("States.DataLimitExceeded"),
        want=gives(_EXCEEDED, _EXCEEDED_EVENTS),
    ),
    Case(
        name="States.DataLimitExceeded of a result is caught by States.ALL",
        source=f"{_LIMIT}test_service_task_lambada_catch_state_all_data_limit_exceeded_on_large_utf8_response",
        machine=_too_much("States.ALL"),
        want=gives(_EXCEEDED, _EXCEEDED_EVENTS),
    ),
    Case(
        name="too much as output of a Pass state",
        source=f"{_LIMIT}test_start_large_input",
        machine=one_state(Type="Pass", Output=_BIG),
        want=fails(
            "States.DataLimitExceeded",
            "The state/task 'Only' returned a result with a size exceeding the maximum number of bytes service limit.",
            "Pass+",
        ),
    ),
    Case(
        name="a timeout",
        source="test_timeouts.py: test_fixed_timeout_service_lambda",
        machine=one_state(
            **task("states:startExecution.sync", {"StateMachineArn": arn_of("child-waits")}, TimeoutSeconds=100)
        ),
        want=fails("States.Timeout", None, "Task+ TaskScheduled TaskStarted TaskSubmitted TaskTimedOut"),
    ),
    Case(
        name="a Fail state",
        source="test_base.py: test_state_fail",
        machine=one_state(Type="Fail", Error="SomeFailure", Cause="it was to fail"),
        want=fails("SomeFailure", "it was to fail", "Fail+"),
    ),
    Case(
        name="an empty Fail state",
        source="test_base.py: test_state_fail_empty",
        machine=one_state(Type="Fail"),
        want=fails(None, None, "Fail+"),
    ),
    Case(
        name="a Fail state's Error as expression",
        source=f"{_BASE}test_fail_error_jsonata",
        machine=one_state(Type="Fail", Error="{% $states.input.e %}"),
        run_input={"e": "Exception"},
        want=fails("Exception", None, "Fail+"),
    ),
    Case(
        name="a Fail state's Cause as expression",
        source=f"{_BASE}test_fail_cause_jsonata",
        machine=one_state(Type="Fail", Cause="{% $states.input.c %}"),
        run_input={"c": "This failed."},
        want=fails(None, "This failed.", "Fail+"),
    ),
    Case(
        name="a Fail state's Error and Cause by paths",
        source="test_base.py: test_state_fail_path",
        machine={
            "QueryLanguage": "JSONPath",
            **one_state(Type="Fail", ErrorPath="$.e", CausePath="$.c"),
        },
        run_input={"e": "error string", "c": "cause string"},
        want=fails("error string", "cause string", "Fail+"),
    ),
)

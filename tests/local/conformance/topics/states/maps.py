"""Map, inline: items, selectors, concurrency, failures."""

from __future__ import annotations

from typing import Any

from tests.local.conformance.case import ANY, Case, fails, gives
from tests.local.conformance.topics.language.errors import told
from tests.local.machines import one_state, task

_BASE = "test_base_scenarios.py: "
_ITERATION = "MapIterationStarted Pass+ Pass- MapIterationSucceeded"
_PASS = one_state(Type="Pass")
_FAIL = one_state(Type="Fail", Error="HandleItemFailError", Cause="HandleItemFailCause")
_FAILED = "MapIterationStarted Fail+ MapIterationFailed"


def _each(processor: dict[str, Any], items: object, **more: Any) -> dict[str, Any]:
    return one_state(Type="Map", Items=items, MaxConcurrency=1, ItemProcessor=processor, **more)


def _of_paths(**state: Any) -> dict[str, Any]:
    """Return a Map of JSONPath over $.Values."""
    machine = one_state(Type="Map", ItemsPath="$.Values", ItemProcessor=_PASS, **state)
    return {**machine, "QueryLanguage": "JSONPath"}


def _iterations(count: int) -> str:
    return f"Map+ MapStateStarted {' '.join([_ITERATION] * count)} MapStateSucceeded Map-"


def _bad_concurrency(value: object, shown: str) -> Case:
    return Case(
        name=f"MaxConcurrencyPath of {shown}",
        source=f"{_BASE}test_max_concurrency_path",
        machine=_of_paths(MaxConcurrencyPath="$.n"),
        run_input={"Values": ["x"], "n": value},
        want=fails(
            "States.Runtime",
            told(f'The MaxConcurrencyPath field refers to value "{shown}" which is not a valid integer: $.n'),
            "Map+",
        ),
    )


_TWICE = {"ErrorEquals": ["States.ALL"], "MaxAttempts": 2, "IntervalSeconds": 1}

CASES = (
    Case(
        name="no items",
        source=f"{_BASE}test_map_state_items_input_array[empty]",
        machine=_each(_PASS, []),
        want=gives([], "Map+ MapStateStarted MapStateSucceeded Map-"),
    ),
    Case(
        name="one item",
        source=f"{_BASE}test_map_state_items_input_array[singleton]",
        machine=_each(_PASS, [0]),
        want=gives([0], _iterations(1)),
    ),
    Case(
        name="items of several kinds",
        source=f"{_BASE}test_map_state_items_input_array[mixed]",
        machine=_each(_PASS, [1, "two", True]),
        want=gives([1, "two", True], _iterations(3)),
    ),
    Case(
        name="the input as items",
        source=f"{_BASE}test_map_state_no_processor_config",
        machine=one_state(Type="Map", MaxConcurrency=1, ItemProcessor=_PASS),
        run_input=[1, 2, 3],
        want=gives([1, 2, 3], _iterations(3)),
    ),
    Case(
        name="a Map in a Map",
        source=f"{_BASE}test_map_state_nested",
        machine=_each(
            {
                "StartAt": "Inner",
                "States": {
                    "Inner": {
                        "Type": "Map",
                        "MaxConcurrency": 1,
                        "ItemProcessor": {"StartAt": "Leaf", "States": {"Leaf": {"Type": "Pass", "End": True}}},
                        "End": True,
                    }
                },
            },
            [[1, 2, 3], [4, 5, 6]],
        ),
        want=gives([[1, 2, 3], [4, 5, 6]]),
    ),
    Case(
        name="ItemSelector in JSONata",
        source=f"{_BASE}test_map_state_item_selector[MAP_STATE_ITEM_SELECTOR_JSONATA]",
        machine=_each(
            _PASS,
            "{% $states.input.items %}",
            ItemSelector={
                "value": "{% $states.context.Map.Item.Value %}",
                "index": "{% $states.context.Map.Item.Index %}",
                "constant": "string literal",
                "all": "{% $states.input.items %}",
            },
        ),
        run_input={"items": ["Item1", "Item2"]},
        want=gives(
            [
                {"value": v, "index": n, "constant": "string literal", "all": ["Item1", "Item2"]}
                for n, v in enumerate(["Item1", "Item2"])
            ],
            _iterations(2),
        ),
    ),
    Case(
        name="ItemSelector in JSONPath",
        source=f"{_BASE}test_map_state_config_inline_item_selector",
        machine=_of_paths(
            MaxConcurrency=1,
            ItemSelector={"constant": "c", "value.$": "$$.Map.Item.Value", "all.$": "$.Values"},
        ),
        run_input={"Values": ["Hello", "World"]},
        want=gives(
            [{"constant": "c", "value": value, "all": ["Hello", "World"]} for value in ("Hello", "World")],
            _iterations(2),
        ),
    ),
    Case(
        name="an iteration that fails",
        source=f"{_BASE}test_map_state_catch_empty_fail",
        machine=_each(one_state(Type="Fail"), [1, 2]),
        want=fails(None, None, f"Map+ MapStateStarted {_FAILED} MapStateFailed"),
    ),
    Case(
        name="an iteration that fails after others",
        source=f"{_BASE}test_map_state_break_condition",
        machine=_each(
            {
                "StartAt": "Choose",
                "States": {
                    "Choose": {
                        "Type": "Choice",
                        "Choices": [{"Condition": "{% $states.input = 1 %}", "Next": "Stop"}],
                        "Default": "Go",
                    },
                    "Stop": {"Type": "Fail", "Error": "SomeFailure", "Cause": "it was to fail"},
                    "Go": {"Type": "Pass", "End": True},
                },
            },
            [0, 1, 2],
        ),
        want=fails(
            "SomeFailure",
            "it was to fail",
            "Map+ MapStateStarted MapIterationStarted Choice+ Choice- Pass+ Pass- MapIterationSucceeded "
            "MapIterationStarted Choice+ Choice- Fail+ MapIterationFailed MapStateFailed",
        ),
    ),
    Case(
        name="a failure that is caught",
        source=f"{_BASE}test_map_state_catch",
        machine={
            "StartAt": "Each",
            "States": {
                "Each": {
                    "Type": "Map",
                    "Items": [1],
                    "MaxConcurrency": 1,
                    "ItemProcessor": _FAIL,
                    "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Caught"}],
                    "Next": "Caught",
                },
                "Caught": {"Type": "Pass", "End": True},
            },
        },
        want=gives(
            {"Error": "HandleItemFailError", "Cause": "HandleItemFailCause"},
            f"Map+ MapStateStarted {_FAILED} MapStateFailed Map- Pass+ Pass-",
        ),
    ),
    Case(
        name="a failure that is retried",
        source=f"{_BASE}test_map_state_retry",
        machine=_each(_FAIL, [1], Retry=[_TWICE]),
        want=fails(
            "HandleItemFailError",
            "HandleItemFailCause",
            f"Map+ MapStateStarted {_FAILED} MapStateStarted {_FAILED} MapStateStarted {_FAILED} MapStateFailed",
        ),
    ),
    Case(
        name="several retriers",
        source=f"{_BASE}test_map_state_retry_multiple_retriers",
        machine=_each(
            _FAIL,
            [1],
            Retry=[
                {"ErrorEquals": ["NoSuchError"], "MaxAttempts": 1, "IntervalSeconds": 1},
                {"ErrorEquals": ["State.ALL"], "MaxAttempts": 2, "IntervalSeconds": 1},
                {"ErrorEquals": ["HandleItemFailError"], "MaxAttempts": 3, "IntervalSeconds": 1},
            ],
        ),
        want=fails(
            "HandleItemFailError",
            "HandleItemFailCause",
            f"Map+ {' '.join([f'MapStateStarted {_FAILED}'] * 4)} MapStateFailed",
        ),
    ),
    _bad_concurrency({}, "{}"),
    _bad_concurrency("NoNumber", "NoNumber"),
    Case(
        name="MaxConcurrencyPath of 0",
        source=f"{_BASE}test_max_concurrency_path[0]",
        machine=_of_paths(MaxConcurrencyPath="$.n"),
        run_input={"Values": ["HelloWorld"], "n": 0},
        want=gives(["HelloWorld"], _iterations(1)),
    ),
    Case(
        name="an iteration that fails by the language's own error",
        source="test_error_output.py: test_map_catch_error[MAP_CATCH_ERROR_OUTPUT_WITH_RETRY]",
        machine=_each(one_state(Type="Pass", Output={"error": "{% $nobody %}"}), [1]),
        want=fails(
            "States.QueryEvaluationError",
            told(
                "The JSONata expression '$nobody' specified for the field 'Output/error' returned nothing (undefined).",
                event=5,
            ),
            "Map+ MapStateStarted MapIterationStarted Pass+ EvaluationFailed MapIterationFailed MapStateFailed",
        ),
    ),
    Case(
        name="Iterator and Parameters, the old names",
        source=f"{_BASE}test_map_state_legacy_config_inline_parameters",
        machine={
            "QueryLanguage": "JSONPath",
            **one_state(
                Type="Map",
                ItemsPath="$.Values",
                MaxConcurrency=1,
                Parameters={"value.$": "$$.Map.Item.Value"},
                Iterator=_PASS,
            ),
        },
        run_input={"Values": ["Hello"]},
        want=gives([{"value": "Hello"}], _iterations(1)),
    ),
    Case(
        name="iterations that are aborted when another fails",
        source="test_timeouts.py: test_service_lambda_map_timeout",
        machine=one_state(
            Type="Map",
            Items=[0, 9_999, 9_999],
            ItemProcessor={
                "StartAt": "Hold",
                "States": {
                    "Hold": {"Type": "Wait", "Seconds": "{% $states.input = 0 ? 30 : $states.input %}", "Next": "Call"},
                    "Call": task("aws-sdk:s3:getObject", {"Bucket": "no-such-bucket-anywhere", "Key": "k"}),
                },
            },
        ),
        want=fails(
            "S3.NoSuchBucketException",
            ANY,
            # the iterations begin side by side, in any order
            "Map+ MapStateStarted … Wait- Task+ TaskScheduled TaskStarted TaskFailed MapIterationFailed "
            "TaskStateAborted MapIterationAborted "
            "WaitStateAborted MapIterationAborted WaitStateAborted MapStateFailed",
        ),
    ),
)

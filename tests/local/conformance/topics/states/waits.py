"""Wait: seconds and timestamps, good and bad."""

from __future__ import annotations

import json
from typing import Any

from tests.local.conformance.case import Case, fails, gives, refuses
from tests.local.conformance.topics.language.errors import told
from tests.local.machines import ROLE, one_state

_BASE = "test_base_scenarios.py: "
_WAIT = "test_wait.py: "
_DONE = "Wait+ Wait-"
_BAD = {
    "NO_T": "2016-12-05 21:29:29Z",
    "NO_Z": "2016-12-05T21:29:29",
    "INVALID_DATE": "2016-13-05T21:29:29Z",
    "INVALID_TIME": "2016-12-05T25:29:29Z",
    "INVALID_ISO": "05-12-2016T21:29:29Z",
}
_GOOD = {"SECONDS": "2016-12-05T21:29:29Z", "NANOSECONDS": "2016-12-05T21:29:29.000000001Z"}


def _of_paths(**state: Any) -> dict[str, Any]:
    return {**one_state(Type="Wait", **state), "QueryLanguage": "JSONPath"}


def _seconds_path(value: object, cause: str = "") -> Case:
    return Case(
        name=f"SecondsPath of {value}",
        source=f"{_WAIT}test_base_wait_seconds_path[{value}]",
        machine=_of_paths(SecondsPath="$.n"),
        run_input={"n": value},
        want=fails("States.Runtime", told(f"The SecondsPath parameter {cause}: $.n == {value}"), "Wait+")
        if cause
        else gives({"n": value}, _DONE),
    )


def _refused(name: str, text: str) -> Case:
    definition = one_state(Type="Wait", Timestamp=text)
    return Case(
        name=f"a Timestamp that is written, {name}",
        source=f"{_BASE}test_wait_timestamp_invalid[{name}]",
        call=("create_state_machine", {"name": f"waits-{name}", "definition": json.dumps(definition), "roleArn": ROLE}),
        want=refuses(
            "InvalidDefinition",
            "Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: String does not match RFC3339 timestamp at "
            "/States/Only/Timestamp'",
        ),
    )


CASES = (
    *(
        Case(
            name=f"Timestamp as expression, {name}",
            source=f"{_BASE}test_wait_timestamp_jsonata[{name}]",
            machine=one_state(Type="Wait", Timestamp="{% $states.input.at %}"),
            run_input={"at": text},
            want=gives({"at": text}, _DONE),
        )
        for name, text in _GOOD.items()
    ),
    *(
        Case(
            name=f"Timestamp as expression, {name}",
            source=f"{_BASE}test_wait_timestamp_jsonata[{name}]",
            machine=one_state(Type="Wait", Timestamp="{% $states.input.at %}"),
            run_input={"at": text},
            want=fails(
                "States.QueryEvaluationError",
                told(
                    "The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: "
                    f"{text}"
                ),
                "Wait+ EvaluationFailed",
            ),
        )
        for name, text in _BAD.items()
    ),
    *(
        Case(
            name=f"TimestampPath, {name}",
            source=f"{_BASE}test_wait_timestamp_path[{name}]",
            machine=_of_paths(TimestampPath="$.at"),
            run_input={"at": text},
            want=gives({"at": text}, _DONE),
        )
        for name, text in _GOOD.items()
    ),
    *(
        Case(
            name=f"TimestampPath, {name}",
            source=f"{_BASE}test_wait_timestamp_path[{name}]",
            machine=_of_paths(TimestampPath="$.at"),
            run_input={"at": text},
            want=fails(
                "States.Runtime",
                told(
                    "The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format "
                    f"string: $.at == {text}"
                ),
                "Wait+",
            ),
        )
        for name, text in _BAD.items()
    ),
    *(_refused(name, text) for name, text in _BAD.items()),
    Case(
        name="a Timestamp that is written",
        source=f"{_BASE}test_wait_timestamp[SECONDS]",
        machine=one_state(Type="Wait", Timestamp=_GOOD["SECONDS"]),
        want=gives({}, _DONE),
    ),
    Case(
        name="a Timestamp beyond 24,855 days",
        source=f"{_WAIT}test_timestamp_too_far_in_future_boundary[24856]",
        machine=_of_paths(TimestampPath="$.at"),
        run_input={"at": "2999-01-01T00:00:00Z"},
        want=fails("States.Runtime", told("Wait state delay is too long."), "Wait+"),
    ),
    Case(
        name="Seconds as expression",
        source=f"{_BASE}test_wait_seconds_jsonata",
        machine=one_state(Type="Wait", Seconds="{% $states.input.n %}"),
        run_input={"n": 0},
        want=gives({"n": 0}, _DONE),
    ),
    _seconds_path(0),
    _seconds_path(1),
    _seconds_path(-1, "references a negative value"),
    _seconds_path(1.5, "cannot be parsed as a long value"),
    _seconds_path(-1.5, "cannot be parsed as a long value"),
    Case(
        name="variables in Wait",
        source="test_assign_reference_variables.py: test_reference_assign[BASE_REFERENCE_IN_WAIT]",
        machine={
            "StartAt": "Set",
            "States": {
                "Set": {"Type": "Pass", "Assign": {"n": 0}, "Next": "Wait"},
                "Wait": {"Type": "Wait", "Seconds": "{% $n %}", "End": True},
            },
        },
        want=gives({}, "Pass+ Pass- Wait+ Wait-"),
    ),
)

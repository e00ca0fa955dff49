"""JSONata in state machines: values, AWS's functions, errors by name, and no operator newer than 2.0.6."""

from __future__ import annotations

import hashlib
import re
from typing import Any

import jsonata
import pytest

from constructs_lib.runs.synthesised.jsonata_engine.evaluate import JsonataError, evaluate, tree
from constructs_lib.runs.synthesised.jsonata_engine.evaluation import Evaluation
from tests.local.machines import Machines, one_state

NOW = 1_700_000_000_123
AWKWARD = 'a "quoted" \\ back\\n slash \n line \u00e9 \U0001f600 {% not %} $x /* no comment'


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("1 + 1", 2),
        ("4 / 2", 2),
        ("10 / 4", 2.5),
        ("null", None),
        ("$o.nothing", None),
        ("$type($o.nothing)", "null"),
        ("$map($l, function($v) { $type($v) })", ["null", "string"]),
        ("$map($parse('[null, 1]'), function($v) { $type($v) })", ["null", "number"]),
        ("$exists($o.nothing)", True),
        ("$exists($o.missing)", False),
        ("[1..5]", [1, 2, 3, 4, 5]),
        ("[1..5][[1..2]]", [2, 3]),
        ('{"a": [1..2], "n": $o.nothing}', {"a": [1, 2], "n": None}),
        ('$string({"a": 1.0})', '{"a":1}'),
        ("$x", AWKWARD),
        ("$x & '!'", AWKWARD + "!"),
        ('"?? and ?:"', "?? and ?:"),
        ("$partition([1..5], 2)", [[1, 2], [3, 4], [5]]),
        ("$partition([], 2)", []),
        ("$range(0, 10, 4)", [0, 4, 8]),
        ("$range(3, 1, -1)", [3, 2, 1]),
        ("$range(3, 1, 1)", []),
        ("$range(1, 9, 9)", 1),
        ("$parse('{\"a\": [1, null]}')", {"a": [1, None]}),
        ("$parse('null')", None),
        ("$random(7) = $random(7)", True),
        ("$random() < 1", True),
        ("$millis()", NOW),
        ("$replace('a.b.c', '.', '$$')", "a$$b$$c"),
        ("$replace('abab', 'a', '$0$1')", "$0$1b$0$1b"),
        ("$replace('abab', /(a)b/, '$$$1')", "$a$a"),
        ("$replace('aXbX', /x/i, '\\\\')", "a\\b\\"),
        ("$replace('ab', /b/, '\\\\1$0', 1)", "a\\1b"),
        ("$map(['0x1F', '0b11', '-1.5e3', '007'], $number)", [31, 3, -1500, 7]),
        ("[5.5 % 2, -5 % 3, 5 % 3]", [1.5, -2, 2]),
        ("$replace('aaaa', 'a', 'b', 1.5)", "bbaa"),
        ("$map(['ab', 'cb'], $replace(?, 'b', '$'))", ["a$", "c$"]),
        ("'ab' ~> $replace('b', '$')", "a$"),
        ("$now()", "2023-11-14T22:13:20.123Z"),
        ("$toMillis($now()) = $millis()", True),
        (
            "$map(['a', 'b'], function($v) { $hash($v, 'MD5') })[1]",
            hashlib.md5(b"b", usedforsecurity=False).hexdigest(),
        ),
    ],
)
def test_values(expression: str, value: object) -> None:
    variables = {"o": {"nothing": None}, "l": [None, "a"], "x": AWKWARD}
    assert evaluate(expression, variables, now_milliseconds=NOW) == value
    assert variables == {"o": {"nothing": None}, "l": [None, "a"], "x": AWKWARD}


@pytest.mark.parametrize("algorithm", ["MD5", "SHA-1", "SHA-256", "SHA-384", "SHA-512"])
def test_hashes(algorithm: str) -> None:
    expected = hashlib.new(algorithm.replace("SHA-", "sha"), "é".encode(), usedforsecurity=False).hexdigest()
    assert evaluate(f'$hash("é", "{algorithm}")', {}, now_milliseconds=NOW) == expected


def test_what_never_ends_is_ended() -> None:
    endless = tree("($f := function($n) { $f($n + 1) }; $f(1))")
    with pytest.raises(jsonata.JException, match="timeout after 100 milliseconds"):
        Evaluation(endless, longest_seconds=0.1).evaluate(None)


def test_uuids_differ() -> None:
    one, other = evaluate("[$uuid(), $uuid()]", {}, now_milliseconds=NOW)
    assert one != other
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", one)


@pytest.mark.parametrize(
    ("expression", "says"),
    [
        ("$missing", "'$missing' returned nothing (undefined)."),
        ("$o.missing", "undefined"),
        ("function($x) { $x }", "unsupported result type"),
        ('{"f": function($x) { $x }}', "unsupported result type"),
        ("1 / 0", "threw an error during evaluation."),
        ("'a' + 1", "threw an error during evaluation. T2001:"),
        ("$number('x')", "threw an error during evaluation. D3030:"),
        ("$number('1.')", "D3030:"),
        ("$number(' 1')", "D3030:"),
        ("$number('1e400')", "D3030:"),
        ("$error('my own words')", "my own words"),
        ("($f := function($n) { 1 + $f($n) }; $f(1))", "recursed too deeply"),
        ("(", "cannot be read"),
        ("$o.a ?? 1", "cannot be read"),
        ("$o.a ?: 1", "cannot be read"),
        ('$eval("1")', "$eval is not supported"),
        ("$hash('a', 'SHA-3')", "$hash needs"),
        ("$hash(1, 'MD5')", "$hash needs"),
        ("$parse('{')", "$parse needs"),
        ("$parse(1)", "$parse needs"),
        ("$partition([1], 0)", "$partition needs"),
        ("$range(1, 2, 0)", "$range needs"),
        ("$range('a', 2, 1)", "$range needs"),
    ],
)
def test_fails_with_the_reason(expression: str, says: str) -> None:
    with pytest.raises(JsonataError, match=re.escape(says)):
        evaluate(expression, {"o": {}}, now_milliseconds=NOW)


def test_a_long_expression_is_not_repeated_whole_in_its_error() -> None:
    with pytest.raises(JsonataError) as raised:
        evaluate(f"($x := '{'y' * 5000}'; $missing)", {}, now_milliseconds=NOW)
    assert len(str(raised.value)) < 400


def test_results_share_nothing_with_variables() -> None:
    variables: dict[str, Any] = {"o": {"list": [1]}}
    result = evaluate("$o", variables, now_milliseconds=NOW)
    result["list"].append(2)
    assert variables == {"o": {"list": [1]}}


def test_literals_and_variables_keep_every_character(machines: Machines) -> None:
    first = {"Type": "Pass", "Assign": {"text": AWKWARD, "deep": {"k": [AWKWARD, None, 1.5]}}, "Next": "Last"}
    last = {"Type": "Pass", "Output": {"text": "{% $text %}", "deep": "{% $deep %}", "own": AWKWARD}, "End": True}
    assert machines.output({"StartAt": "First", "States": {"First": first, "Last": last}}) == {
        "text": AWKWARD,
        "deep": {"k": [AWKWARD, None, 1.5]},
        "own": AWKWARD,
    }


def test_input_keeps_every_character(machines: Machines) -> None:
    assert (
        machines.evaluate("$states.input.x & $states.context.Execution.Input.x", {"x": AWKWARD})["output"]
        == AWKWARD * 2
    )


def test_an_expression_is_read_from_its_json_string(machines: Machines) -> None:
    assert machines.evaluate('"a\\"b" & "\\u00e9"')["output"] == 'a"bé'


def test_there_is_no_result_in_a_choice(machines: Machines) -> None:
    choice = {
        "Type": "Choice",
        "Choices": [{"Condition": "{% $exists($states.result) %}", "Next": "Wrong"}],
        "Default": "Right",
    }
    states = {"Choose": choice, "Wrong": {"Type": "Fail", "Error": "Wrong"}, "Right": {"Type": "Succeed"}}
    assert machines.output({"StartAt": "Choose", "States": states}) == {}


@pytest.mark.parametrize("expression", ["$states.input.missing", "1 / 0"])
def test_fails_as_a_query_evaluation_error(machines: Machines, expression: str) -> None:
    description = machines.evaluate(expression)
    assert description["status"] == "FAILED"
    assert description["error"] == "States.QueryEvaluationError"
    assert expression in description["cause"]


def test_a_query_evaluation_error_can_be_caught(machines: Machines) -> None:
    caught = {
        "Type": "Task",
        "Resource": "arn:aws:states:::aws-sdk:s3:listBuckets",
        "Arguments": "{% $states.input.missing %}",
        "Catch": [
            {"ErrorEquals": ["States.QueryEvaluationError"], "Output": "{% $states.errorOutput %}", "Next": "End"}
        ],
        "End": True,
    }
    output = machines.output({"StartAt": "Task", "States": {"Task": caught, "End": {"Type": "Succeed"}}})
    assert output["Error"] == "States.QueryEvaluationError"


def test_jsonpath_machines_read_variables_too(machines: Machines) -> None:
    states = {
        "First": {"Type": "Pass", "Assign": {"kept": {"a": 'a "b" \n'}}, "Next": "Last"},
        "Last": {"Type": "Pass", "Parameters": {"a.$": "$kept.a"}, "End": True},
    }
    assert machines.output({"QueryLanguage": "JSONPath", "StartAt": "First", "States": states}) == {"a": 'a "b" \n'}


def test_assigned_variables_stand_in_the_history_as_json(machines: Machines) -> None:
    execution = machines.start(one_state(Type="Pass", Assign={"text": 'a "b"', "number": 1}))
    machines.end(execution)
    exited = [event for event in machines.events(execution) if event["type"] == "PassStateExited"]
    assert exited[0]["stateExitedEventDetails"]["assignedVariables"] == {"number": "1", "text": '"a \\"b\\""'}

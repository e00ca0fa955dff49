"""Expressions and texts that a stack's author gives: what cannot be read is told, what can be is not."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from constructs_lib.runs.synthesised.jsonata_engine.evaluate import JsonataError, check_syntax
from constructs_lib.workflow.jsonata.expressions import functions
from constructs_lib.workflow.jsonata.given import literal_problems, run_input_problems, run_name_problems

READABLE = [
    "$states.context.Execution.Name & '-' & $states.input.name",
    "{'HyperParameters': {'lr': $states.input.lr / 2}, 'Comment': \"it's a (\"}",
    "$contains($x, /(a\\/b|c/d)\\(/i) ? 1 : 2",
    "$x(3)/4 /* a ( here */ + `odd (name`[0]/2",
    "$f(?, 1).**.x ~> /y'/m",
    "5 in /[/]/",
]


@pytest.mark.parametrize("text", [*READABLE, *(source.rstrip(";") for source in functions().values())])
def test_what_can_be_read_is_taken(text: str) -> None:
    check_syntax(text)
    assert list(run_name_problems(f"{{% {text} %}}")) == []


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("$states.context.Execution.Name & '-", "a quotation mark without its other"),
        ('"a', "a quotation mark without its other"),
        ("`a", "a backtick without its other"),
        ("$string($states.input", "'(' without its other"),
        ("$a)", "')' without its other"),
        ("($a]", "']' without its other"),
        ("{'a': [1, 2}", "'}' without its other"),
        ("1 /* never ended", "a comment without an end"),
        ("$a ?? 'b'", "'??', which is newer than Step Functions' JSONata 2.0.6"),
        ("$a ?: 'b'", "'?:', which is newer"),
    ],
)
def test_fails_on_what_cannot_be_read(text: str, wrong: str) -> None:
    (told,) = run_name_problems(f"{{% {text} %}}")
    assert told.startswith(f"'run_name' must be a JSONata expression that can be read, and it has {wrong}")


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("", "'run_input' must be a JSONata expression of the form {% … %}, got ''; or pass a dict"),
        (" {% {} %}", "'run_input' must be a JSONata expression of the form {% … %}"),
        ("{%}", "'run_input' must be a JSONata expression of the form {% … %}"),
        ("{%  %}", "'run_input' must be a JSONata expression, got an empty one"),
        ("{% null %}", "'run_input' must give an object, got '{% null %}'"),
        ("{% [1] %}", "'run_input' must give an object"),
        ({"Hyperparameters": {}}, "'run_input' must have fields of a run's input, Comment, HyperParameters,"),
        ({"HyperParameters": {"a": object()}}, "'run_input' must be what JSON can write"),
        ({"HyperParameters": {"a": float("nan")}}, "'run_input' must be what JSON can write"),
        ({"HyperParameters": {"a": "{% $x( %}"}}, "'run_input' must be a JSONata expression that can be read"),
        ({"HyperParameters": {"a": "{% $x"}}, "'run_input' must be a JSONata expression of the form {% … %}"),
    ],
)
def test_fails_on_an_input_that_is_none(value: Any, told: str) -> None:
    (problem,) = run_input_problems(value)
    assert problem.startswith(told)


def test_an_input_may_be_an_object_with_expressions_in_it() -> None:
    value = {"HyperParameters": {"lr": "{% $states.input.lr %}", "epochs": 3, "note": "50 %}"}, "Capacity": [{}]}
    assert list(run_input_problems(value)) == []
    assert list(run_input_problems("{% {} %}")) == []


def test_a_text_that_would_be_evaluated_is_told_with_its_place() -> None:
    found = literal_problems("hyperparameters", {"a": "{% 1 %}", "b": ["{%", "x", "{%%}"], "c": 1})
    assert [told.partition(", got ")[2] for told in found] == [
        "'{% 1 %}' for 'a'; change the text",
        "'{%%}' for 'b[2]'; change the text",
    ]


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="()[]{}'\"`/*?:a $", max_size=30))
def test_what_is_refused_no_engine_reads(text: str) -> None:
    if list(run_name_problems(f"{{% {text} %}}")) and text.strip():
        with pytest.raises(JsonataError):
            check_syntax(text)

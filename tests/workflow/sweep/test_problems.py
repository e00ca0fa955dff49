"""What is refused of a sweep's input as a whole; its items are checked as runs are."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.engines.jsonata_engine import Engine, PythonEngine
from tests.support.run_inputs import EXAMPLES, JSON
from tests.workflow.sweep.documents import HALVING, begun, sweep_settings

PYTHON = PythonEngine()
FINE = {"Grid": {"lr": [0.1]}}

REFUSED: dict[str, tuple[Any, str]] = {
    "no object": ([1], "the input must be a JSON object with the runs of the sweep, got [1]"),
    "no runs": ({"Comment": "x"}, "the input must have one of Runs, Grid, Random, RunsFrom, got none"),
    "two kinds": ({**FINE, "Runs": [{}]}, "the input must have one of Runs, Grid, Random, RunsFrom, got Runs and Grid"),
    "a field": ({**FINE, "Colour": 1}, 'the input has unknown fields "Colour"; allowed are Runs, Grid, Random'),
    "a list": ({**FINE, "Environment": [1]}, "'Environment' must be an object of names and values, got [1]"),
    "no list of runs": (
        {"Runs": {}},
        "'Runs' must be a list of objects, each the input of a run and its 'Name', got {}",
    ),
    "no run": ({"Runs": [{}, 3]}, "'Runs' must be a list of objects, got 3 in it"),
    "null alone": ({"Runs": [None]}, "'Runs' must be a list of objects, got null in it"),
    "an empty list alone": ({"Runs": [[]]}, "'Runs' must be a list of objects, got [] in it"),
    "checkpoints of all": (
        {**FINE, "ResumeFrom": "old", "Colour": 1},
        'unknown fields "Colour"; allowed are Runs, Grid, Random, Count, Seed, RunsFrom, Comment, HyperParameters, '
        "Environment, MaxRuntimeInSeconds, MaxWaitTimeInSeconds, Capacity, Channels, ImageTag, OutputPrefix; "
        "'ResumeFrom' is for one run, because only one may write into its checkpoints; give it to an item of 'Runs'",
    ),
    "no grid": ({"Grid": []}, "'Grid' must be an object of names and lists of values, got []"),
    "no values": ({"Grid": {"lr": 0.1}}, "'Grid.lr' must be a list of one value or more, got 0.1"),
    "an empty axis": ({"Grid": {"lr": [1], "x": []}}, "'Grid.x' must be a list of one value or more, got []"),
    "a large grid": ({"Grid": {"a": [1] * 101, "b": [1] * 100}}, "'Grid' must come to at most 10000 runs, got 10100"),
    "no count": (
        {"Random": {"a": {"Int": [1, 2]}}},
        "'Count' must be a whole number of runs, from 1 to 10000, got none",
    ),
    "a seed": ({"Random": {"a": {"Int": [1, 2]}}, "Count": 1, "Seed": "x"}, "'Seed' must be a whole number, got \"x\""),
    "a stray count": ({**FINE, "Count": 3}, "'Count' is for 'Random'; leave it out"),
    "no draw": (
        {"Random": {"a": {"Normal": [1, 2]}}, "Count": 1},
        "'Random.a' must be an object with one of Uniform, ",
    ),
    "bounds": (
        {"Random": {"a": {"Uniform": [2, 1]}}, "Count": 1},
        "'Random.a.Uniform' must be the lowest and then the",
    ),
    "one bound": (
        {"Random": {"a": {"Int": [2]}}, "Count": 1},
        "'Random.a.Int' must be two numbers, the lowest and the",
    ),
    "a log of 0": ({"Random": {"a": {"LogUniform": [0, 1]}}, "Count": 1}, "'Random.a.LogUniform' must be above nought"),
    "a log of next to 0": (
        {"Random": {"a": {"LogUniform": [1e-300, 1e10]}}, "Count": 1},
        "'Random.a.LogUniform' must be at least 1e-90, got ",
    ),
    "no whole": ({"Random": {"a": {"Int": [1, 2.5]}}, "Count": 1}, "'Random.a.Int' must be whole numbers, got [1,2.5]"),
    "no choice": (
        {"Random": {"a": {"Choice": []}}, "Count": 1},
        "'Random.a.Choice' must be a list of one value or more, got []",
    ),
    "no uri": ({"RunsFrom": 1}, "'RunsFrom' must be an S3 URI, got 1"),
    "a file": (
        {"RunsFrom": "s3://models-bucket/sweeps/a.txt"},
        "'RunsFrom' must be an S3 URI that ends in .jsonl or .csv",
    ),
    "elsewhere": ({"RunsFrom": "s3://other/a.csv"}, "'RunsFrom' is not within what this sweep may read, got"),
    "too large": (
        {"Runs": [{"HyperParameters": {"a": "x" * 210_000}}]},
        "the input must have at most 200000 bytes, got ",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_fails_with_a_sentence(engine: Engine, name: str) -> None:
    bad, sentence = REFUSED[name]
    checked = engine.call("$checkable($g, 200000)", g=bad)
    state = begun(engine, checked)
    assert state["Next"] == "invalid input"
    assert sentence in state["Cause"]
    assert state["Cause"].startswith("The input of this sweep was refused, and no run was started: ")


@pytest.mark.parametrize(
    ("fine", "then"),
    [
        (FINE, "check"),
        ({"Runs": [{}]}, "check"),
        ({"Random": {"a": {"Choice": ["x"]}}, "Count": 10_000, "Seed": -3}, "check"),
        ({"RunsFrom": "s3://models-bucket/sweeps/in/a.jsonl", "MaxRuntimeInSeconds": 60}, "read jsonl"),
        ({"RunsFrom": "s3://models-bucket/sweeps/a.csv", "Comment": "x"}, "read csv"),
    ],
)
def test_what_is_fine_goes_on(engine: Engine, fine: Any, then: str) -> None:
    assert begun(engine, fine)["Next"] == then


def test_what_the_rungs_give_is_left_to_them(engine: Engine) -> None:
    for bad in ({"Grid": {"epochs": [1]}}, {**FINE, "HyperParameters": {"epochs": 3}}):
        assert "'epochs' is what the rungs of this sweep give" in begun(engine, bad, halving=HALVING)["Cause"]
    large = {"Grid": {"a": list(range(1001))}}
    assert (
        "'Grid' must come to at most 1000 runs with 'halving', got 1001"
        in begun(engine, large, halving=HALVING)["Cause"]
    )
    listed: dict[str, Any] = {"Runs": [{}] * 1001}
    assert "'Runs' must have at most 1000 runs with 'halving'" in begun(engine, listed, halving=HALVING)["Cause"]


def test_what_an_earlier_sweep_of_the_name_has_left_is_not_added_to_it(engine: Engine) -> None:
    page = {"Contents": [{"Key": "sweeps/nightly/runs/00000_ok_1_1_1_0_0_a.json"}]}
    refused = begun(engine, {**FINE, "Colour": 1}, page=page)
    assert refused["Next"] == "invalid input"
    assert 'unknown fields "Colour"' in refused["Cause"]
    assert (
        "; an earlier sweep of this name has left its lines below s3://models-bucket/sweeps/nightly/; give this one "
        "another name. Start" in refused["Cause"]
    )


MARKS = {
    "whole": [1, 1, 1],
    "empty rows": [1, 0, 1, 0],
    "one": [0, 1],
    "nothing": [],
    "empty rows alone": [0],
    "no header": [-1, -1],
    "too many": [1] * 10_001,
}


def test_lines_of_a_file_that_are_no_items_are_left_out(engine: Engine) -> None:
    settings, sweep = sweep_settings().document(), {"Name": "nightly"}
    found = {name: engine.call("$readSweep($s, $w, $m)", s=settings, w=sweep, m=marks) for name, marks in MARKS.items()}
    assert (found["whole"]["Next"], found["whole"]["Items"], found["whole"]["Entrants"]) == ("check", 3, [0, 1, 2])
    assert (found["empty rows"]["Items"], found["empty rows"]["Entrants"]) == (2, [0, 2])
    assert found["one"]["Entrants"] == [1]
    for nothing in ("nothing", "empty rows alone"):
        assert "'RunsFrom' must have at least one run in it, and it has none" in found[nothing]["Cause"]
    assert "the first line of a .csv must name its columns" in found["no header"]["Cause"]
    assert "'RunsFrom' must have at most 10000 runs in it, and it has more" in found["too many"]["Cause"]


def test_a_name_that_no_run_can_have_is_refused(engine: Engine) -> None:
    assert "the sweep's name must be 1 to 80 letters" in begun(engine, FINE, name="a b")["Cause"]


@given(
    st.one_of(
        JSON,
        st.fixed_dictionaries(
            {},
            optional=dict.fromkeys(
                ("Runs", "Grid", "Random", "RunsFrom", "Count", "Seed", "HyperParameters", "Comment", "x"), JSON
            ),
        ),
        st.fixed_dictionaries({"Random": st.dictionaries(st.text(max_size=3), JSON, max_size=2), "Count": JSON}),
        st.fixed_dictionaries({"Grid": st.dictionaries(st.text(max_size=3), JSON, max_size=2)}),
    )
)
@settings(max_examples=EXAMPLES, deadline=None)
def test_whatever_is_given_is_refused_in_words_or_begins(anything: Any) -> None:
    state = begun(PYTHON, anything)
    if state["Next"] == "check":
        assert state["Items"] == len(state["Entrants"]) >= 1
    elif state["Next"] == "invalid input":
        assert state["Cause"].endswith(". Start a new sweep with a corrected input")
    else:
        assert state["Next"].startswith("read ")


def test_items_are_checked_again_in_words_and_doubles_are_found(engine: Engine) -> None:
    sweep = {"Items": 4, "Entrants": [0, 1, 2, 3], "Told": False, "Next": "check"}
    marks = ["0123456789ab", "1123456789ab", "0123456789ab", "!"]
    again = engine.call("$checkedItems($w, $f)", w=sweep, f=marks)
    assert (again["Next"], again["Told"], again["Bad"], again["Entrants"]) == ("check", True, 3, [0, 2, 3])
    named = engine.call(WORDS, i={"Name": "a", "Wrong": [], "Input": {}})
    told = engine.call("$checkedItems($w, $f)", w=again, f=[named, named, "trial-0004: is bad"])
    assert told["Next"] == "invalid input"
    twice = 'item 1 has the name of another, "a"; item 3 has the name of another, "a"'
    assert f"{twice}; trial-0004: is bad. Start" in told["Cause"]
    assert engine.call("$checkedItems($w, $f)", w=sweep, f=marks[:2])["Next"] == "train"


WORDS, MARK = "$itemProblems($i, {'Next': 'train'}, true)", "$itemProblems($i, {'Next': 'train'}, false)"


def test_no_two_items_go_on_with_the_checkpoints_of_one_run(engine: Engine) -> None:
    inputs: list[dict[str, str]] = [{"ResumeFrom": "old"}, {}, {"ResumeFrom": "older"}, {"ResumeFrom": "old"}]
    items = [{"Name": f"n{place}", "Wrong": [], "Input": one} for place, one in enumerate(inputs)]
    sweep = {"Items": 4, "Entrants": [0, 1, 2, 3], "Told": False, "Next": "check"}
    marks = [engine.call(MARK, i=one) for one in items]
    assert engine.call("$checkedItems($w, $f)", w=sweep, f=marks[:3])["Next"] == "train"
    # what 10,000 of them say fits into a payload
    assert 10_000 * (len(json.dumps(marks[0])) + 1) < 256 * 1024
    again = engine.call("$checkedItems($w, $f)", w=sweep, f=marks)
    assert (again["Told"], again["Entrants"]) == (True, [0, 3])
    told = engine.call("$checkedItems($w, $f)", w=again, f=[engine.call(WORDS, i=items[place]) for place in (0, 3)])
    for number, name in ((1, "n0"), (4, "n3")):
        said = f'item {number} has the name or the \'ResumeFrom\' of another, "{name}" or "old"'
        assert said in told["Cause"]


def test_an_item_that_is_too_large_to_be_carried_is_refused(engine: Engine) -> None:
    large = {"Name": "a", "Wrong": [], "Input": {"Environment": {f"V{n}": "x" * 400 for n in range(80)}}}
    told = engine.call("$itemProblems($i, {'Next': 'train'}, true)", i=large)
    assert told.startswith("a: the input of a run of a sweep must have at most 30000 characters, got ")


def test_many_problems_are_counted(engine: Engine) -> None:
    bad = {"Random": {f"n{n}": {} for n in range(60)}, "Count": 0}
    cause = begun(engine, bad)["Cause"]
    assert "; there are 21 more problems. Start a new sweep" in cause
    assert len(cause) < 32_000

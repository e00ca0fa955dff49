"""Which runs a sweep has: from lists, grids, draws and rows, with names that are functions of what was given."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.engines.jsonata_engine import Engine, PythonEngine
from tests.support.run_inputs import EXAMPLES
from tests.workflow.sweep.documents import HALVING, MACHINE, item

PYTHON = PythonEngine()
GRID: dict[str, list[Any]] = {"lr": [0.1, 0.01], "depth": [4, 6, 8]}


def parameters(engine: Engine, of: Any, count: int) -> list[Any]:
    return [item(engine, of, place)["Input"]["HyperParameters"] for place in range(count)]


def test_a_grid_has_every_point_once_and_the_last_name_moves_first(engine: Engine) -> None:
    points = parameters(engine, {"Grid": GRID}, 6)
    assert points == [{"lr": lr, "depth": depth} for lr in GRID["lr"] for depth in GRID["depth"]]
    assert engine.call("$sweepSize($g)", g={"Grid": GRID}) == 6


def test_what_is_common_is_under_what_an_item_says(engine: Engine) -> None:
    runs = [{"Name": "a", "HyperParameters": {"x": 1}, "MaxRuntimeInSeconds": 60, "Channels": {"train": "s3://b/"}}]
    common = {"HyperParameters": {"x": 0, "y": 2}, "Environment": {"LOG": "1"}, "MaxRuntimeInSeconds": 30}
    found = item(engine, {"Runs": runs, "Comment": "no field of a run", **common})
    assert found["Input"] == {
        "HyperParameters": {"x": 1, "y": 2},
        "Environment": {"LOG": "1"},
        "MaxRuntimeInSeconds": 60,
        "Channels": {"train": "s3://b/"},
    }
    assert (found["Name"], found["RunName"], found["StateMachineArn"]) == ("a", "nightly-a", MACHINE)


@pytest.mark.parametrize("bad", [1, "x", None, [1], {"Name": 3}, {"Name": "a/b"}, {"HyperParameters": "x"}])
def test_an_item_that_is_none_is_still_named_so_that_its_check_can_tell(engine: Engine, bad: Any) -> None:
    seed = {"Sweep": "s", "Folder": "f/", "Place": 6, "Common": {"HyperParameters": {"a": 1}}}
    found = engine.call("$sweepNamed($i, $o)", i=seed, o=bad)
    assert found["Name"] == "trial-0007"
    assert bool(found["Wrong"]) == (isinstance(bad, dict) and "Name" in bad)


def test_a_later_rung_goes_on_with_the_first_run(engine: Engine) -> None:
    of = {"Grid": GRID, "Environment": {"LOG": "1"}}
    first = item(engine, of, 2, halving=HALVING)
    assert first["Input"]["HyperParameters"] == {"lr": 0.1, "depth": 8, "epochs": 1}
    assert "ResumeFrom" not in first["Input"]
    third = item(engine, of, {"Place": 2, "Tried": 0}, rung=3, halving=HALVING)
    assert third["Input"] == {**first["Input"], "ResumeFrom": "nightly-trial-0003", "HyperParameters": {
        "lr": 0.1, "depth": 8, "epochs": 9}}  # fmt: skip
    assert third["RunName"] == "nightly-trial-0003.r3"
    tried = item(engine, of, {"Place": 2, "Tried": 1}, rung=2, halving=HALVING)
    assert tried["Input"]["ResumeFrom"] == "nightly-trial-0003.t2"
    own = item(engine, {"Runs": [{"ResumeFrom": "old"}]}, {"Place": 0, "Tried": 0}, rung=2, halving=HALVING)
    assert own["Input"]["ResumeFrom"] == "old"


@given(
    sweep=st.from_regex(r"[A-Za-z0-9_-]{1,80}", fullmatch=True), name=st.from_regex(r"[a-z0-9.]{1,80}", fullmatch=True)
)
@settings(max_examples=EXAMPLES, deadline=None)
def test_the_name_of_a_run_is_a_name_with_room(sweep: str, name: str) -> None:
    run = PYTHON.call("$sweepRunName($s, $n)", s=sweep, n=name)
    assert re.fullmatch(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,65}", run)
    assert run == f"{sweep}-{name}" or (len(run) == 66 and len(f"{sweep}-{name}") > 66)


def test_long_names_of_two_items_differ_in_the_hash(engine: Engine) -> None:
    names = {engine.call("$sweepRunName($s, $n)", s="s" * 70, n=name) for name in ("a", "b")}
    assert len(names) == 2


@pytest.mark.parametrize("name", ["a.r2", "a.t3", "a.r2.t3"])
def test_a_name_that_a_later_run_of_another_item_may_have_is_refused(engine: Engine, name: str) -> None:
    # in the second rung the item `a` is the run `nightly-a.r2`
    assert (
        item(engine, {"Runs": [{"Name": "a"}]}, {"Place": 0, "Tried": 0}, 2, halving=HALVING)["Run"] == "nightly-a.r2"
    )
    told = f"'Name' must not end in .r or .t and a number, as the runs of later rungs and tries do, got \"{name}\""
    assert item(engine, {"Runs": [{"Name": name}]})["Wrong"] == [told]
    assert item(engine, {"Runs": [{"Name": f"{name}a"}]})["Wrong"] == []


DRAWS: dict[str, tuple[dict[str, Any], float, float]] = {
    "uniform": ({"Uniform": [-1, 1.5]}, -1, 1.5),
    "log uniform": ({"LogUniform": [1e-4, 1e-1]}, 1e-4, 1e-1),
    "int": ({"Int": [2, 8]}, 2, 8),
    "log int": ({"LogInt": [1, 256]}, 1, 256),
    "choice": ({"Choice": [3, 5]}, 3, 5),
    "tiny": ({"Uniform": [1e-16, 2e-16]}, 1e-16, 2e-16),
    "huge": ({"Uniform": [-1e14, 1e14]}, -1e14, 1e14),
    "wide": ({"LogUniform": [1e-90, 1e14]}, 1e-90, 1e14),
}


@pytest.mark.parametrize("kind", DRAWS)
def test_draws_are_within_their_bounds_and_spread(kind: str) -> None:
    asked, low, high = DRAWS[kind]
    values = [found["x"] for found in parameters(PYTHON, {"Random": {"x": asked}, "Count": 60, "Seed": 1}, 60)]
    assert all(low <= value <= high for value in values)
    assert len(set(values)) > (1 if kind == "choice" else 6)
    if kind.endswith("int"):
        assert all(value == int(value) for value in values)
    # a number of a run's input has no more digits than JSONata writes
    assert all(float(f"{value:.15g}") == value for value in values)


def test_the_same_seed_draws_the_same_whatever_engine_draws(engine: Engine) -> None:
    random = {name: asked for name, (asked, *_) in DRAWS.items()}
    seven = {"Random": random, "Count": 3, "Seed": 7}
    assert parameters(engine, seven, 3) == parameters(PYTHON, seven, 3)
    assert parameters(engine, seven, 1) != parameters(engine, {**seven, "Seed": 8}, 1)
    # without a seed the sweep's name is one
    assert parameters(engine, {"Random": random, "Count": 3}, 2) == parameters(PYTHON, {"Random": random}, 2)


def test_a_row_of_a_file_is_an_item(engine: Engine) -> None:
    row = {"Name": "a", "lr": "1e-3", "n": "12", "code": "007", "flag": "true", "note": "a b", "none": "", "v": "1.10"}
    found = engine.call("$sweepRow($r)", r=row)
    values = {"lr": 0.001, "n": 12, "code": "007", "flag": True, "note": "a b", "v": 1.1}
    assert found == {"Name": "a", "HyperParameters": values}
    assert engine.call("$sweepRow($r)", r={"x": "1"}) == {"HyperParameters": {"x": 1}}
    # a spreadsheet begins its file with a mark
    assert engine.call("$sweepRow($r)", r={"\ufeffName": "a", "x": "1"}) == {"Name": "a", "HyperParameters": {"x": 1}}
    assert engine.call("$sweepRow($r)", r={"Name": "a"}) == {"Name": "a", "HyperParameters": {}}


@pytest.mark.parametrize(
    ("row", "mark"),
    [
        ({"Name": "a", "lr": ""}, 1),
        ({"Name": "", "lr": ""}, 0),
        ({"lr": ""}, 0),
        ({"Name": "a", "": ""}, 1),
        ({"Name": "a", "": "x"}, -1),
        ({"a": "b", "0.1": "0.2"}, -1),
        ({"\ufeff0.1": "0.2"}, -1),
        ({"x1": "0.2"}, 1),
    ],
)
def test_a_row_is_an_item_or_none_or_not_under_a_header(engine: Engine, row: dict[str, str], mark: int) -> None:
    assert engine.call("$sweepRowMark($r)", r=row) == mark

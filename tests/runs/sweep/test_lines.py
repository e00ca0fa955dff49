"""The lines of a sweep by their keys, what they come to, and the names of the runs that they are of."""

from __future__ import annotations

import pytest

from constructs_lib.runs.reports.sweep.line import SweepLine, Tally, best_of, newest_of_items
from constructs_lib.runs.verbs.sweep.stop import first_names, run_name
from tests.support.engines.jsonata_engine import PythonEngine

KEYS = [
    "rung-1/00000_ok_0.5_10_4_1_0_a.json",
    "rung-1/00001_ok_0.25_10_4_0_0_b_c.json",
    "rung-1/00002_failed_none_5_5_0_1_trial-0003.json",
    "rung-1/00003_ok_0.25_10_4_0_0_d.json",
    "rung-2/00001_ok_1e-05_20_8_0_0_b_c.json",
    "rung-2/00003_failed_none_7_7_2_0_d.json",
]


def lines() -> list[SweepLine]:
    found = [SweepLine.from_key(key) for key in KEYS]
    return [line for line in found if line is not None]


def test_a_key_tells_the_figures_of_its_run() -> None:
    line = lines()[1]
    assert (line.name, line.place, line.rung, line.succeeded, line.objective) == ("b_c", 1, 1, True, 0.25)
    assert (line.training_seconds, line.billable_seconds, line.interruptions) == (10, 4, 0)
    plain = SweepLine.from_key("runs/00012_ok_-1e21_1_2_3_0_x.json")
    assert plain is not None
    assert (plain.rung, plain.objective, plain.place) == (None, -1e21, 12)


@pytest.mark.parametrize("key", ["report.json", "items/00000.json", "runs/x.json", "runs/00000_ok_much_1_2_3_0_x.json"])
def test_other_keys_are_no_lines(key: str) -> None:
    assert SweepLine.from_key(key) is None


def test_sums_are_over_all_rungs_and_an_item_counts_by_its_last() -> None:
    assert Tally.of(lines()) == Tally(
        succeeded=2, failed=2, training_seconds=62, billable_seconds=32, interruptions=3, rungs=((1, 3, 1), (2, 1, 1))
    )
    assert Tally.of(lines()).savings_percent == 48.4
    assert Tally.of([]).savings_percent is None
    newest = newest_of_items(lines())
    assert [(line.rung, line.billable_seconds) for line in newest] == [(1, 4), (2, 12), (1, 5), (2, 11)]


def test_the_best_are_those_of_the_last_rung_and_of_equals_the_first() -> None:
    assert [(line.name, line.rung) for line in best_of(lines(), "Minimize", 10)] == [("b_c", 2), ("d", 1), ("a", 1)]
    assert [line.name for line in best_of(lines(), "Maximize", 2)] == ["b_c", "a"]


@pytest.mark.parametrize("name", ["a", "x" * 40, "y" * 80])
def test_a_run_is_named_as_the_state_machine_names_it(name: str) -> None:
    for sweep in ("s", "night-of-the-long-sweeps"):
        assert run_name(sweep, name) == PythonEngine().call("$sweepRunName($s, $n)", s=sweep, n=name)


@pytest.mark.parametrize("name", ["s-a", "s-a.r2", "s-a.t3", "s-a.r2.t3", "s-a.r10.t12"])
def test_a_run_of_a_later_rung_or_try_is_known_by_the_first_one(name: str) -> None:
    assert "s-a" in first_names(name)


def test_a_name_that_looks_like_a_later_one_is_its_own_too() -> None:
    assert {"s-a.r2", "s-a"} == first_names("s-a.r2")
    assert "s-a" not in first_names("s-ab") | first_names("s-a.x2")

"""What begins first exists, and begins first."""

from __future__ import annotations

from tests.support.places import ROOT
from tests.support.session.longest_first import LONGEST, place_of

TESTS = ROOT / "tests"


def test_what_is_listed_exists() -> None:
    assert [name for name in LONGEST if not (TESTS / name).exists()] == []


def test_a_file_goes_before_its_folder_and_both_before_what_is_not_listed() -> None:
    names = ["runs/test_command.py", "runs/test_explain.py", "workflow/test_step.py"]
    places = [place_of(TESTS / name, TESTS) for name in names]
    assert places == sorted(places)
    assert len(set(places)) == 3

"""Each program of the gallery gets its verdict, for its reason."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from constructs_lib.local.rehearsal import rehearse, rehearsing
from constructs_lib.local.rehearsal.errors import RehearsalError
from constructs_lib.local.rehearsal.plays.script import scripts
from constructs_lib.local.rehearsal.rehearsing import Rehearsal
from constructs_lib.local.rehearsal.views.text import render
from tests.local.rehearsal.gallery import DOES_NOT, EXHIBITS, SURVIVES, Exhibit
from tests.support.places import ROOT

PROGRAMS = ROOT / "tests/local/rehearsal/programs"
NEEDED = ("writes", "comes back", "reads", "resumes", "torn checkpoint", "same result", "hosts")


def played(program: str, folder: Path, **options: Any) -> Rehearsal:
    """Play a program with the lesson that it trains, and nothing else, in a folder of its own."""
    for file in ("lesson.py", program):
        shutil.copy(PROGRAMS / file, folder)
    return rehearse(source=folder, entry_point=Path(program).name, **{"grace_seconds": 5, **options})


@pytest.mark.parametrize("exhibit", EXHIBITS, ids=lambda exhibit: exhibit.program.removesuffix(".py"))
def test_each_program_gets_its_verdict_for_its_reason(
    exhibit: Exhibit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if exhibit.plays:
        monkeypatch.setattr(
            rehearsing, "scripts", lambda *given: [one for one in scripts(*given) if one.name in exhibit.plays]
        )
    found = played(exhibit.program, tmp_path, **exhibit.options)
    text = render(found)
    assert found.verdict == exhibit.verdict, text
    for name, words in exhibit.because.items():
        assert words in " ".join(found.answer(name).evidence), text
    outcomes = {answer.name: answer.outcome for answer in found.answers if answer.name in NEEDED}
    bad = {name for name, outcome in outcomes.items() if outcome == "bad"}
    unclear = {name for name, outcome in outcomes.items() if outcome == "unclear"}
    if exhibit.verdict == DOES_NOT:
        assert bad & set(exhibit.because), text
        # a program that is wrong in one way is not told another
        assert bad <= set(exhibit.because), text
        assert not unclear - CONSEQUENCES.get(exhibit.program, set()), text
    else:
        assert not bad, text
        assert unclear <= set(exhibit.because), text
    assert (found.exit_status, found.survives) == (
        {SURVIVES: 0, DOES_NOT: 1}.get(exhibit.verdict, 2),
        exhibit.verdict == SURVIVES,
    )


CONSEQUENCES = {
    program: {"torn checkpoint", "resumes", "same result"}
    for program in (
        "reads/never.py",
        "reads/other_names.py",
        "reads/sometimes.py",
        "sorts/ignores.py",
        "sorts/as_text.py",
        "sorts/counts_anew.py",
        "sorts/silent_anew.py",
        "result/needs_vocabulary.py",
    )
}
"""Programs whose fault leaves other questions open: who begins anew always does so after a torn checkpoint too."""


def test_fails_on_a_program_that_fails_when_nothing_disturbs_it(tmp_path: Path) -> None:
    with pytest.raises(RehearsalError, match="fails when nothing disturbs it") as refused:
        played("result/fails.py", tmp_path)
    assert "no such layer: dense_7" in str(refused.value)

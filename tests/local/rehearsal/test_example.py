"""The example of this repository survives; and what is written of it, for people and for programs."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner

from constructs_lib.local.rehearsal import rehearse, rehearsing
from constructs_lib.local.rehearsal.errors import RehearsalError
from constructs_lib.local.rehearsal.plays.script import scripts
from constructs_lib.runs.command.main import main
from tests.support.places import ROOT

SMALL = {"epochs": 4, "hidden": 32, "checkpoint-steps": 150}


def test_the_example_survives_as_its_app_would_train_it(monkeypatch: pytest.MonkeyPatch) -> None:
    # the others are played by the gallery; each of its plays takes a second of the processor's
    monkeypatch.setattr(rehearsing, "scripts", lambda *given: scripts(*given)[1:3])
    words = [word for name, value in SMALL.items() for word in ("--hyperparameter", f"{name}={value}")]
    found = CliRunner().invoke(main, ["rehearse", "--deploy", str(ROOT), *words])
    assert found.exit_code == 0, found.output
    assert found.stdout.startswith("training 'digits' (train.py) survives an interruption")


def test_the_command_tells_the_same_in_all_forms(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text("print('nothing is kept')")
    report, junit = tmp_path / "out.html", tmp_path / "out.xml"
    words = ["rehearse", str(tmp_path), "--report", str(report), "--junit", str(junit)]
    plain, as_json = CliRunner().invoke(main, words), CliRunner().invoke(main, [*words, "--json"])
    assert (plain.exit_code, as_json.exit_code) == (1, 1)
    assert "NO  Does it write checkpoints?" in plain.stdout
    document = json.loads(as_json.stdout)
    assert document["Verdict"] == "does not survive"
    assert document["Answers"][0]["Outcome"] == "bad"
    suite = ET.fromstring(junit.read_text(encoding="utf-8"))  # noqa: S314 - it was written a moment ago
    assert (suite.get("tests"), suite.get("failures")) == ("1", "1")
    html = report.read_text(encoding="utf-8")
    assert "<svg" in html
    assert "does NOT survive" in html
    assert "http://" not in html.replace("http://www.w3.org/2000/svg", "")


def test_fails_on_arguments_all_at_once(tmp_path: Path) -> None:
    with pytest.raises(RehearsalError) as refused:
        rehearse(source=tmp_path / "no", channels={"a b": tmp_path}, tolerance=0.1, checkpoint_path="/tmp/x")  # noqa: S108
    told = str(refused.value).split("; ")
    assert told == [
        f"'source' must be a folder or a file, and there is none at {tmp_path / 'no'}",
        "'tolerance' is for metrics, and there is none",
        "name one with 'metrics'",
        "'channels' names must have letters, digits, '.', '-' and '_' only, got 'a b'",
        f"'channels' 'a b' must hold a file, and there is none in {tmp_path}",
        "'checkpoint_path' must be below /opt/ml, got '/tmp/x'",
    ]
    refusal = CliRunner().invoke(main, ["rehearse"])
    assert refusal.exit_code == 2
    assert "there is no program; give 'source'" in refusal.output

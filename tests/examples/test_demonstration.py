"""The demonstration tells the whole story of an app that the real CDK CLI deploys, and fails where it is not so."""

from __future__ import annotations

from pathlib import Path

import pytest

from constructs_lib.local.command.demo import run_demo
from tests.examples.assembled import assembled
from tests.support.places import ROOT

pytestmark = pytest.mark.cdk_cli

APP = ROOT / "tests" / "local" / "apps" / "counting"


def test_the_demonstration(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert run_demo(assembled(APP, tmp_path), "scripted:checkpoints=3+5") == 0
    text = capsys.readouterr().out
    assert "Interruptions      1" in text
    assert "Resumed from step  " in text
    assert "The same model     yes, byte for byte (model.json)" in text


def test_a_demonstration_fails_when_the_program_did_not_resume(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert run_demo(assembled(APP, tmp_path, {"COUNTING_RESUMES": "no"}), "scripted:checkpoints=3+5") == 1
    text = " ".join(capsys.readouterr().out.split())
    assert "The same model yes, byte for byte (model.json)" in text
    assert "were written again after the return: it did not go on from step-" in text
    assert "It did not go on from its newest checkpoint; spot-training rehearse tells what the program does" in text


def test_a_demonstration_without_an_interruption_is_none(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert run_demo(assembled(APP, tmp_path), "always") == 1
    assert "The run was not interrupted" in capsys.readouterr().out

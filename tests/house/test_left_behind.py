"""What a session of tests has left behind is what stays: a program that ends removes its own files a moment later."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from tests.support.session import left_behind


def test_what_is_removed_a_moment_later_is_not_left(tmp_path: Path) -> None:
    going = tmp_path / "tmp-of-a-kernel"
    going.mkdir()
    removing = threading.Timer(0.3, going.rmdir)
    removing.start()
    assert left_behind.left_in(tmp_path) == []
    removing.join()


def test_what_stays_is_left_and_what_the_tools_keep_is_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(left_behind, "ENDS_WITHIN", 0.2)
    for name in ("stays", "cdk.outA1", "kernel/bin", "kernel/lib", "half-a-kernel/lib"):
        (tmp_path / name).mkdir(parents=True)
    for name in ("kernel/bin/jsii-runtime.js", "kernel/lib/program.js", "half-a-kernel/lib/program.js.map"):
        (tmp_path / name).touch()
    assert left_behind.left_in(tmp_path) == ["stays"]

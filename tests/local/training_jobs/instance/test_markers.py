"""The files beside checkpoints that SageMaker's own containers know: what is ignored, and what is being copied."""

from __future__ import annotations

import shutil
from typing import Any

import pytest

from tests.local.training_jobs.instance.checkpoint_pair import Pair


def test_what_is_to_be_ignored_is_never_copied(pair: Pair) -> None:
    pair.sync.download()
    for name in ("a", "b.sagemaker-ignore", ".sagemaker-ignore/c", "d/own.sagemaker-ignore/e", "f.sagemaker-uploaded"):
        pair.write(name)
    pair.look()
    pair.look()
    pair.sync.finish()
    assert pair.remote() == {"a": "x"}


def test_markers_stand_beside_a_file_while_it_is_copied_and_after(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    pair.put("downloaded")
    pair.sync.download()
    seen: list[list[str]] = []
    upload = pair.s3.upload_file

    def look(*args: Any, **kwargs: Any) -> None:
        seen.append(sorted(path.name for path in pair.directory.iterdir()))
        upload(*args, **kwargs)

    monkeypatch.setattr(pair.s3, "upload_file", look)
    for body in ("1", "22"):
        pair.write("a", body)
        pair.look()
        pair.look()
        assert (pair.directory / "a.sagemaker-uploaded").read_bytes() == b""
        assert not (pair.directory / "a.sagemaker-uploading").exists()
    assert seen == [["a", "a.sagemaker-uploading", "downloaded"]] * 2
    (pair.directory / "a").unlink()
    pair.look()
    assert pair.remote() == {"downloaded": "x"}
    assert [path.name for path in pair.directory.iterdir()] == ["downloaded"]


def test_a_folder_that_goes_while_its_file_is_copied_is_no_trouble(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    pair.sync.download()
    pair.write("old/a")
    upload = pair.s3.upload_file

    def remove(*args: Any, **kwargs: Any) -> None:
        shutil.rmtree(pair.directory / "old")
        upload(*args, **kwargs)

    monkeypatch.setattr(pair.s3, "upload_file", remove)
    for _ in range(3):
        pair.look()
    assert pair.remote() == {}

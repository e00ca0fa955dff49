"""Checkpoints between the container and S3: what is copied, when, and what is left alone."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from constructs_lib.local.training_jobs.api.errors import JobFailedError
from constructs_lib.local.training_jobs.instance.s3.transfer import AT_ONCE
from tests.local.training_jobs.bench import BUCKET, Bench, history
from tests.local.training_jobs.instance.checkpoint_pair import Pair


def test_downloads_what_is_under_the_prefix_and_nothing_beside_it(pair: Pair) -> None:
    pair.put("a.json", "1")
    pair.put("deep/b.json", "2")
    pair.put("../run2/c.json", "3")
    pair.s3.put_object(Bucket=BUCKET, Key=f"{pair.prefix}2/c.json", Body="3")
    pair.s3.delete_object(Bucket=BUCKET, Key=f"{pair.prefix}/../run2/c.json")
    assert pair.sync.download() == 2
    found = {path.relative_to(pair.directory).as_posix() for path in pair.directory.rglob("*") if path.is_file()}
    assert found == {"a.json", "deep/b.json"}


def test_fails_on_a_checkpoint_that_leads_out_of_its_folder(pair: Pair) -> None:
    pair.put("../../../escape")
    with pytest.raises(JobFailedError, match="leads out of its folder"):
        pair.sync.download()


def test_a_file_is_copied_at_the_second_look_at_which_it_is_the_same(pair: Pair) -> None:
    pair.sync.download()
    pair.write("a", "hal")
    pair.look()
    assert pair.remote() == {}
    pair.write("a", "half")
    pair.look()
    assert pair.remote() == {}
    pair.look()
    assert pair.remote() == {"a": "half"}
    assert pair.arrived.is_set()


def test_a_file_that_changes_is_copied_again_and_counted(pair: Pair) -> None:
    pair.sync.download()
    for body in ("1", "22"):
        pair.write("step-7.json", body)
        pair.look()
        pair.look()
    assert pair.remote() == {"step-7.json": "22"}
    assert (pair.sync.uploads, pair.sync.step) == (2, 7)


def test_a_file_deleted_in_the_container_is_deleted_in_s3_and_others_are_not(pair: Pair) -> None:
    pair.put("old.json")
    pair.sync.download()
    pair.put("of-somebody-else.json")
    pair.write("new.json")
    pair.look()
    pair.look()
    (pair.directory / "old.json").unlink()
    (pair.directory / "new.json").unlink()
    pair.look()
    assert pair.remote() == {"of-somebody-else.json": "x"}


def test_new_checkpoints_arrive_the_newest_last_and_before_old_ones_go(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    pair.put("old.json")
    pair.sync.download()
    (pair.directory / "old.json").unlink()
    pair.write("latest", age=1)
    pair.write("weights", age=2)
    calls: list[tuple[str, str]] = []
    upload, delete = pair.s3.upload_file, pair.s3.delete_object

    def record(name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def recorded(*args: Any, **kwargs: Any) -> Any:
            key = kwargs.get("Key") or args[2]
            calls.append((name, key.rpartition("/")[2]))
            return call(*args, **kwargs)

        return recorded

    monkeypatch.setattr(pair.s3, "upload_file", record("put", upload))
    monkeypatch.setattr(pair.s3, "delete_object", record("delete", delete))
    pair.sync.finish()
    assert calls == [("put", "weights"), ("put", "latest"), ("delete", "old.json")]


def test_an_old_checkpoint_stays_until_the_new_one_has_arrived(pair: Pair) -> None:
    pair.put("step-4.json")
    pair.sync.download()
    pair.write("step-6.json")
    (pair.directory / "step-4.json").unlink()
    pair.look()
    assert set(pair.remote()) == {"step-4.json"}
    pair.look()
    assert set(pair.remote()) == {"step-6.json"}


def test_an_old_checkpoint_stays_while_each_new_one_goes_before_it_arrives(pair: Pair) -> None:
    pair.put("step-4.json")
    pair.sync.download()
    for step in (6, 8, 10):
        for file in pair.directory.iterdir():
            file.unlink()
        pair.write(f"step-{step}.json")
        pair.look()
        assert set(pair.remote()) == {"step-4.json"}
    pair.sync.finish()
    assert set(pair.remote()) == {"step-10.json"}


class Crowd:
    """Counts how many calls go on at once; each takes long enough to meet the others."""

    def __init__(self, call: Callable[..., Any]) -> None:
        self.call, self.lock, self.now, self.most = call, threading.Lock(), 0, 0

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        with self.lock:
            self.now += 1
            self.most = max(self.most, self.now)
        time.sleep(0.05)
        try:
            return self.call(*args, **kwargs)
        finally:
            with self.lock:
                self.now -= 1


def test_many_files_are_copied_at_once_both_ways_with_a_bound(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    names = [f"part-{number}.bin" for number in range(40)]
    pair.sync.download()
    for name in names:
        pair.write(name, name)
    up, down = Crowd(pair.s3.upload_file), Crowd(pair.s3.get_object)
    monkeypatch.setattr(pair.s3, "upload_file", up)
    pair.sync.finish()
    assert pair.remote() == {name: name for name in names}
    assert (pair.sync.uploads, pair.sync.step) == (40, 39)
    for file in pair.directory.iterdir():
        file.unlink()
    monkeypatch.setattr(pair.s3, "get_object", down)
    assert pair.sync.download() == 40
    assert all((pair.directory / name).read_text() == name for name in names)
    assert 2 <= up.most <= AT_ONCE
    assert 2 <= down.most <= AT_ONCE


def test_what_was_downloaded_is_not_uploaded_again(pair: Pair) -> None:
    pair.put("a.json")
    pair.sync.download()
    pair.sync.finish()
    assert pair.sync.uploads == 0


def test_finish_takes_what_is_there_and_abandon_leaves_it(s3: Any, tmp_path: Path) -> None:
    pair = Pair(s3, tmp_path)
    pair.sync.download()
    pair.sync.start()
    pair.write("a")
    pair.sync.abandon()
    assert pair.remote() == {}
    pair.sync.finish()
    assert pair.remote() == {"a": "x"}


def test_the_thread_goes_on_after_s3_has_refused_a_copy(
    s3: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pair = Pair(s3, tmp_path, wall_seconds=0.01)
    pair.sync.download()
    upload, refusals = s3.upload_file, iter([OSError("the network is away")])

    def once_refused(*args: Any, **kwargs: Any) -> None:
        for refusal in refusals:
            raise refusal
        upload(*args, **kwargs)

    monkeypatch.setattr(s3, "upload_file", once_refused)
    pair.write("a")
    pair.sync.start()
    assert pair.arrived.wait(20)
    pair.sync.finish()
    assert pair.remote() == {"a": "x"}


@pytest.mark.parametrize(
    ("name", "step"),
    [("step-12.json", 12), ("ckpt_3.part-4.pt", 4), ("epoch=7-step=900.ckpt", 900), ("last", -1), ("d/5", 5)],
)
def test_a_step_is_the_last_number_of_a_name(pair: Pair, name: str, step: int) -> None:
    pair.sync.download()
    pair.write(name)
    pair.sync.finish()
    assert pair.sync.step == step


def test_links_to_nowhere_and_pipes_are_left_alone(pair: Pair) -> None:
    pair.sync.download()
    (pair.directory / "nowhere").symlink_to("/no/such/file")
    os.mkfifo(pair.directory / "pipe")
    pair.write("a")
    pair.sync.finish()
    assert pair.remote() == {"a": "x"}


def test_a_job_without_checkpoints_begins_anew_after_an_interruption(s3: Any, tmp_path: Path) -> None:
    with Bench(s3, tmp_path, market="scripted:20+5") as bench:
        request = bench.counting(arguments="--steps 4 --pause 0.2")
        del request["CheckpointConfig"]
        job = bench.run(request)
        assert history(job).count("Training") == 2
        assert bench.archive("job-1", "output.tar.gz") == {"begin.json": {"begin": 0}}


def test_a_second_job_resumes_what_the_first_has_left(s3: Any, tmp_path: Path) -> None:
    with Bench(s3, tmp_path) as bench:
        bench.run(bench.counting("a-1", arguments="--steps 3 --fail broken"))
        bench.run(bench.counting("a-2", arguments="--steps 5"))
        assert bench.archive("a-2", "output.tar.gz") == {"begin.json": {"begin": 3}}


def test_fails_when_the_checkpoint_bucket_is_not_there(s3: Any, tmp_path: Path) -> None:
    with Bench(s3, tmp_path) as bench:
        job = bench.run(bench.request(CheckpointConfig={"S3Uri": "s3://no-such-bucket/x/"}))
        assert job["FailureReason"].startswith("ClientError: Data download failed: NoSuchBucket")

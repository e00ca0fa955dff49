"""Performs a play: launches the program, loses its instance where the script says, and notes what is seen."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from constructs_lib.local.rehearsal.errors import RehearsalError
from constructs_lib.local.rehearsal.plays.copies import forget_half_copied
from constructs_lib.local.rehearsal.plays.record import LaunchRecord, Play, Tear
from constructs_lib.local.rehearsal.plays.script import Cut, Loss, Script
from constructs_lib.local.rehearsal.plays.stage import Stage
from constructs_lib.local.rehearsal.plays.tear import tear
from constructs_lib.local.rehearsal.watching.checkpoints import Habits, checkpoints
from constructs_lib.local.rehearsal.watching.events import Recording, is_no_checkpoint
from constructs_lib.local.rehearsal.watching.watcher import watcher
from constructs_lib.local.training_jobs.api.errors import JobFailedError
from constructs_lib.local.training_jobs.instance.container import Container, Place
from constructs_lib.local.training_jobs.instance.launch import Launch
from constructs_lib.local.training_jobs.instance.s3.transfer import list_keys, parse_s3_uri

_LOOK_SECONDS = 0.05
_COPIED_WITHIN_SECONDS = 10.0
_KILLED = 137


def perform(stage: Stage, script: Script, habits: Habits | None = None, most_seconds: float | None = None) -> Play:
    """Perform a play.

    Args:
        stage: Where.
        script: What is to happen.
        habits: How the program writes checkpoints. Defaults to not known yet.
        most_seconds: Wall seconds that the program may take on one instance. Defaults to no limit.

    Raises:
        RehearsalError: If the program cannot be started at all, or what it did was not seen.
    """
    launches: list[LaunchRecord] = []
    for number, cut in enumerate([*script.cuts, None], start=1):
        attempt = _Attempt(stage, script, number, habits or Habits(), most_seconds)
        try:
            launches.append(attempt.run(cut))
        finally:
            attempt.close()
        if launches[-1].loss is Loss.ABRUPT:
            attempt.leave_whole_checkpoints(launches[-1])
        if launches[-1].loss is None:
            break
    return Play(script=script, launches=tuple(launches), model=attempt.model, failure=attempt.failure)


def perform_on_hosts(stage: Stage, count: int, habits: Habits, most_seconds: float | None = None) -> list[Play]:
    """Run the program undisturbed on several hosts of one job at the same time; return what each did.

    Args:
        stage: Where.
        count: How many hosts there are.
        habits: How the program writes checkpoints.
        most_seconds: Wall seconds that the program may take. Defaults to no limit.

    Raises:
        RehearsalError: If the program cannot be started at all, or what it did was not seen.
    """
    together = threading.Barrier(count)

    def on(number: int) -> Play:
        place = Place(number, count)
        script = Script(name="hosts", title=f"undisturbed, as {place.name} of {count} hosts")
        attempt = _Attempt(stage, script, number, habits, most_seconds, place=place, together=together)
        try:
            launch = attempt.run(None)
        finally:
            together.abort()  # nobody waits any more
            attempt.close()
        return Play(script=script, launches=(launch,), model=attempt.model, failure=attempt.failure)

    with ThreadPoolExecutor(count) as hosts:
        return list(hosts.map(on, range(1, count + 1)))


class _Attempt:
    """The program on one instance."""

    def __init__(
        self,
        stage: Stage,
        script: Script,
        number: int,
        habits: Habits,
        most_seconds: float | None,
        *,
        place: Place | None = None,
        together: threading.Barrier | None = None,
    ) -> None:
        self._together = together
        self._stage, self._habits, self._most_seconds = stage, habits, most_seconds
        self._changed = threading.Condition()
        self._request = stage.request(f"rehearsal-{script.place}")
        self._place = stage.directory / f"{script.place}.{number}"
        self._log = stage.directory / f"{script.place}.{number}.log"
        self._launch = Launch(
            stage.host,
            self._request,
            f"arn:aws:sagemaker:{stage.host.region}:123456789012:training-job/{self._request.name}",
            directory=self._place,
            log=self._log,
            on_change=self._wake,
            place=place,
        )
        root = self._place / "ml"
        self._root = root
        self._checkpoints = Container(root, stage.host.isolation.visible(root), self._request).checkpoints
        self._recording = Recording(self._wake)
        self.model: dict[str, bytes] = {}
        self.failure = ""
        self._killed = 0.0

    def close(self) -> None:
        """Kill what still runs, and remove the files."""
        self._launch.close()

    def leave_whole_checkpoints(self, launch: LaunchRecord) -> None:
        """Take away from S3 what was copied of a checkpoint in part; after closing."""
        place = parse_s3_uri(self._request.checkpoint_uri or "").folder
        forget_half_copied(self._stage.host.s3, place, launch, self._habits, self._killed)

    def run(self, cut: Cut | None) -> LaunchRecord:
        try:
            self._launch.prepare()
        except JobFailedError as failure:
            raise RehearsalError(f"the program cannot be started: {failure.message}") from failure
        if self._together is not None:
            self._together.wait()  # no host finds what another has written already
        found, before = self._files(), self._outside()
        seen = watcher(self._checkpoints, self._recording)
        seen.start()
        self._recording.begin()
        begun = time.monotonic()
        try:
            self._launch.start()
            loss, overran = self._attend(cut, begun)
            loss, asked, torn = self._lose(loss, begun, seen.settle)
            seconds = time.monotonic() - begun
        except JobFailedError as failure:
            raise RehearsalError(f"the program cannot be started: {failure.message}") from failure
        finally:
            seen.stop()
        if self._recording.lost:
            raise RehearsalError(f"not all that the program did was seen: {self._recording.lost}")
        if loss is None:
            self._end(overran=overran)
        outside = {name: size for name, size in self._outside().items() if before.get(name) != size}
        return LaunchRecord(
            found=found,
            left=self._files(),
            events=self._recording.events,
            sees_reads=seen.sees_reads,
            output=self._output(),
            exit_code=self._launch.exit_code,
            seconds=seconds,
            loss=loss,
            asked=asked,
            tear=torn,
            outside=outside,
            overran=overran,
            digests=self._digests() if self._together is not None else {},
        )

    def _attend(self, cut: Cut | None, begun: float) -> tuple[Loss | None, bool]:
        """Wait until the program has ended, or its instance is due to be lost, or it takes far too long."""
        while True:
            with self._changed:
                if self._launch.exit_code is not None:
                    return None, False
                if cut is not None and self._due(cut, begun):
                    return cut.loss, False
                if self._most_seconds is not None and time.monotonic() - begun > self._most_seconds:
                    self._launch.kill()
                    return None, True
                wait = _LOOK_SECONDS
                if cut is not None and not cut.after_checkpoints:
                    wait = min(wait, max(begun + cut.after_seconds - time.monotonic(), 0.001))
                self._changed.wait(wait)

    def _due(self, cut: Cut, begun: float) -> bool:
        if not cut.after_checkpoints:
            return time.monotonic() - begun >= cut.after_seconds
        written = checkpoints(self._recording.events, self._habits)
        return sum(self._habits.complete(checkpoint) for checkpoint in written) >= cut.after_checkpoints

    def _lose(
        self, loss: Loss | None, begun: float, settle: Callable[[], None]
    ) -> tuple[Loss | None, float | None, Tear | None]:
        """Take the instance away; return how, when it was told so, and what is left of a checkpoint."""
        if loss is Loss.TOLD:
            settle()  # what it did before is not taken for what it does then
            asked = time.monotonic() - begun
            if self._launch.stop():
                self._launch.copy_last_checkpoints()
            return loss, asked, None
        if loss is not None:
            if loss is Loss.ABRUPT:
                self._wait_for_copies()
                settle()
                self._killed = time.monotonic() - begun
            self._launch.kill()
            if self._launch.exit_code != _KILLED:  # it came to its end meanwhile
                return None, None, None
        if loss is Loss.WRITING:
            settle()
            torn = tear(self._checkpoints, checkpoints(self._recording.events, self._habits), self._habits)
            self._launch.copy_last_checkpoints()
            return loss, None, torn
        return loss, None, None

    def _wait_for_copies(self) -> None:
        """Wait until the newest checkpoint is in S3, or a later one is there in its place."""
        newest = [item for item in checkpoints(self._recording.events, self._habits) if self._habits.complete(item)][
            -1:
        ]
        names = {file.name for item in newest for file in item.files}
        place = parse_s3_uri(self._request.checkpoint_uri or "").folder
        until = time.monotonic() + _COPIED_WITHIN_SECONDS
        while time.monotonic() < until and self._launch.exit_code is None:
            copied = {key.removeprefix(place.key) for key in list_keys(self._stage.host.s3, place)}
            if {name for name in names if (self._checkpoints / name).is_file()} <= copied:
                return
            with self._changed:
                self._changed.wait(_LOOK_SECONDS)

    def _end(self, *, overran: bool) -> None:
        self._launch.copy_last_checkpoints()
        code = self._launch.exit_code
        if overran:
            self.failure = f"it was ended after {self._most_seconds:.0f} s, far more than the undisturbed program takes"
        elif code != 0:
            self.failure = self._launch.failure(1 if code is None else code).message
        model = self._root / "model"
        self.model = {
            path.relative_to(model).as_posix(): path.read_bytes() for path in sorted(model.rglob("*")) if path.is_file()
        }

    def _wake(self) -> None:
        with self._changed:
            self._changed.notify_all()

    def _files(self) -> dict[str, int]:
        return {
            path.relative_to(self._checkpoints).as_posix(): path.stat().st_size
            for path in sorted(self._checkpoints.rglob("*"))
            if path.is_file() and not is_no_checkpoint(path.name)
        }

    def _digests(self) -> dict[str, str]:
        found = {}
        for name in self._files():
            with (self._checkpoints / name).open("rb") as content:
                found[name] = hashlib.file_digest(content, "sha256").hexdigest()
        return found

    def _outside(self) -> dict[str, int]:
        """Return the files outside of the checkpoint directory, as the program names them where it can."""
        places = {self._root: str(self._stage.host.isolation.visible(self._root)), self._place / "home": "~"}
        found = {}
        for top, shown in places.items():
            for path in sorted(top.rglob("*")):
                inside = path.relative_to(top)
                if self._checkpoints in path.parents or not path.is_file() or "__pycache__" in inside.parts:
                    continue
                found[f"{shown}/{inside.as_posix()}"] = path.stat().st_size
        return found

    def _output(self) -> str:
        text = self._log.read_text(encoding="utf-8", errors="replace") if self._log.is_file() else ""
        return "".join(line for line in text.splitlines(keepends=True) if not line.startswith("[embedded AWS] "))

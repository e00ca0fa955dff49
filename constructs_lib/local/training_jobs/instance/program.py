"""The training program as a process: its own session, its output in a file, SIGTERM first and SIGKILL after."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from constructs_lib.local.training_jobs.api.errors import JobFailedError

_REAP_SECONDS = 10.0
"""How long the kernel may take to end a process that got SIGKILL."""


class Program:
    """A running program. Its process is the leader of a session and process group of its own.

    Args:
        command: What to run.
        environment: All of its environment variables.
        directory: Its working directory.
        log: The file that its output is appended to.
        on_exit: Called from another thread when it has ended.

    Raises:
        JobFailedError: `ClientError` if the program cannot be started.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        environment: Mapping[str, str],
        directory: Path,
        log: Path,
        on_exit: Callable[[], None],
    ) -> None:
        try:
            with log.open("ab") as output:
                self._process = subprocess.Popen(  # noqa: S603 - running the user's program is what this is for
                    list(command),
                    env=dict(environment),
                    cwd=directory,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
        except (OSError, ValueError) as error:
            raise JobFailedError("ClientError", f"the training program cannot be started: {error}") from error
        self._ended = threading.Event()
        self._on_exit = on_exit
        self._reaper = threading.Thread(target=self._reap, name=f"reap-{self.pid}", daemon=True)
        self._reaper.start()

    @property
    def pid(self) -> int:
        """The process id, which is also the id of the process group and the session."""
        return self._process.pid

    @property
    def return_code(self) -> int:
        """What Python calls the exit code, negative for a signal; of a program that has ended."""
        return int(self._process.returncode)

    @property
    def exit_code(self) -> int | None:
        """The exit code, 128 plus the signal's number for a program that a signal ended; `None` while it runs."""
        if not self._ended.is_set():
            return None
        code = self._process.returncode
        return 128 - code if code < 0 else code

    def stop(self, grace_wall_seconds: float) -> bool:
        """Send SIGTERM, and SIGKILL when the grace is over.

        Returns:
            Whether the program ended by itself within the grace.
        """
        self._signal(signal.SIGTERM)
        ended = self._ended.wait(grace_wall_seconds)
        self.kill()
        return ended

    def kill(self) -> None:
        """Send SIGKILL to the whole process group, what the program has left behind there included."""
        self._signal(signal.SIGKILL)
        self._ended.wait(_REAP_SECONDS)
        self._reaper.join(_REAP_SECONDS)

    def _reap(self) -> None:
        # Where the system can (macOS before Python 3.13 cannot), the process is waited for without being reaped, so
        # that its id stays taken until its group is gone: a signal to the group can never reach a stranger.
        if hasattr(os, "waitid"):
            os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOWAIT)
        else:
            self._process.wait()
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        self._process.wait()
        self._ended.set()
        self._on_exit()

    def _signal(self, number: signal.Signals) -> None:
        if self._ended.is_set():
            return
        # macOS answers EPERM for a group that has only a process that has ended and is not yet reaped.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, number)

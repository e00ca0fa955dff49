"""An environment for a source's `requirements.txt`: its packages, and none of the embedded AWS's.

Framework images run `pip install -r requirements.txt` before a Python program, on each instance and into the image's
own interpreter. Here the packages go into a virtual environment of their own, so that they cannot break anything else,
and it is kept in the user's cache for whoever asks for the same again.
https://sagemaker.readthedocs.io/en/stable/frameworks/pytorch/using_pytorch.html#using-third-party-libraries
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from constructs_lib.local.training_jobs.api.errors import JobFailedError
from constructs_lib.local.training_jobs.instance.program import Program

NAME = "requirements.txt"
_PIP = ("-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--retries", "2", "-r", NAME)
_NAMES_A_FILE = re.compile(r"^\s*-|[/\\]|\.(?:whl|zip|tar\.gz)\b", re.MULTILINE)
"""What a requirement has that is more than a package's name and version."""

_TELL_PACKAGES = "import sys; print(*(place for place in sys.path if place.endswith('-packages')), sep='\\n')"
_NOT_INHERITED = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")
_LONGEST_REASON = 500


def environments() -> Path:
    """Return the directory that has all environments; it may be deleted while no job runs."""
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "spot-training-constructs" / "environments"


class Installation:
    """The installation of one source's requirements.

    Args:
        code: The source's directory.
        python: The interpreter that the environment is made of. Another than the one that runs this stands for an
            image: the environment sees its packages too.
        log: The file that pip's output is appended to.
    """

    def __init__(self, code: Path, python: str, log: Path) -> None:
        self._code, self._image, self._log = code, python, log
        self._place = environments() / _key(code, python)
        self._killed = threading.Event()
        self._changed = threading.Event()

    @property
    def python(self) -> str:
        """The environment's interpreter."""
        return str(self._place / "bin" / "python")

    def run(self) -> None:
        """Make the environment, unless it is there; whoever wants the same meanwhile waits for it.

        Raises:
            JobFailedError: `AlgorithmError` if it cannot be made; says why, and what to do.
        """
        self._place.parent.mkdir(parents=True, exist_ok=True)
        complete = self._place / "complete"
        with _alone(self._place.with_suffix(".lock")):
            if complete.is_file() and Path(self.python).exists():
                return
            shutil.rmtree(self._place, ignore_errors=True)
            self._call([self._image, "-m", "venv", str(self._place)])
            if self._image != sys.executable:
                self._show_packages_of_image()
            self._call([self.python, *_PIP])
            complete.touch()

    def kill(self) -> None:
        """End it at once; may be called from another thread."""
        self._killed.set()
        self._changed.set()

    def _show_packages_of_image(self) -> None:
        told = subprocess.run(  # noqa: S603 - the interpreter that the user names
            [self._image, "-c", _TELL_PACKAGES], capture_output=True, text=True, check=True, env=_variables()
        )
        for own in self._place.glob("lib/python*/site-packages"):
            (own / "image.pth").write_text(told.stdout, encoding="utf-8")

    def _call(self, command: Sequence[str]) -> None:
        begins = self._log.stat().st_size if self._log.exists() else 0
        program = Program(
            command, environment=_variables(), directory=self._code, log=self._log, on_exit=self._changed.set
        )
        while program.exit_code is None and not self._killed.is_set():
            self._changed.wait()
            self._changed.clear()
        program.kill()
        if program.exit_code != 0:
            with self._log.open("rb") as written:
                written.seek(begins)
                reason = _reason(written.read().decode("utf-8", errors="replace"))
            raise JobFailedError(
                "AlgorithmError",
                f"InstallRequirementsError: {NAME} cannot be installed into an environment of its own: {reason}; mend "
                "it, or have its packages in the interpreter that '--python' names and install no requirements, which "
                "needs no network, exit code: 1",
            )


def _key(code: Path, python: str) -> str:
    """Name an environment by what it is made of: the interpreter, and the file with the files that it names."""
    binary = Path(python).resolve()
    text = (code / NAME).read_bytes()
    found = hashlib.sha256(f"{python}\0{binary}\0{binary.stat().st_mtime_ns}\0".encode() + text)
    if _NAMES_A_FILE.search(text.decode("utf-8", errors="replace")):
        for file in sorted(path for path in code.rglob("*") if path.is_file()):
            found.update(f"\0{file.relative_to(code).as_posix()}\0".encode() + file.read_bytes())
    return found.hexdigest()[:16]


def _reason(output: str) -> str:
    """Return the line that tells why: pip's first error, or the first line of what cannot make environments."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line.removeprefix("ERROR:").strip() for line in lines if line.startswith("ERROR:")]
    return (errors or lines[:1] or ["it was ended"])[0].rstrip(".")[:_LONGEST_REASON]


def _variables() -> dict[str, str]:
    """Return this machine's variables, pip's settings among them, without what leads to other packages."""
    return {name: value for name, value in os.environ.items() if name not in _NOT_INHERITED}


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """Be the only one, of all threads and processes, that makes an environment."""
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield

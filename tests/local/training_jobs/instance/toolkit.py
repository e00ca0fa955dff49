"""sagemaker-training-toolkit itself, to hold the emulated container against: its source, fetched once.

It is no dependency: installing it compiles C and brings packages that nothing here needs, and its Python is all that
the tests ask. So its source archive is fetched by pip and unpacked into the virtual environment, by `make setup` or by
the first test that wants it. What it is asked runs in a process of its own (tests/local/programs/toolkit_oracle.py).
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from tests.support.places import PROGRAMS, ROOT

_PACKAGE = "sagemaker-training"
ORACLE = PROGRAMS / "toolkit_oracle.py"


@cache
def toolkit() -> Path:
    """Return the folder that has the toolkit's package, of the version that constraints.txt names."""
    found = re.search(rf"^{_PACKAGE}==(\S+)$", (ROOT / "constraints.txt").read_text(), re.MULTILINE)
    assert found, f"constraints.txt names no version of {_PACKAGE}"
    place = Path(sys.prefix) / "share" / f"{_PACKAGE}-{found[1]}"
    if not place.is_dir():
        place.parent.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=place.parent) as scratch:
            _unpack(_download(f"{_PACKAGE}=={found[1]}", Path(scratch)), Path(scratch, "toolkit"))
            try:
                Path(scratch, "toolkit").rename(place)
            except OSError:  # another worker was first
                assert place.is_dir()
    return place


def _download(requirement: str, scratch: Path) -> Path:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    command += ["--no-binary", _PACKAGE, "--dest", str(scratch), requirement]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"pip cannot fetch {requirement}: {done.stderr}"
    return next(scratch.glob("*.tar.gz"))


def _unpack(archive: Path, place: Path) -> None:
    """Unpack the package only: the archive's `src`."""
    with tarfile.open(archive) as tar:
        for member in tar.getmembers():
            _, _, name = member.name.partition("/src/")
            if name.endswith(".py"):
                tar.extract(member.replace(name=name), place, filter="data")


class Oracle:
    """The toolkit in a process of its own, which answers what it makes of one `/opt/ml`.

    Args:
        root: The directory that stands for `/opt/ml`; it is to be filled before each question.
    """

    def __init__(self, root: Path) -> None:
        (root / "code").mkdir(parents=True, exist_ok=True)
        self._process = subprocess.Popen(
            [sys.executable, str(ORACLE), "answer"],
            env=oracle_environment(root),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, environment: Mapping[str, str]) -> dict[str, Any]:
        """Return `argv` and the `variables` that the toolkit sets, or the `error` that it ends by.

        Args:
            environment: The container's variables.
        """
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(dict(environment)) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer

    def close(self) -> None:
        """End the process."""
        self._process.communicate(timeout=10)


def oracle_environment(root: Path) -> dict[str, str]:
    """Return the variables that the toolkit's own process needs."""
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(toolkit()),
        "SAGEMAKER_BASE_DIR": str(root),
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
    }


if __name__ == "__main__":
    sys.stdout.write(f"{toolkit()}\n")

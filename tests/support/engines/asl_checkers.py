"""Two checkers of the Amazon States Language: AWS's own, which its editors use, and npm's asl-validator.

AWS's `amazon-states-language-service` knows the fields of each kind of state and where a state leads, and not which of
the fields belong to which query language; `asl-validator` knows that too, and less of what a field may hold.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_SCRIPT = Path(__file__).with_name("asl_checkers.mjs")


def found_by_each(definition: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return what each of the two finds wrong, by `service` (AWS's own) and `validator`.

    Raises:
        RuntimeError: The checkers did not run.
    """
    answer = subprocess.run(
        ["node", str(_SCRIPT)], input=json.dumps(definition), capture_output=True, text=True, timeout=120, check=False
    )
    if answer.returncode != 0:
        raise RuntimeError(f"the checkers did not run; is package.json installed? run `make setup`: {answer.stderr}")
    found: dict[str, list[str]] = json.loads(answer.stdout)
    return found


def faults(definition: Mapping[str, Any]) -> list[str]:
    """Return all that is wrong with a definition."""
    return [f"{checker}: {message}" for checker, messages in found_by_each(definition).items() for message in messages]

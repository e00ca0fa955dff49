"""Two checkers of the Amazon States Language: AWS's own, which its editors use, and npm's asl-validator.

AWS's `amazon-states-language-service` knows the fields of each kind of state and where a state leads, and not which of
the fields belong to which query language; `asl-validator` knows that too, and less of what a field may hold.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.support.engines.node_lines import NodeLines, for_the_session


def found_by_each(definition: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return what each of the two finds wrong, by `service` (AWS's own) and `validator`.

    Raises:
        RuntimeError: The checkers did not run.
    """
    found: dict[str, list[str]] = for_the_session(_Checkers).ask(definition)
    return found


class _Checkers(NodeLines):
    script, package = "asl_checkers.mjs", "amazon-states-language-service"


def faults(definition: Mapping[str, Any]) -> list[str]:
    """Return all that is wrong with a definition."""
    return [f"{checker}: {message}" for checker, messages in found_by_each(definition).items() for message in messages]

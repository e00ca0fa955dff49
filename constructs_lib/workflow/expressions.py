"""JSONata expressions, composed of the functions in the `.jsonata` files beside this module.

Step Functions runs JSONata 2.0.6 and has no way to share a function between expressions, so each expression carries the
functions that it calls, without their comments and line breaks. No deployed value is ever written into an expression:
values stand as literal JSON in the first state's Assign.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_STRING = r'"(?:[^"\\]|\\.)*"'
_FUNCTION_NAME = re.compile(r"^\$(\w+) := function", re.MULTILINE)
_CALL = re.compile(rf"{_STRING}|\$(\w+)\(")

FUNCTIONS = {
    "problems": "problems",
    "entryProblems": "entry_problems",
    "timeProblems": "time_problems",
    "capacityProblems": "capacity_problems",
    "channelProblems": "channel_problems",
    "bytes": "bytes",
    "cut": "cut",
    "isWhole": "is_whole",
    "leading": "leading",
    "listed": "listed",
    "named": "named",
    "show": "show",
    "look": "look",
    "pause": "pause",
    "capacityPlan": "capacity_plan",
    "begin": "begin",
    "claim": "claim",
    "heard": "heard",
    "settled": "settled",
    "planAttempt": "plan_attempt",
    "verdict": "verdict",
    "attempt": "attempt",
    "report": "report",
    "figures": "figures",
    "cause": "cause",
    "step": "step",
}
"""Which file holds which function."""


@cache
def library(function: str) -> str:
    """Return the source of one function, without comments, on one line.

    Args:
        function: Its name in JSONata, without the dollar sign.

    Raises:
        KeyError: There is no such function.
    """
    text = (files(__package__) / "jsonata" / f"{FUNCTIONS[function]}.jsonata").read_text(encoding="utf-8")
    lines = (line.strip() for line in _COMMENT.sub("", text).splitlines())
    return " ".join(line for line in lines if line)


def expression(call: str) -> str:
    """Wrap a call in `{% … %}`, preceded by every function that it needs.

    Args:
        call: A JSONata expression, such as `$report($spot_training_run)`.
    """
    needed = _needed(call)
    body = f"( {' '.join(library(name) for name in needed)} {call} )" if needed else call
    return f"{{% {body} %}}"


def _needed(call: str) -> list[str]:
    """List the functions that a call reaches, each after those it calls itself."""
    found: list[str] = []

    def visit(source: str) -> None:
        for name in sorted({match[1] for match in _CALL.finditer(source) if match[1] in FUNCTIONS}):
            if name not in found and library(name) != source:
                visit(library(name))
                if name not in found:
                    found.append(name)

    visit(call)
    return found

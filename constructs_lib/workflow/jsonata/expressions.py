"""JSONata expressions, composed of the functions in the `.jsonata` files below this folder.

Step Functions runs JSONata 2.0.6 and has no way to share a function between expressions, so each expression carries the
functions that it calls, as short as they can be written. No deployed value is ever written into an expression:
values stand as literal JSON in the first state's Assign.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from constructs_lib.workflow.jsonata.shortening import shortened

_CALL = re.compile(r"\$(\w+)\(")
_SUFFIX = ".jsonata"


@cache
def functions() -> dict[str, str]:
    """Return the source of every function by its name, shortened.

    A file holds one function and gives it its name: `plan_attempt.jsonata` holds `$planAttempt`.
    """
    found = {_name(file): file.read_text(encoding="utf-8") for file in _files(files(__package__))}
    return {name: shortened(source, found) for name, source in found.items()}


def library(function: str) -> str:
    """Return the source of one function, shortened.

    Args:
        function: Its name in JSONata, without the dollar sign.

    Raises:
        KeyError: There is no such function.
    """
    return functions()[function]


def expression(call: str) -> str:
    """Wrap a call in `{% … %}`, preceded by every function that it needs.

    Args:
        call: A JSONata expression, such as `$report($spot_training_run)`.
    """
    needed = _needed(call)
    body = f"({''.join(library(name) for name in needed)}{call})" if needed else call
    return f"{{% {body} %}}"


def _files(folder: Traversable) -> Iterator[Traversable]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _files(entry)
        elif entry.name.endswith(_SUFFIX):
            yield entry


def _name(file: Traversable) -> str:
    first, *others = file.name.removesuffix(_SUFFIX).split("_")
    return first + "".join(word.capitalize() for word in others)


def _needed(call: str) -> list[str]:
    """List the functions that a call reaches, each after those it calls itself."""
    found: list[str] = []

    def visit(source: str) -> None:
        for name in sorted({match[1] for match in _CALL.finditer(source) if match[1] in functions()}):
            if name not in found and library(name) != source:
                visit(library(name))
                if name not in found:
                    found.append(name)

    visit(call)
    return found

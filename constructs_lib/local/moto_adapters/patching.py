"""Replaces attributes of moto, after a look whether they are still what they were, and puts them back.

moto has no interface for what the embedded AWS needs, so every attribute that is replaced is declared with the
signature it had. When moto changes under us, `apply` says so in one sentence and replaces nothing. 5.2.4 and older lack
what the endpoint is made of; a newer minor version has been tried by nobody.
"""

from __future__ import annotations

import importlib.metadata
import inspect
import re
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

LOWEST_MOTO, FIRST_UNTRIED_MOTO = "5.2.5", "5.3"
"""The `local` extra asks for a version from the first on, below the second."""

ABSENT = "absent"
"""The signature of an attribute that moto does not have."""

VALUE = "value"
"""The signature of an attribute that is not a function."""


class MotoChangedError(RuntimeError):
    """moto is not the one that the adapters were written for."""


@dataclass(frozen=True, kw_only=True)
class Patch:
    """One attribute of moto to replace.

    Attributes:
        owner: The module or class that has it.
        name: Its name.
        signature: The parameters it has in moto, as `inspect.signature` writes their names; `VALUE` or `ABSENT`.
        make: Makes the replacement from the original, which is `None` when it is absent.
    """

    owner: Any
    name: str
    signature: str
    make: Callable[[Any], Any]

    def problem(self) -> str:
        """Say what differs from the attribute that the adapter was written for; empty when nothing does."""
        found = _signature(getattr(self.owner, self.name, None))
        if found == self.signature:
            return ""
        place = f"{getattr(self.owner, '__module__', '')}.{self.owner.__name__}".lstrip(".")
        return f"{place}.{self.name} is {found}, not {self.signature}"


def check(patches: Sequence[Patch]) -> None:
    """Check that moto is the one that the patches were written for.

    Raises:
        MotoChangedError: If it is not; says in one sentence what differs and what to do.
    """
    version = importlib.metadata.version("moto")
    wanted = f">={LOWEST_MOTO},<{FIRST_UNTRIED_MOTO}"
    fits = _numbers(LOWEST_MOTO) <= _numbers(version) < _numbers(FIRST_UNTRIED_MOTO)
    problems = [] if fits else [f"it is {version}, and must be {wanted}"]
    problems += [problem for patch in patches if (problem := patch.problem())]
    if problems:
        raise MotoChangedError(
            f"the embedded AWS cannot use this moto, {version}: {'; '.join(problems)}; install 'moto=={LOWEST_MOTO}', "
            "for which it was made"
        )


def _numbers(version: str) -> list[int]:
    """Read the leading numbers of a version: `5.3.0rc1` is `[5, 3, 0]`."""
    return [int(part) for part in re.findall(r"^(\d+(?:\.\d+)*)", version)[0].split(".")]


def apply(patches: Sequence[Patch]) -> ExitStack:
    """Replace the attributes.

    Returns:
        What puts the originals back, in reverse order, when it is closed.

    Raises:
        MotoChangedError: If moto is not the one that the patches were written for.
    """
    check(patches)
    undo = ExitStack()
    for patch in patches:
        original = inspect.getattr_static(patch.owner, patch.name, None)
        own = patch.name in vars(patch.owner)
        setattr(patch.owner, patch.name, patch.make(getattr(patch.owner, patch.name, None)))
        undo.callback(_restore, patch.owner, patch.name, original, own)
    return undo


def _restore(owner: Any, name: str, original: Any, own: bool) -> None:
    if own:
        setattr(owner, name, original)
    else:
        delattr(owner, name)


def _signature(attribute: Any) -> str:
    if attribute is None:
        return ABSENT
    if not callable(attribute):
        return VALUE
    if inspect.isclass(attribute):
        return VALUE
    names = [
        ("*" if parameter.kind is inspect.Parameter.VAR_POSITIONAL else "")
        + ("**" if parameter.kind is inspect.Parameter.VAR_KEYWORD else "")
        + parameter.name
        for parameter in inspect.signature(attribute).parameters.values()
    ]
    return f"({', '.join(names)})"

"""Construct ids for what a value object creates when it is bound."""

from __future__ import annotations

from constructs import Construct


def free_id(scope: Construct, base: str) -> str:
    """Return `base`, or `base2`, `base3`, … when the scope has such a child already.

    Only for assets: they have no logical id, so a number that depends on the order of binding renames no resource.

    Args:
        scope: Where the child will be created.
        base: The id that the child gets when nothing else has it.
    """
    number, name = 1, base
    while scope.node.try_find_child(name) is not None:
        number += 1
        name = f"{base}{number}"
    return name

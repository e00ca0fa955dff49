"""The stack that a construct stands in, and construct ids for what a value object creates when it is bound."""

from __future__ import annotations

from functools import lru_cache

from aws_cdk import Stack
from constructs import Construct


@lru_cache(maxsize=1)
def stack_of(scope: Construct) -> Stack:
    """Return the stack of a construct; the parts of one training ask for the same one after another."""
    return Stack.of(scope)


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

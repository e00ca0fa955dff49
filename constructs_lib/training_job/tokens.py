"""Telling CDK tokens from values that are known at synth, without asking the jsii kernel each time.

`Token.is_unresolved` is a call to another process; Python sees the same.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable

# as aws-cdk-lib writes them, core/lib/private/encoding.ts
_IN_TEXT = re.compile(r"[$#]\{Token\[[a-zA-Z0-9:._-]*\]\}")
# what aws-ssm's `value_from_lookup` and aws-iam's `Role.from_lookup` give until the CDK CLI has looked the value up
_LOOKED_UP_LATER = ("dummy-value-for-", ":role/DUMMY_ARN")
_NUMBER_MARK = b"\xfb\xff"


def outside_tokens(text: str, change: Callable[[str], str]) -> str:
    """Change the parts of a text that are known, and leave its tokens as they are.

    Args:
        text: The text.
        change: Gives the new form of a part.
    """
    parts, start = [], 0
    for token in _IN_TEXT.finditer(text):
        parts += [change(text[start : token.start()]), token[0]]
        start = token.end()
    return "".join([*parts, change(text[start:])])


def inside_tokens(text: str, change: Callable[[str], str]) -> str:
    """Change the tokens in a text, and leave its known parts as they are.

    Args:
        text: The text.
        change: Gives what comes in a token's place.
    """
    return _IN_TEXT.sub(lambda token: change(token[0]), text)


def known_part(text: str) -> str:
    """Return a text with a blank for each token."""
    return _IN_TEXT.sub(" ", text)


def is_looked_up_later(text: str) -> bool:
    """Return whether a text has in it what CDK replaces at the next synthesis, when it has looked the value up."""
    return any(mark in text for mark in _LOOKED_UP_LATER)


def is_token(value: object) -> bool:
    """Return whether a value is, or a text has in it, what CDK fills in after synth or at the next.

    Args:
        value: A text, a number, a list of texts, or anything else that a CDK argument may be.
    """
    if isinstance(value, str):
        return _IN_TEXT.search(value) is not None or is_looked_up_later(value)
    if isinstance(value, float):
        return struct.pack(">d", value)[:2] == _NUMBER_MARK
    if isinstance(value, (list, tuple)):
        return len(value) == 1 and is_token(value[0]) and str(value[0]).startswith("#")
    # IResolvable, which Python sees as an object of the kernel's
    return callable(getattr(value, "resolve", None)) and hasattr(type(value), "creation_stack")

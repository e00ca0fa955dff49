"""JSONPath: a path that can name one value only gives that value, whatever indexes are on its way.

moto unpacks it only if it ends in an index, so that `$[0].x` is a list and a Choice on it falls to Default.

Reaches into moto/stepfunctions/parser/asl/utils/json_path.py.
"""

from __future__ import annotations

import re

from moto.stepfunctions.parser.asl.utils import json_path

from constructs_lib.local.moto_adapters.emulation import Emulation
from constructs_lib.local.moto_adapters.patching import Patch

_OF_SEVERAL = re.compile(r"\*|\.\.|\[[^'\"\]]*[:,?][^\]]*\]")
"""What may name several values: wildcards, descents, slices, lists and filters."""


def patches(_: Emulation) -> list[Patch]:
    """Unpack what can be one value only."""
    return [
        Patch(owner=json_path, name="_is_singleton_array_access", signature="(path)", make=lambda _: names_one_value)
    ]


def names_one_value(path: str) -> bool:
    """Say whether a path can name one value only."""
    return _OF_SEVERAL.search(path) is None

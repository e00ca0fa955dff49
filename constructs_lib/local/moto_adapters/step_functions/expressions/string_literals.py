r"""Strings in definitions, read as JSON: moto keeps the escapes of some (`\"` in an Assign) and reads others as Python.

Reaches into moto/stepfunctions/parser/asl/parse/preprocessor.py.
"""

from __future__ import annotations

import json
from typing import Any

from moto.stepfunctions.parser.asl.parse import preprocessor

from constructs_lib.local.moto_adapters.emulation import Emulation
from constructs_lib.local.moto_adapters.patching import Patch


def patches(_: Emulation) -> list[Patch]:
    """Decode every quoted string of a definition in one way."""

    def decoding(original: Any) -> Any:
        def text_of(parser_rule_context: Any) -> Any:
            text = parser_rule_context.getText()
            quoted = len(text) > 1 and text.startswith('"') and text.endswith('"')
            return json.loads(text) if quoted else original(parser_rule_context)

        return text_of

    return [
        Patch(
            owner=preprocessor.Preprocessor,
            name="_inner_string_of",
            signature="(parser_rule_context)",
            make=lambda original: staticmethod(decoding(original)),
        ),
        Patch(owner=preprocessor, name="from_string_literal", signature="(parser_rule_context)", make=decoding),
    ]

r"""Definitions as moto's grammar takes them.

Its lexer takes a keyword for one wherever it stands, in people's own documents too (`"RoleArn.$"`, `"JSONPath"`). It
refuses some there and does not evaluate others. A keyword with one character written as `\u…` is the same JSON, and a
string to the lexer. Three more things that the grammar lacks are said in its words: Arguments of a ResultWriter,
Express workflows as children of a distributed Map, and percentages that are whole numbers.

A definition is parsed when it is checked and at each start of an execution, and parsing is most of what a start costs:
the trees of the last ones are kept, and what runs is made of them anew. The lexer looks at each character, and most of
a definition's are in its expressions: what is parsed has short ones for them, and the tree has the long ones again.

Reaches into moto/stepfunctions/parser/asl/parse/asl_parser.py.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import Any

from moto.stepfunctions.parser.asl.antlr.runtime.ASLLexer import ASLLexer
from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser
from moto.stepfunctions.parser.asl.parse.preprocessor import Preprocessor

from constructs_lib.local.moto_adapters.emulation import Emulation
from constructs_lib.local.moto_adapters.patching import Patch

_KEYWORDS = frozenset(name.strip("'").strip('"') for name in ASLLexer.literalNames if name.startswith("'\""))
_DOCUMENTS = ("Arguments", "Assign", "ItemSelector", "Output", "Parameters", "Result", "ResultSelector")
"""The fields that hold documents of people's own."""

_TREES = 32
"""How many definitions' trees are kept; one of a training takes some 1.5 MB."""

_MARK = "\ue000"
"""A character of the private use area, which nobody's definition has: where one is to be written as `\\u…`."""

_LONG_EXPRESSION = re.compile(r'"\{%(?:[^"\\]|\\.){100,}%\}"')
_SHORT = "\ue001"
"""Another one: before the number of the long expression that is meant."""


def patches(_: Emulation) -> list[Patch]:
    """Write definitions anew before they are parsed."""

    def parsing(original: Any) -> Any:
        def parse(definition: str) -> tuple[Any, Any]:
            read = _tree(original, as_parsed(definition))
            return Preprocessor().visit(read), read

        return staticmethod(parse)

    return [Patch(owner=AmazonStateLanguageParser, name="parse", signature="(definition)", make=parsing)]


@lru_cache(_TREES)
def _tree(parse: Any, definition: str) -> Any:
    long: list[str] = []

    def shortened(expression: re.Match[str]) -> str:
        long.append(expression[0])
        return f'"{{%{_SHORT}{len(long) - 1}%}}"'

    short = _LONG_EXPRESSION.sub(shortened, definition)
    try:
        read = parse(short)[1]
    except Exception:  # noqa: BLE001 - moto's own are of many kinds
        return parse(definition)[1]  # which says what is wrong with it, and where
    _lengthen(read, long)
    return read


def _lengthen(read: Any, long: list[str]) -> None:
    """Write the long expressions into a tree in which short ones stand for them."""
    waiting = [read]
    while waiting:
        part = waiting.pop()
        token = getattr(part, "symbol", None)
        if token is None:
            waiting.extend(part.getChildren())
        elif token.type == ASLLexer.STRINGJSONATA and token.text.startswith(f'"{{%{_SHORT}'):
            token.text = long[int(token.text[4:-3])]


def as_parsed(definition: str) -> str:
    """Return a definition that means the same, in the grammar's words."""
    try:
        read = json.loads(definition)
    except ValueError:
        return definition  # the parser says what is wrong with it
    told = json.dumps(_marked(read, in_document=False), ensure_ascii=False)
    return _written(told)


def _marked(value: Any, *, in_document: bool) -> Any:
    if isinstance(value, dict):
        value = value if in_document else _in_its_words(value)
        return {
            _text(key) if in_document else key: _marked(item, in_document=in_document or key in _DOCUMENTS)
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [_marked(item, in_document=in_document) for item in value]
    return _text(value) if in_document and isinstance(value, str) else value


def _in_its_words(value: dict[str, Any]) -> dict[str, Any]:
    changed = dict(value)
    writer = value.get("ResultWriter")
    if isinstance(writer, dict) and "Arguments" in writer:
        # as Parameters its expressions are texts; states/item_readers.py evaluates them
        changed["ResultWriter"] = {"Parameters" if name == "Arguments" else name: of for name, of in writer.items()}
    if value.get("ExecutionType") == "EXPRESS":
        changed["ExecutionType"] = "STANDARD"
    if isinstance(value.get("ToleratedFailurePercentage"), int):
        changed["ToleratedFailurePercentage"] = float(value["ToleratedFailurePercentage"])
    return changed


def _text(text: str) -> str:
    return f"{_MARK}{text}" if text in _KEYWORDS else text


def _written(text: str) -> str:
    """Write each marked character as its escape."""
    first, *rest = text.split(_MARK)
    return first + "".join(f"\\u{ord(part[0]):04x}{part[1:]}" for part in rest)

"""Two JSONata engines that evaluate the workflow's expressions, with the functions that Step Functions adds.

`python` is jsonata-python, which the embedded AWS runs on; `reference` is npm's jsonata 2.0.6, the version that Step
Functions runs. `$random` always gives 0.5 here, and `$uuid` the same one.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from typing import Any, Protocol

import jsonata

from constructs_lib.runs.synthesised.jsonata_engine import from_json
from constructs_lib.workflow.jsonata.expressions import expression
from tests.support.engines.node_lines import NodeLines

_UUID = "3f0c2c1e-0000-4000-8000-000000000000"


class Engine(Protocol):
    """Evaluates JSONata."""

    def evaluate(self, text: str, variables: Mapping[str, Any]) -> Any:
        """Evaluate one `{% … %}` text with variables bound."""
        ...

    def call(self, source: str, **variables: Any) -> Any:
        """Evaluate a call of the library's functions, as a state would: `call("$report($run)", run={…})`."""
        ...


class PythonEngine:
    """jsonata-python."""

    def evaluate(self, text: str, variables: Mapping[str, Any]) -> Any:
        """Evaluate one `{% … %}` text with variables bound."""
        return self._engine(text, variables).evaluate(None)

    def depth_of(self, source: str, **variables: Any) -> int:
        """Return how deep the evaluation of a call is nested."""
        engine, depth, deepest = self._engine(expression(source), variables), 0, 0

        def enter(*_: object) -> None:
            nonlocal depth, deepest
            depth += 1
            deepest = max(deepest, depth)

        def leave(*_: object) -> None:
            nonlocal depth
            depth -= 1

        engine.environment.set_evaluate_entry_callback(enter)
        engine.environment.set_evaluate_exit_callback(leave)
        engine.evaluate(None)
        return deepest

    def _engine(self, text: str, variables: Mapping[str, Any]) -> Any:
        engine = jsonata.Jsonata("null")
        engine.ast = _parsed(_body(text))
        for name, value in variables.items():
            # a copy, so that no expression can change what it was given
            engine.assign(name, from_json(value))
        engine.register_lambda("hash", _hash)
        engine.register_lambda("uuid", lambda: _UUID)
        engine.register_lambda("parse", lambda text: from_json(json.loads(text)))
        engine.register_lambda("random", lambda: 0.5)
        return engine

    def call(self, source: str, **variables: Any) -> Any:
        """Evaluate a call of the library's functions."""
        return self.evaluate(expression(source), variables)


class ReferenceEngine(NodeLines):
    """npm's jsonata 2.0.6, in one Node process that answers a line for a line.

    Attributes:
        depth: How deep the last evaluation was, as jsonata-js's own guard counts, which leaks a level for each array or
            object that is written with two or more members.
        milliseconds: How long it took.
    """

    depth = 0
    milliseconds = 0.0

    def __init__(self) -> None:
        super().__init__("jsonata_reference.mjs", "jsonata")

    def evaluate(self, text: str, variables: Mapping[str, Any]) -> Any:
        """Evaluate one `{% … %}` text with variables bound."""
        answer = self.ask({"expression": _body(text), "variables": variables})
        if "error" in answer:
            raise ValueError(answer["error"])
        self.depth, self.milliseconds = answer["depth"], answer["milliseconds"]
        return answer.get("value")

    def call(self, source: str, **variables: Any) -> Any:
        """Evaluate a call of the library's functions."""
        return self.evaluate(expression(source), variables)


@cache
def _parsed(body: str) -> Any:
    # the functions of the library are longer to read than to evaluate, and few expressions call them
    return jsonata.Jsonata(body).ast


def _body(text: str) -> str:
    assert text.startswith("{% "), text
    assert text.endswith(" %}"), text
    return text[3:-3]


def _hash(text: str, algorithm: str) -> str:
    return hashlib.new(algorithm.replace("SHA-", "sha"), text.encode()).hexdigest()

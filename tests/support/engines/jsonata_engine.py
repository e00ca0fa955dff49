"""Two JSONata engines that evaluate the workflow's expressions, with the functions that Step Functions adds.

`python` is jsonata-python, which the embedded AWS runs on; `reference` is npm's jsonata 2.0.6, the version that Step
Functions runs. `$random` always gives 0.5 here, and `$uuid` the same one.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Protocol

from constructs_lib.runs.synthesised.jsonata_engine.evaluate import tree
from constructs_lib.runs.synthesised.jsonata_engine.evaluation import Evaluation
from constructs_lib.runs.synthesised.jsonata_engine.values import from_json, to_json
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
        return to_json(self._evaluation(text, variables).evaluate(None))

    def depth_of(self, source: str, **variables: Any) -> int:
        """Return how deep the evaluation of a call is nested."""
        evaluation, depth, deepest = self._evaluation(expression(source), variables), 0, 0

        def enter(*_: object) -> None:
            nonlocal depth, deepest
            depth += 1
            deepest = max(deepest, depth)

        def leave(*_: object) -> None:
            nonlocal depth
            depth -= 1

        evaluation.environment.set_evaluate_entry_callback(enter)
        evaluation.environment.set_evaluate_exit_callback(leave)
        evaluation.evaluate(None)
        return deepest

    def _evaluation(self, text: str, variables: Mapping[str, Any]) -> Evaluation:
        evaluation = Evaluation(tree(_body(text)))
        for name, value in variables.items():
            # a copy, so that no expression can change what it was given
            evaluation.assign(name, from_json(value))
        evaluation.register_lambda("hash", _hash)
        evaluation.register_lambda("uuid", lambda: _UUID)
        evaluation.register_lambda("parse", lambda text: from_json(json.loads(text)))
        evaluation.register_lambda("random", lambda: 0.5)
        return evaluation

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

    script, package = "jsonata_reference.mjs", "jsonata"
    depth = 0
    milliseconds = 0.0

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


def _body(text: str) -> str:
    assert text.startswith("{% "), text
    assert text.endswith(" %}"), text
    return text[3:-3]


def _hash(text: str, algorithm: str) -> str:
    return hashlib.new(algorithm.replace("SHA-", "sha"), text.encode()).hexdigest()

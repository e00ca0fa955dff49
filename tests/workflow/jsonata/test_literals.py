"""Texts with `${…}` reach the run as they were written, and CloudFormation sees none."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from constructs_lib.training_job.tokens import outside_tokens
from constructs_lib.workflow.definition import run_branch, run_definition
from constructs_lib.workflow.jsonata.literals import expression_without, literal
from tests.support.engines.jsonata_engine import Engine, PythonEngine
from tests.support.run_documents import SPOT, run_settings
from tests.support.run_inputs import EXAMPLES

TEXTS = st.text(alphabet=st.sampled_from("${}$%\"'\\`#[]:aé\n😀 "), max_size=12) | st.sampled_from(
    ["${oc.env:HOME}/x", "python train.py --out ${SM_MODEL_DIR}", "$${a}", "${!a}", "%} ${a} {%", '\\"${a}\\"']
)
JSON = st.recursive(
    TEXTS | st.integers(0, 9) | st.booleans(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)
TOKEN = "${Token[Bucket.12]}"


def evaluated(value: Any, engine: Engine) -> Any:
    if isinstance(value, dict):
        return {name: evaluated(member, engine) for name, member in value.items()}
    if isinstance(value, list):
        return [evaluated(member, engine) for member in value]
    if isinstance(value, str) and value.startswith("{%") and value.endswith("%}"):
        return engine.evaluate(value, {})
    return value


def reads_as_expression(value: Any) -> bool:
    """Whether a text, which is refused where it is given, has the form of an expression."""
    if isinstance(value, dict):
        return any(map(reads_as_expression, value.values()))
    if isinstance(value, list):
        return any(map(reads_as_expression, value))
    return isinstance(value, str) and value.startswith("{%") and value.endswith("%}")


@given(JSON)
@settings(max_examples=max(200, EXAMPLES // 3), deadline=None)
def test_a_value_is_what_was_written(value: Any) -> None:
    if reads_as_expression(value):
        return
    written = json.dumps(literal(value))
    assert "${" not in written
    assert evaluated(json.loads(written), PythonEngine()) == value


@pytest.mark.parametrize(
    "value", ["${oc.env:HOME}/é", 'a "quoted" \\ ${A}\n%}', {"${name}": ["${a}", "b"], "n": 1}, ["$${x}", "plain"]]
)
def test_both_engines_read_it(value: Any, engine: Engine) -> None:
    assert evaluated(literal(value), engine) == value


def test_a_token_in_such_a_text_stays_one() -> None:
    written = literal(f"--out ${{SM_MODEL_DIR}} --to s3://{TOKEN}/")
    assert written == f'{{% "--out \\u0024{{SM_MODEL_DIR}} --to s3://{TOKEN}/" %}}'
    assert literal(f"s3://{TOKEN}/") == f"s3://{TOKEN}/"
    assert literal({TOKEN: 1}) == {TOKEN: 1}


def test_tokens_are_told_apart_from_what_is_known() -> None:
    assert outside_tokens(f"a{TOKEN}b", str.upper) == f"A{TOKEN}B"


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("{% '${a}' & \"${b}\" %}", "${a}${b}"),
        ('{% "it\\"s ${a}" %}', 'it"s ${a}'),
        ("{% [1, 2].${'k': $} %}", None),
        ("{% 'no' %}", "no"),
    ],
)
def test_an_expression_gives_what_it_gave(text: str, result: str | None, engine: Engine) -> None:
    written = expression_without(text)
    assert "${" not in written
    assert engine.evaluate(written, {}) == (engine.evaluate(text, {}) if result is None else result)


def test_no_definition_has_any() -> None:
    held = run_settings(SPOT, request={**run_settings(SPOT).request, "Environment": {"A": "${HOME}"}})
    branch = run_branch(held, name="Train", input_expression="{% {'Environment': {'B': '${HOME}'}} %}")
    assert "${" not in json.dumps([run_definition(held), branch])

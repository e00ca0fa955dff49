"""The rule in JSONata is the rule in Python, wherever a run may stand."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from constructs_lib.workflow.deadline.rule import Parameters, State, decide, first_market
from tests.support.engines.jsonata_engine import PythonEngine, ReferenceEngine

# times in whole quarters of a minute are exact in either language, so that no comparison is decided by rounding
TIMES = st.integers(0, 8000).map(lambda quarters: quarters * 15)
SHORT = st.integers(0, 480).map(lambda quarters: quarters * 15)
PARAMETERS = st.builds(
    Parameters,
    on_demand_start=SHORT,
    changeover=SHORT,
    loss=SHORT,
    hold=st.sampled_from([0, 0.125, 0.25, 1]),
    patience=SHORT,
    stint=TIMES,
    poll=SHORT,
)
STATES = st.builds(
    State,
    market=st.sampled_from(["spot", "on-demand"]),
    time_left=st.integers(-400, 16000).map(lambda quarters: quarters * 15),
    work_left=TIMES,
    whole_work=st.integers(0, 12).map(lambda power: 60 * 2**power),
    first_slack=TIMES,
    waiting=st.booleans(),
    waited=TIMES,
    waited_here=TIMES,
    ran=TIMES,
    spots=st.integers(0, 3),
    sighted=st.booleans(),
)


def parameters_document(parameters: Parameters) -> dict[str, Any]:
    return {_pascal(name): value for name, value in vars(parameters).items()}


def state_document(state: State) -> dict[str, Any]:
    return {_pascal(name): value for name, value in vars(state).items()}


def _pascal(name: str) -> str:
    return "".join(word.capitalize() for word in name.split("_"))


@given(PARAMETERS, STATES)
@settings(max_examples=300, deadline=None)
def test_the_embedded_engine_moves_as_the_rule_says(parameters: Parameters, state: State) -> None:
    found = PythonEngine().call("$move($p, $s)", p=parameters_document(parameters), s=state_document(state))
    assert found == decide(state, parameters)
    first = PythonEngine().call(
        "$firstMarket($p, $l, $n)", p=parameters_document(parameters), l=state.first_slack, n=state.spots
    )
    assert (first or None) == first_market(state.first_slack, parameters, state.spots)


@pytest.mark.npm
def test_the_reference_engine_moves_as_the_rule_says(reference: ReferenceEngine) -> None:
    @given(PARAMETERS, STATES)
    @settings(max_examples=300, deadline=None)
    def agree(parameters: Parameters, state: State) -> None:
        found = reference.call("$move($p, $s)", p=parameters_document(parameters), s=state_document(state))
        assert found == decide(state, parameters)

    agree()

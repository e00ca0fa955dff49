"""Whatever JSON a run is given: it is refused in sentences, or every request it leads to is one SageMaker takes."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from jsonschema import Draft202012Validator

from constructs_lib.training_job.capacity.capacity import Capacity
from constructs_lib.training_job.capacity.instances import InstanceGroup, InstancePreference
from constructs_lib.training_job.rules.problems import request_problems
from tests.support.engines.jsonata_engine import Engine, PythonEngine, ReferenceEngine
from tests.support.run_documents import ON_DEMAND, SPOT, begin, plan, settings_document
from tests.support.run_inputs import EXAMPLES, FIELDS, INPUTS
from tools.docs.execution_input import input_schema

GROUPS = Capacity.spot_groups([InstanceGroup(name="a", instance_type="ml.m5.xlarge", instance_count=2)])
PREFERENCES = Capacity.on_demand_preferences([InstancePreference(instance_type="ml.c5.xlarge")])
DEPLOYMENTS = [
    settings_document(SPOT, ON_DEMAND, allowed_instance_types=["ml.c5.xlarge"]),
    settings_document(
        ON_DEMAND,
        longest_runtime_seconds=7200,
        image_repository_uri="123456789012.dkr.ecr.eu-west-1.amazonaws.com/train",
        allowed_image_tags=["nightly-*"],
    ),
    settings_document(SPOT, ON_DEMAND, checkpoints_kept_seconds=20_000),
    settings_document(SPOT, checkpointing=False, longest_wait_seconds=3600, max_wait_seconds=3600),
    settings_document(GROUPS, PREFERENCES, ON_DEMAND, allowed_instance_types=["ml.c5.xlarge"]),
]
PYTHON = PythonEngine()
SCHEMA = Draft202012Validator(input_schema())
MANY = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
SOME = settings(max_examples=max(40, EXAMPLES // 5), deadline=None, suppress_health_check=[HealthCheck.too_slow])


def deployment(run_input: Any) -> dict[str, Any]:
    return DEPLOYMENTS[len(repr(run_input)) % len(DEPLOYMENTS)]


def problems(engine: Engine, run_input: Any) -> Any:
    return engine.call("$problems($s, $i, 'run-1')", s=deployment(run_input), i=run_input)


@MANY
@given(INPUTS)
def test_any_input_is_refused_in_sentences_or_leads_to_valid_requests(run_input: Any) -> None:
    deployed, found = deployment(run_input), problems(PYTHON, run_input)
    assert isinstance(found, list)
    if found:
        assert all(isinstance(sentence, str) and 20 < len(sentence) <= 480 for sentence in found)
        return
    assert SCHEMA.is_valid(run_input)
    run = begin(PYTHON, deployed, run_input)
    for entry in range(len(run["Plan"])):
        request = plan(PYTHON, deployed, {**run, "Entry": entry})
        assert request_problems(request) == []


@pytest.mark.npm
@SOME
@given(INPUTS)
@example({"Capacity": [None]})
def test_both_engines_say_the_same(reference: ReferenceEngine, run_input: Any) -> None:
    found = problems(PYTHON, run_input)
    of_reference = problems(reference, run_input)
    # a number or an object that is quoted back may be written in another way, and JavaScript puts keys that are numbers
    # before all others
    assert sorted(sentence.split(", got ")[0] for sentence in found) == sorted(
        sentence.split(", got ")[0] for sentence in of_reference
    )
    if not found:
        run, of_reference = (begin(engine, deployment(run_input), run_input) for engine in (PYTHON, reference))
        assert run["Plan"] == of_reference["Plan"]
        assert run["Request"]["HyperParameters"].keys() == of_reference["Request"]["HyperParameters"].keys()


@pytest.mark.npm
@pytest.mark.parametrize(
    "value", [None, [None], [[None]], [1, None], {"a": None}, {"train": [None]}, [{"Market": None}]]
)
def test_both_engines_see_a_null_wherever_it_stands(reference: ReferenceEngine, value: Any) -> None:
    for run_input in (value, *({name: value} for name in FIELDS)):
        assert problems(PYTHON, run_input) == problems(reference, run_input)

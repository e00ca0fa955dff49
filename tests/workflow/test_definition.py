"""The state machine as a document: wired, named and scoped so that it works alone and inside another machine."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from constructs_lib.training_job.request.members import leaves
from constructs_lib.workflow.definition import run_branch, run_definition, state_names
from constructs_lib.workflow.failures import ERRORS, FAILURES
from constructs_lib.workflow.jsonata.given import texts
from constructs_lib.workflow.names import JOB_ENDED, VARIABLES
from tests.support.engines.jsonata_engine import Engine
from tests.support.run_documents import ON_DEMAND, SPOT, run_settings

DEFINITION = run_definition(run_settings(SPOT, ON_DEMAND))
BRANCH = run_branch(run_settings(SPOT), name="Train churn")
QUIET = run_definition(run_settings(SPOT, publish_metrics=False))
IN_JSONPATH = run_branch(run_settings(SPOT), name="Train churn", query_language="JSONPath")
WATCHED = run_branch(run_settings(SPOT, capacity_patience_seconds=600), name="Train churn")
BEYOND = {"request": {**run_settings().request, "InfraCheckConfig": {"EnableInfraCheck": True}}}
ASKING = run_definition(run_settings(SPOT, ON_DEMAND, **BEYOND))
ASKING_PATIENTLY = run_definition(run_settings(SPOT, ON_DEMAND, capacity_patience_seconds=600, **BEYOND))


def machines(definition: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield a machine and those nested in it."""
    yield definition
    for state in definition["States"].values():
        for nested in state.get("Branches", []):
            yield from machines(nested)


def leads_to(state: dict[str, Any]) -> set[str]:
    rules = [*state.get("Choices", []), *state.get("Catch", []), state]
    return {rule[key] for rule in rules for key in ("Next", "Default") if key in rule}


@pytest.mark.parametrize(
    "machine",
    [
        DEFINITION,
        QUIET,
        ASKING,
        ASKING_PATIENTLY,
        *machines({"StartAt": "a", "States": {"a": WATCHED}}),
        *machines({"StartAt": "a", "States": {"a": IN_JSONPATH}}),
    ],
)
def test_every_state_is_there_and_reached(machine: dict[str, Any]) -> None:
    reached, queue = set(), {machine["StartAt"]}
    while queue:
        name = queue.pop()
        reached.add(name)
        queue |= leads_to(machine["States"][name]) - reached
    assert reached == set(machine["States"])


def test_the_graph_reads_as_a_sentence() -> None:
    states, sentence = DEFINITION["States"], ["Prepare"]
    ways = {"Decide": iter(["Train", "Report"])}
    while "Next" in states[sentence[-1]] or states[sentence[-1]]["Type"] == "Choice":
        name = sentence[-1]
        sentence.append(next(ways[name]) if name in ways else states[name]["Next"])
    assert sentence == ["Prepare", "Check input", "Decide", "Train", "Inspect", "Judge", "Decide", "Report"]
    assert "Train" in leads_to(states["Decide"])
    assert "Report" in leads_to(states["Decide"])


def test_every_failure_has_a_state_named_for_it() -> None:
    fails = {name: state["Error"] for name, state in DEFINITION["States"].items() if state["Type"] == "Fail"}
    assert fails == {failure.state: failure.error for failure in FAILURES}
    assert set(fails.values()) == set(ERRORS)
    assert JOB_ENDED not in ERRORS
    assert set(fails) <= leads_to(DEFINITION["States"]["Decide"])


def test_the_end_of_a_job_ends_its_watch() -> None:
    job, watch = WATCHED["Branches"][0]["States"]["Train churn: Train"]["Branches"]
    assert leads_to(job["States"]["Train churn: Run job"]) == {"Train churn: Job has ended"}
    assert job["States"]["Train churn: Job has ended"]["Type"] == "Fail"
    assert [state["Type"] for state in watch["States"].values()].count("Wait") == 1


def test_a_member_that_sync_may_not_know_goes_by_the_api_itself() -> None:
    for machine in (ASKING, ASKING_PATIENTLY):
        train = machine["States"]["Train"]
        assert train["Resource"] == "arn:aws:states:::aws-sdk:sagemaker:createTrainingJob"
        assert train["Arguments"] == DEFINITION["States"]["Train"]["Arguments"]
        assert leads_to(train) == {"Inspect"}
        assert "Retry" not in train
        assert ".sync" not in "".join(text for _, text in texts(machine))
    assert leads_to(ASKING_PATIENTLY["States"]["Stop waiting"]) == {"Wait for job"}
    assert "Stop waiting" in leads_to(ASKING_PATIENTLY["States"]["Decide"])
    assert "Stop waiting" not in ASKING["States"]
    for leaf in leaves():
        top = leaf.path.split(".")[0].rstrip("[]{}")
        beyond = run_settings(request={**run_settings().request, top: {}}).beyond_sync
        assert beyond == ([top] if leaf.sync == "not verified" else [])


def test_train_starts_no_second_job_and_always_leads_to_inspect() -> None:
    train = DEFINITION["States"]["Train"]
    assert "Retry" not in train
    assert leads_to(train) == {"Inspect"}
    assert train["Catch"][0]["ErrorEquals"] == ["States.ALL"]


@pytest.mark.parametrize(("record", "then"), [("Report", "Report unrecorded"), ("Record failed run", "Decide")])
def test_figures_are_put_in_passing(record: str, then: str) -> None:
    state = DEFINITION["States"][record]
    assert state["Resource"] == "arn:aws:states:::aws-sdk:cloudwatch:putMetricData"
    assert state["Arguments"]["Namespace"] == "SpotTraining"
    assert leads_to(state) == {then}
    assert state["Catch"][0]["ErrorEquals"] == ["States.ALL"]
    assert [name for name, other in DEFINITION["States"].items() if record in leads_to(other)] == ["Decide"]


def test_a_run_that_puts_no_figures_ends_the_same_without_them() -> None:
    assert QUIET["States"]["Report"] == {"Type": "Pass", "Output": "{% $spot_training_run.Report %}", "End": True}
    assert QUIET["States"]["Record failed run"]["Type"] == "Pass"
    assert "cloudwatch" not in json.dumps(QUIET)


def test_every_function_is_written_once() -> None:
    written = re.findall(
        r"\$(problems|verdict|step|attempt|report|figures|cause|begin|planAttempt):=", json.dumps(DEFINITION)
    )
    assert len(written) == len(set(written)) == 9


def test_a_task_names_its_states_after_itself_and_says_their_language() -> None:
    for task in (BRANCH, WATCHED):
        assert task["QueryLanguage"] == "JSONata"
        for machine in machines(task["Branches"][0]):
            assert all(name.startswith("Train churn: ") for name in machine["States"])
            assert all(state["QueryLanguage"] == "JSONata" for state in machine["States"].values())


def test_two_tasks_share_no_state_name() -> None:
    other = run_branch(run_settings(SPOT), name="Train prices")
    machine = {"StartAt": "a", "States": {"a": BRANCH, "b": other}}
    names = list(state_names(machine))
    assert len(names) == len(set(names))


def test_variables_bear_names_that_nobody_else_uses() -> None:
    for document in (DEFINITION, BRANCH["Branches"][0]):
        assigned = {
            name
            for state in document["States"].values()
            for rule in (state, *state.get("Catch", []), *state.get("Choices", []))
            for name in rule.get("Assign", {})
        }
        assert assigned == set(VARIABLES)
    assert all(name.startswith("spot_training_") for name in VARIABLES)


def test_a_task_whose_name_leaves_no_room_is_refused() -> None:
    prefix = "Train churn: "
    longest = max((name.removeprefix(prefix) for name in state_names({"States": {"a": WATCHED}})), key=len)
    run_branch(run_settings(SPOT), name="n" * (78 - len(longest)))
    with pytest.raises(ValueError, match=f"must have at most {78 - len(longest)} characters"):
        run_branch(run_settings(SPOT), name="n" * (79 - len(longest)))


def test_a_task_takes_expressions_only() -> None:
    said = (
        "'run_input' must be a JSONata expression of the form .*\n'run_name' must be a JSONata expression of the form"
    )
    with pytest.raises(ValueError, match=said):
        run_branch(run_settings(SPOT), name="Train", input_expression="$.input", run_name_expression="$.name")


def test_deployed_values_stand_in_no_expression() -> None:
    marked = run_settings(SPOT, base_job_name="zebra", checkpoint_bucket="giraffe")
    for _, text in texts(run_definition(marked)):
        if text.startswith("{%"):
            assert "zebra" not in text
            assert "giraffe" not in text


def test_a_deployed_text_in_the_form_of_an_expression_is_refused() -> None:
    settings = run_settings(SPOT)
    settings.request["HyperParameters"]["x"] = "{% $now() %}"
    said = r"'HyperParameters\.x' must not have the form of a JSONata expression.*; it is set by 'hyperparameters'"
    with pytest.raises(ValueError, match=said):
        run_definition(settings)


def test_expressions_keep_to_what_step_functions_takes() -> None:
    for _, text in {*texts(DEFINITION), *texts(WATCHED)}:
        if "{%" not in text:
            continue
        assert text.startswith("{% "), text
        assert text.endswith(" %}"), text
        assert "??" not in text
        assert "?:" not in text
        assert "$eval" not in text
        # `$` and `$$` alone are refused at the top level; inside a predicate they are the item
        assert not re.search(r"\$\$", text)


def test_every_expression_is_understood(engine: Engine) -> None:
    for text in {text for _, text in [*texts(DEFINITION), *texts(WATCHED)] if text.startswith("{%")}:
        # parsed as the body of a function that nobody calls: only its syntax is asked about
        assert engine.evaluate(f"{{% ( $f := function() {{ {text[3:-3]} }}; 'parsed' ) %}}", {}) == "parsed"


def test_a_training_takes_little_of_a_template() -> None:
    assert len(json.dumps(json.dumps(WATCHED))) < 60_000
    assert len(json.dumps(json.dumps(DEFINITION))) < 45_000

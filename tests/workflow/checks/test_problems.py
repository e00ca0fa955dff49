"""What an execution's input may be, and what is said of one that may not."""

from __future__ import annotations

import json
from typing import Any

import pytest

from constructs_lib.training_job.limits import MAX_INPUT_BYTES
from tests.support.engines.jsonata_engine import Engine
from tests.support.run_documents import (
    ON_DEMAND,
    SPOT,
    begin,
    plan,
    run_settings,
    settings_document,
    shared_request,
)
from tests.support.worst_cases import TOO_LARGE, TOO_MUCH


def problems(engine: Engine, run_input: object, *, settings: dict[str, Any] | None = None, name: str = "run-1") -> Any:
    deployed = settings or settings_document(SPOT, ON_DEMAND, input_locations=["s3://other-bucket"])
    return engine.call("$problems($s, $i, $n)", s=deployed, i=run_input, n=name)


@pytest.mark.parametrize(
    "run_input",
    [
        {},
        {"Comment": "Insert your JSON here"},
        {"HyperParameters": {}},
        {"HyperParameters": {"epochs": 3, "rate": 1e-5, "fast": True, "name": "x", "long": "x" * 2500}},
        {"HyperParameters": {f"p{i}": i for i in range(99)}},
        {"HyperParameters": {"seed": 999_999_999_999_999, "low": -999_999_999_999_999, "": "n" * 2500, "n" * 256: "x"}},
        {"HyperParameters": {"seed": str(2**63), "a": 0.123456789012345, "b": 1e-300, "c": 123456789.123456}},
        {"HyperParameters": {"tab": "a\tb\x01"}, "Environment": {"LINES": "one\ntwo\u2028"}},
        {"Environment": {"n" * 512: ""}},
        {"Environment": {"A_1": "x" * 512}},
        {"MaxRuntimeInSeconds": 1},
        {"MaxRuntimeInSeconds": 7200},
        {"MaxRuntimeInSeconds": 2419200, "MaxWaitTimeInSeconds": 2592000},
        {"MaxRuntimeInSeconds": 7201, "Capacity": [{"InstanceType": "ml.m5.xlarge", "Market": "on-demand"}]},
        {"MaxWaitTimeInSeconds": 3600},
        {"ResumeFrom": "run-0"},
    ],
)
def test_good_input_has_no_problems(engine: Engine, run_input: object) -> None:
    assert problems(engine, run_input) == []


@pytest.mark.parametrize(
    ("run_input", "said"),
    [
        ([], "the input must be a JSON object, such as {}, got []"),
        ("text", 'the input must be a JSON object, such as {}, got "text"'),
        (None, "the input must be a JSON object, such as {}, got null"),
        (3, "the input must be a JSON object, such as {}, got 3"),
        (
            {"Hyperparameters": {}},
            "'Hyperparameters' is not a field of the input; allowed are Comment, HyperParameters",
        ),
        ({"HyperParameters": "x"}, "'HyperParameters' must be an object of names and values, got \"x\""),
        ({"HyperParameters": {"a": None}}, "'HyperParameters.a' must be a string, a number or a boolean, got null"),
        ({"HyperParameters": {"a": [1]}}, "'HyperParameters.a' must be a string, a number or a boolean, got [1]"),
        ({"HyperParameters": {"a": "x" * 2501}}, "'HyperParameters.a' must have at most 2500 characters, got 2501"),
        ({"HyperParameters": {"n" * 257: "x"}}, "the names in 'HyperParameters' must have at most 256 characters"),
        (
            {"HyperParameters": {f"p{i}": i for i in range(100)}},
            "'HyperParameters' must come to at most 100 entries together with the deployed ones, got 101",
        ),
        (
            {"HyperParameters": {"a": 10**15}},
            "'HyperParameters.a' must be written as a string, because a number of more",
        ),
        ({"HyperParameters": {"a": -(10**15)}}, "'HyperParameters.a' must be written as a string"),
        ({"HyperParameters": {"a": 1e300}}, "'HyperParameters.a' must be written as a string"),
        ({"HyperParameters": {"a": 0.12345678901234567}}, "'HyperParameters.a' must be written as a string"),
        ({"HyperParameters": {"a": 0.1 + 0.2}}, "'HyperParameters.a' must be written as a string"),
        ({"HyperParameters": {"a": "one\ntwo"}}, "'HyperParameters.a' must have no line break, got [\"one\\ntwo\"]"),
        ({"HyperParameters": {"a": "one\rtwo"}}, "'HyperParameters.a' must have no line break"),
        ({"HyperParameters": {"a": "one\x85"}}, "'HyperParameters.a' must have no line break"),
        ({"HyperParameters": {"a": "\u2028"}}, "'HyperParameters.a' must have no line break"),
        ({"HyperParameters": {"a": "\u2029two"}}, "'HyperParameters.a' must have no line break"),
        ({"HyperParameters": {"a\n": "x"}}, "the names in 'HyperParameters' must have no line break, got [\"a\\n\"]"),
        ({"HyperParameters": None}, "'HyperParameters' must be an object of names and values, got null"),
        ({"Environment": []}, "'Environment' must be an object of names and values, got []"),
        ({"Environment": {"A": 1}}, "'Environment.A' must be a string, got 1"),
        ({"Environment": {"1A": "x"}}, "the names in 'Environment' must be letters, digits and underscores"),
        ({"Environment": {"A\n": "x"}}, "the names in 'Environment' must be letters, digits and underscores"),
        ({"Environment": {"": "x"}}, "the names in 'Environment' must be letters, digits and underscores"),
        ({"Environment": {"n" * 513: "x"}}, "the names in 'Environment' must have at most 512 characters, got 513"),
        ({"Environment": {f"P{i}": "x" for i in range(100)}}, "'Environment' must come to at most 99 entries"),
        ({"Environment": {"A": "x" * 513}}, "'Environment.A' must have at most 512 characters, got 513"),
        ({"MaxRuntimeInSeconds": 0}, "'MaxRuntimeInSeconds' must be from 1 to 2419200 seconds, got 0"),
        ({"MaxRuntimeInSeconds": 2419201}, "'MaxRuntimeInSeconds' must be from 1 to 2419200 seconds, got 2419201"),
        ({"MaxRuntimeInSeconds": 1e300}, "'MaxRuntimeInSeconds' must be a whole number of seconds, got 1e+300"),
        ({"MaxRuntimeInSeconds": None}, "'MaxRuntimeInSeconds' must be a whole number of seconds, got null"),
        ({"MaxRuntimeInSeconds": True}, "'MaxRuntimeInSeconds' must be a whole number of seconds, got true"),
        ({"MaxRuntimeInSeconds": 1.5}, "'MaxRuntimeInSeconds' must be a whole number of seconds, got 1.5"),
        ({"MaxRuntimeInSeconds": "60"}, "'MaxRuntimeInSeconds' must be a whole number of seconds, got \"60\""),
        (
            {"MaxRuntimeInSeconds": 7201},
            "'MaxWaitTimeInSeconds' must be at least 'MaxRuntimeInSeconds' (7201), got 7200",
        ),
        (
            {"MaxWaitTimeInSeconds": 3599},
            "'MaxWaitTimeInSeconds' must be at least 'MaxRuntimeInSeconds' (3600), got 3599",
        ),
        ({"MaxWaitTimeInSeconds": 2592001}, "'MaxWaitTimeInSeconds' must be from 1 to 2592000 seconds, got 2592001"),
        ({"ResumeFrom": "a/b"}, "'ResumeFrom' must be the name of an earlier run, got \"a/b\""),
        ({"ResumeFrom": "run-0\n"}, "'ResumeFrom' must be the name of an earlier run"),
        ({"ResumeFrom": None}, "'ResumeFrom' must be the name of an earlier run, got null"),
        ({"ResumeFrom": 1}, "'ResumeFrom' must be the name of an earlier run, got 1"),
    ],
)
def test_fails_on_bad_input(engine: Engine, run_input: object, said: str) -> None:
    found = problems(engine, run_input)
    assert len(found) == 1
    assert said in found[0]


def test_lists_all_problems_at_once(engine: Engine) -> None:
    found = problems(
        engine,
        {"Foo": 1, "Bar": 2, "HyperParameters": {"a": None, "b": []}, "MaxRuntimeInSeconds": "x", "ResumeFrom": ""},
    )
    assert len(found) == 6


def test_fails_on_a_run_name_that_cannot_be_a_prefix(engine: Engine) -> None:
    assert problems(engine, {}, name="a b") == [
        'the run\'s name must be 1 to 80 letters, digits, dots, hyphens and underscores, got "a b"'
    ]


def test_the_program_of_a_deployed_source_cannot_be_replaced(engine: Engine) -> None:
    settings = settings_document()
    settings["Request"]["HyperParameters"]["sagemaker_submit_directory"] = "s3://source/code.tar.gz"
    settings["ReservedHyperParameters"] = ["sagemaker_submit_directory"]
    found = problems(engine, {"HyperParameters": {"sagemaker_submit_directory": "s3://mine/"}}, settings=settings)
    assert found == [
        "'HyperParameters.sagemaker_submit_directory' is set by the deployed source and cannot be changed by a run"
    ]


def test_the_quotes_of_a_text_that_is_decoded_count(engine: Engine) -> None:
    settings = settings_document(decodes_hyperparameters=True)
    assert problems(engine, {"HyperParameters": {"a": "x" * 2498, "b": "\n" * 1249}}, settings=settings) == []
    assert problems(engine, {"HyperParameters": {"a": "one\ntwo\u2028"}}, settings=settings) == []
    found = problems(engine, {"HyperParameters": {"a": "x" * 2499, "b": '"' * 1250}}, settings=settings)
    assert [sentence.split(", got ")[1] for sentence in found] == ["2501", "2502"]


def test_a_field_in_the_wrong_case_is_named_by_the_right_one(engine: Engine) -> None:
    assert problems(engine, {"hyperparameters": {}})[0].endswith("ResumeFrom; did you mean 'HyperParameters'")
    assert "did you mean" not in problems(engine, {"Hyper": {}})[0]


def test_fails_on_resuming_without_checkpoints(engine: Engine) -> None:
    found = problems(engine, {"ResumeFrom": "run-0"}, settings=settings_document(checkpointing=False))
    assert found == ["'ResumeFrom' is for a deployment that checkpoints, and this one does not; leave it out"]


@pytest.mark.parametrize(
    "run_input",
    [
        {f"field {i}": i for i in range(20_000)},
        {"HyperParameters": {f"p{i}": None for i in range(20_000)}},
        {"HyperParameters": {"n" * 200_000: "x"}, "y" * 60_000: 1},
        {"Environment": {f"{i} {'x' * 100}": "x" for i in range(1000)}},
        {"Channels": {f"{i} {'x' * 200}": "x" for i in range(1000)}},
        {"Capacity": [{f"{i} {'x' * 200}": i for i in range(70)}] * 16},
        {"Capacity": [{"InstanceType": "ml.m5.xlarge", "Market": "x" * 10_000}] * 16},
    ],
)
def test_the_cause_of_any_refusal_fits_step_functions(engine: Engine, run_input: object) -> None:
    found = problems(engine, run_input)
    assert found
    assert len("; ".join(found)) <= 32_768 - 200


@pytest.mark.parametrize(
    ("letter", "most"), [("x", 1), ('"', 2), ("\t", 2), ("é", 2), ("€", 4), ("😀", 4), ("\x01", 6)]
)
def test_a_request_that_a_run_can_carry_has_no_problem(engine: Engine, letter: str, most: int) -> None:
    # 58 values of 2,200 bytes fit; 62 do not, whatever the letter
    for count, said in ((58, 0), (62, 1)):
        given = {f"p{i}": letter * (2200 // most) for i in range(count)}
        found = problems(engine, {"HyperParameters": given})
        assert len(found) == said
    assert found[0].startswith("'HyperParameters' and 'Environment' must come to a request of at most 131072 bytes")


def test_a_request_at_the_limit_fits_the_variables_of_step_functions(engine: Engine) -> None:
    given = {"HyperParameters": {f"p{i}": "x" * 2200 for i in range(58)}}
    settings = settings_document(SPOT, ON_DEMAND)
    run = begin(engine, settings, given)
    reports = {"Attempts": [{"Reason": "x" * 1100, "TrainingJobName": "x" * 63, "More": "x" * 300}] * 50}
    assert len(json.dumps({**run, **reports, "Cause": "x" * 32_768})) < 256 * 1024
    described = {**plan(engine, settings, run), "SecondaryStatusTransitions": [{"StatusMessage": "x" * 300}] * 200}
    assert len(json.dumps(described)) < 256 * 1024


def too_large(engine: Engine, run_input: object, settings: dict[str, Any]) -> bool:
    """Say whether Prepare carries an input on no further, and check that it is refused then."""
    carried = engine.call("$checkable($i, $n)", i=run_input, n=settings["InputBytes"])
    if carried == run_input:
        return False
    assert begin(engine, settings, carried)["Cause"] == (
        "The input of this run was refused, and no job was started: the input must have at most "
        f"{settings['InputBytes']} bytes, so that it can be checked, got {carried}; put the data in a channel. "
        "Start a new run with a corrected input"
    )
    return True


@pytest.mark.parametrize("letter", ["x", "é", "€", "\\"])
def test_an_input_that_is_too_large_to_check_is_refused_by_its_size(engine: Engine, letter: str) -> None:
    settings = settings_document()
    assert settings["InputBytes"] == MAX_INPUT_BYTES
    fits = (MAX_INPUT_BYTES - len('{"Comment":""}')) // len(json.dumps(letter, ensure_ascii=False).encode()[1:-1])
    assert not too_large(engine, {"Comment": letter * fits}, settings)
    assert too_large(engine, {"Comment": letter * (fits + 1)}, settings)


def test_any_input_that_step_functions_takes_can_be_carried_or_refused(engine: Engine) -> None:
    settings = settings_document()
    for name, given in TOO_LARGE.items():
        assert too_large(engine, given, settings), name
    for name, given in TOO_MUCH.items():
        assert not too_large(engine, given, settings), name
        assert begin(engine, settings, given)["Next"] == "invalid input"
    assert problems(engine, 3, settings=settings) == ["the input must be a JSON object, such as {}, got 3"]


def test_the_settings_and_an_input_fit_into_one_assign() -> None:
    values = {f"p{i}": "x" * 2200 for i in range(55)}
    settings = run_settings(request=shared_request(hyperparameters=values)).document()
    assert settings["InputBytes"] < MAX_INPUT_BYTES
    assert len(json.dumps(settings)) + settings["InputBytes"] < 256 * 1024

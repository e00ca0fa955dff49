"""One table of fields: the page, the schema, the machine's checks and the command's flags are those of the table."""

from __future__ import annotations

import json
import re
from dataclasses import fields
from typing import Any

import click
import pytest
from jsonschema import Draft202012Validator

from constructs_lib.runs.command.main import main
from constructs_lib.runs.execution_input import InputFlags, merge, parse_capacity
from constructs_lib.training_job.capacity.capacity import Capacity
from constructs_lib.training_job.durations import TIME_PATTERN
from constructs_lib.training_job.input_fields import (
    DEADLINE_FIELDS,
    DOTS_PATTERN,
    IMAGE_TAG_PATTERN,
    INPUT_FIELDS,
    LINE_PATTERN,
    OUTPUT_PREFIX_PATTERN,
    PRICED_FIELDS,
    RUN_NAME_PATTERN,
    S3_URI_PATTERN,
    VARIABLE_NAME_PATTERN,
    field_of,
)
from constructs_lib.training_job.limits import INPUT_LIMITS
from constructs_lib.training_job.service_model import model_shape
from constructs_lib.workflow.deadline.deadline import Deadline
from constructs_lib.workflow.jsonata.expressions import functions, library
from constructs_lib.workflow.settings import RunPrices
from tests.support.engines.jsonata_engine import Engine
from tests.support.places import ROOT
from tests.support.run_documents import settings_document
from tools.docs.execution_input import documents, input_schema

NAMES = [each.name for each in INPUT_FIELDS]
VALIDATOR = Draft202012Validator(input_schema())

EXAMPLE_CAPACITY = Capacity.spot("ml.g5.xlarge")
CHANGES: dict[str, Any] = {
    "max_runtime_seconds": 1,
    "max_wait_seconds": 30 * 86400,
    "input_locations": ["s3://churn-data", "s3://abc/"],
    "image_repository_uri": "123456789012.dkr.ecr.eu-west-1.amazonaws.com/train",
    "allowed_image_tags": ["*"],
}
PRICES = RunPrices(dollars_per_hour={"ml.g5.xlarge": 1}, as_of="2026-11-27", region="eu-west-1")
LARGEST = Capacity.on_demand("ml.g5.xlarge", instance_count=9)
GENEROUS = settings_document(EXAMPLE_CAPACITY, LARGEST, prices=PRICES, **CHANGES)
"""A deployment that refuses nothing but what a schema can know."""

IN_TIME = Deadline(after_seconds=86400, expected_runtime_seconds=1, changeover_seconds=0)
DEADLINED = settings_document(
    EXAMPLE_CAPACITY,
    Capacity.on_demand("ml.g5.xlarge"),
    **CHANGES | {"max_runtime_seconds": 28 * 86400, "deadline": IN_TIME},
)
"""One with a deadline, which decides the wait of a run; its field is refused beside one."""


def accepts(engine: Engine, run_input: object) -> bool:
    if isinstance(run_input, dict) and run_input.keys() & set(DEADLINE_FIELDS):
        call = "$append($problems($s, $i, 'run-1'), $deadlineProblems($s, $i, '2026-11-28T08:00:00Z'))"
        found = engine.call(call, s=DEADLINED, i=run_input)
    else:
        call = "$append($problems($s, $i, 'run-1'), $costProblems($s, $i.MaxCost, $s.Capacities))"
        found = engine.call(call, s=GENEROUS, i=run_input)
    assert isinstance(found, list)
    return not found


@pytest.mark.parametrize("name", documents())
def test_the_documents_are_up_to_date(name: str) -> None:
    written = (ROOT / "docs" / name).read_text(encoding="utf-8")
    assert written == documents()[name], "run: make docs"


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(input_schema())
    assert list(input_schema()["properties"]) == NAMES


def test_the_page_has_a_section_for_each_field() -> None:
    page = documents()["reference/execution-input.md"]
    assert re.findall(r"^## (.*)$", page, re.MULTILINE) == NAMES
    for text in re.findall(r"```json\n(.*?)\n```", page, re.DOTALL):
        VALIDATOR.validate(json.loads(text))


def test_the_machine_checks_the_fields_and_limits_of_the_table() -> None:
    assert DEADLINED["InputFields"] == [name for name in NAMES if name not in PRICED_FIELDS]
    assert GENEROUS["InputFields"] == [name for name in NAMES if name not in DEADLINE_FIELDS]
    assert GENEROUS["InputLimits"] == INPUT_LIMITS
    assert GENEROUS["CapacityFields"] == [member.name for member in field_of("Capacity").members]


@pytest.mark.parametrize(
    ("function", "patterns"),
    [
        ("problems", [RUN_NAME_PATTERN]),
        ("entryProblems", [LINE_PATTERN, VARIABLE_NAME_PATTERN]),
        ("imageTagProblems", [IMAGE_TAG_PATTERN]),
        ("outputPrefixProblems", [OUTPUT_PREFIX_PATTERN]),
        ("channelProblems", [S3_URI_PATTERN, DOTS_PATTERN]),
        ("deadlineProblems", [TIME_PATTERN]),
    ],
)
def test_the_patterns_of_the_machine_are_those_of_the_table(function: str, patterns: list[str]) -> None:
    # an engine may take `$` for "before a line break at the end" too, so the machine says it in another way
    found = re.findall(r"\$contains\(\$\w+,/(.*?)/\)", library(function))
    assert [pattern.replace(r"(?![\s\S])", "$") for pattern in found] == patterns


def test_no_limit_is_written_into_the_machines_functions() -> None:
    limits = {str(value) for of in INPUT_LIMITS.values() if isinstance(of, dict) for value in of.values()} - {"16"}
    for function in functions():
        if function.endswith("roblems"):
            written = library(function).replace("SHA-256", "")
            assert not limits & set(re.findall(r"\b\d+\b", written)), function


def test_the_limits_are_those_of_the_service_model() -> None:
    for name, shape, key, value in (
        ("HyperParameters", "HyperParameters", "HyperParameterKey", "HyperParameterValue"),
        ("Environment", "TrainingEnvironmentMap", "TrainingEnvironmentKey", "TrainingEnvironmentValue"),
    ):
        limits = INPUT_LIMITS[name]
        # one variable of the environment is the run's own
        assert limits["Entries"] == model_shape(shape)["max"] - (name == "Environment")
        assert limits["NameLength"] == model_shape(key)["max"]
        assert limits["ValueLength"] == model_shape(value)["max"]
    assert model_shape("TrainingEnvironmentKey")["pattern"].strip("^$") == VARIABLE_NAME_PATTERN.strip("^$")
    assert model_shape("S3Uri")["max"] == INPUT_LIMITS["Channels"]["UriLength"]


def options() -> dict[str, click.Option]:
    found = [option for option in main.commands["run"].params if isinstance(option, click.Option)]
    return {option.opts[0]: option for option in found}


@pytest.mark.parametrize("each", [each for each in INPUT_FIELDS if each.flag], ids=lambda each: each.name)
def test_the_flag_of_a_field_is_there(each: Any) -> None:
    option = options()[each.flag]
    assert option.metavar == each.form
    assert option.multiple is (each.schema["type"] in ("object", "array"))


def test_every_flag_of_the_input_is_a_field() -> None:
    flags = {each.flag.removeprefix("--").replace("-", "_") for each in INPUT_FIELDS if each.flag}
    # dollars become a training budget where no prices are deployed
    assert flags == {*(each.name for each in fields(InputFlags)), "max_cost"}
    assert [each.name for each in INPUT_FIELDS if not each.flag] == ["Comment"]


def test_what_the_flags_make_is_what_the_schema_knows() -> None:
    document = InputFlags(
        hyperparameter=("a=1",),
        environment=("A=1",),
        channel=("train=s3://churn-data/x/",),
        capacity=("spot:ml.g5.xlarge:2",),
        max_runtime="1h",
        max_wait="2h",
        image_tag="1.5",
        output_prefix="a/b",
        resume_from="run-0",
        deadline="2026-11-30T08:00:00Z",
        deadline_in="60h",
        expected_runtime="48h",
    ).document()
    assert {*merge({"Comment": 1}, document)} == {*NAMES} - {*PRICED_FIELDS}
    VALIDATOR.validate(document)
    assert parse_capacity("on-demand:ml.g5.xlarge").keys() == {m.name for m in field_of("Capacity").members}


def test_the_example_of_each_field_is_accepted(engine: Engine) -> None:
    whole = {each.name: each.example for each in INPUT_FIELDS}
    VALIDATOR.validate(whole)
    assert accepts(engine, {name: value for name, value in whole.items() if name not in DEADLINE_FIELDS})
    for left_out in ("Deadline", "DeadlineInSeconds"):
        assert accepts(engine, {name: whole[name] for name in DEADLINE_FIELDS if name != left_out})


def one_of_capacity(**changes: object) -> dict[str, Any]:
    return {"Capacity": [{"InstanceType": "ml.g5.xlarge", "Market": "on-demand", **changes}]}


@pytest.mark.parametrize(
    "run_input",
    [
        *({name: value} for name in NAMES for value in (None, True, 1, 1.5, "x", "x y", [], [1], {}, {"a": None})),
        *({name: n} for name in NAMES[3:5] for n in (0, 1.0, -1, 2419200, 2419201, 2592000, 2592001, "60", 1e30)),
        *({"HyperParameters": {"a": v}} for v in ("x" * 2500, "x" * 2501, "😀" * 2500, 10**15 - 1, 10**15, 1e-9)),
        *({"HyperParameters": {"a" * n: "", "b": False}} for n in (0, 256, 257)),
        *({"HyperParameters": {f"p{i}": i for i in range(n)}} for n in (99, 101)),
        *({"Environment": {"A": v}} for v in ("x" * 512, "x" * 513, "", 1, True, None, "\n")),
        *({"Environment": {n: "x"}} for n in ("A" * 512, "A" * 513, "", "1", "_1", "a.b", "é", "A B")),
        *({"Environment": {f"P{i}": "x" for i in range(n)}} for n in (98, 100)),
        *({"Channels": {"train": f"s3://{v}"}} for v in ("churn-data", "churn-data/é/", "abc/../x", "a", "Abc/", "")),
        *({"Channels": {"train": f"s3://abc/{v}"}} for v in ("x" * 1015, "x" * 1016, ".", "..", "./x", "...", "a\tb")),
        {"Channels": {"tra in": "s3://churn-data/"}},
        {"Channels": {"t" * 65: "s3://churn-data/"}},
        *(one_of_capacity(InstanceCount=n) for n in (0, 1, 9, 1.0, 1.5, "1", None, -1)),
        *(one_of_capacity(Market=v) for v in ("spot", "Spot", "", None)),
        *(one_of_capacity(InstanceType=v) for v in ("g5.xlarge", "", None, 1)),
        one_of_capacity(Tries=1),
        *({"Capacity": one_of_capacity()["Capacity"] * n} for n in (0, 16, 17)),
        {"Capacity": [{"Market": "spot"}]},
        {"Capacity": [{"InstanceType": "ml.g5.xlarge"}]},
        *({"ImageTag": v} for v in ("1", "x" * 128, "x" * 129, "-1", ".1", "_", "a:b", "a@b", "é")),
        *({"OutputPrefix": v} for v in ("a/b", "a//b", "/a", "a/", ".", "a/..", "d=1/x", "x" * 256, "x" * 257)),
        *({"ResumeFrom": v} for v in ("run-0", "x" * 80, "x" * 81, ".x", "x.", "a/b", "", "é")),
        *({"DeadlineInSeconds": n} for n in (0, 1.0, -1, 2592000, 2592001, "60", 1e30)),
        *({"ExpectedRuntimeInSeconds": n} for n in (0, 1.0, -1, 3600, 2419201, "60", 1e30)),
        *({"MaxCost": n} for n in (0, -1, 1e-2, 1e9, "5")),
        *({"Deadline": f"2026-{day}"} for day in ("11-30T08:00:00Z", "11-31T08:00:00Z", "11-30T24:00:00Z", "11-30")),
        *({"Deadline": f"2026-12-01T08:00:00{zone}"} for zone in ("", "+01:00", ".5Z", "z")),
        *([], "x", 1, None, True, {}, {"comment": 1}, {"X": 1}, {"Comment": [{}]}),
    ],
    ids=lambda run_input: repr(run_input)[:60],
)  # fmt: skip
def test_schema_and_machine_agree_where_the_schema_can_know(engine: Engine, run_input: object) -> None:
    assert accepts(engine, run_input) is VALIDATOR.is_valid(run_input)

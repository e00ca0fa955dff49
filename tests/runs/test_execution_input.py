"""The input that the command makes of flags, files and standard input."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest

from constructs_lib.runs.aws.errors import RunsError
from constructs_lib.runs.execution_input import InputFlags, input_text, merge, parse_capacity, parse_input, read_input
from constructs_lib.runs.times import format_seconds, parse_duration

NO_FLAGS: dict[str, Any] = {
    "hyperparameter": (), "environment": (), "channel": (), "capacity": (),
    "max_runtime": None, "max_wait": None, "image_tag": None, "output_prefix": None, "resume_from": None,
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "seconds"), [("3600s", 3600), ("90m", 5400), ("1h30m", 5400), ("2d", 172800), (" 4H ", 14400)]
)
def test_durations(text: str, seconds: int) -> None:
    assert parse_duration(text, "--max-runtime") == seconds


@pytest.mark.parametrize("text", ["4", "0", " 3600 "])
def test_fails_on_a_number_without_a_unit(text: str) -> None:
    number = text.strip()
    with pytest.raises(RunsError, match=f"--max-runtime must have a unit, such as {number}h, {number}m or {number}s"):
        parse_duration(text, "--max-runtime")


@pytest.mark.parametrize("text", ["", "0s", "4x", "-1h", "1.5h", "h", "1m1h", "1h30"])
def test_fails_on_what_is_no_duration(text: str) -> None:
    with pytest.raises(RunsError, match="--max-runtime must be a length of time such as 4h"):
        parse_duration(text, "--max-runtime")


@pytest.mark.parametrize(
    ("seconds", "text"), [(None, "-"), (0, "0 s"), (59.6, "1 min"), (5400, "1 h 30 min"), (90061, "1 d 1 h")]
)
def test_seconds_are_written_in_two_units(seconds: float | None, text: str) -> None:
    assert format_seconds(seconds) == text


def test_flags_become_the_fields_of_the_input() -> None:
    flags = InputFlags(
        **{
            **NO_FLAGS,
            "hyperparameter": ("epochs=3", "note=a=b"),
            "environment": ("LOG=debug",),
            "channel": ("train=s3://data/x/",),
            "capacity": ("spot:ml.g5.xlarge:2", "on-demand:ml.m5.xlarge"),
            "max_runtime": "4h",
            "max_wait": "8h",
            "resume_from": "night-1",
        }
    )
    assert flags.document() == {
        "HyperParameters": {"epochs": "3", "note": "a=b"},
        "Environment": {"LOG": "debug"},
        "Channels": {"train": "s3://data/x/"},
        "Capacity": [
            {"InstanceType": "ml.g5.xlarge", "InstanceCount": 2, "Market": "spot"},
            {"InstanceType": "ml.m5.xlarge", "InstanceCount": 1, "Market": "on-demand"},
        ],
        "MaxRuntimeInSeconds": 14400,
        "MaxWaitTimeInSeconds": 28800,
        "ResumeFrom": "night-1",
    }


def test_no_flags_give_an_empty_input() -> None:
    assert InputFlags(**NO_FLAGS).document() == {}


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        ({"hyperparameter": ("epochs",)}, "--hyperparameter must be <name>=<value>, got 'epochs'"),
        ({"hyperparameter": ("a=1", "a=2")}, "must name each only once, got 'a' twice"),
        ({"channel": ("train=data/",)}, "--channel must be <name>=s3://<bucket>/<prefix>"),
        ({"capacity": ("ml.g5.xlarge",)}, "--capacity: a capacity must be spot:<type>"),
        ({"resume_from": ""}, "--resume-from must be the name of an earlier run"),
    ],
)
def test_fails_on_flags_that_read_wrong(flags: dict[str, Any], said: str) -> None:
    with pytest.raises(RunsError, match="must") as caught:
        InputFlags(**{**NO_FLAGS, **flags}).document()
    assert said in str(caught.value)


@pytest.mark.parametrize("text", ["spot", "spot:", "spot:ml.g5.xlarge:0", "spot:ml.g5.xlarge:x", "SPOT:ml.g5.xlarge"])
def test_fails_on_capacities_that_read_wrong(text: str) -> None:
    with pytest.raises(RunsError):
        parse_capacity(text)


def test_flags_go_over_the_file_name_by_name() -> None:
    merged = merge(
        {"HyperParameters": {"a": 1, "b": 2}, "Comment": "x", "MaxRuntimeInSeconds": 1},
        {"HyperParameters": {"b": "3"}, "MaxRuntimeInSeconds": 2},
    )
    assert merged == {"HyperParameters": {"a": 1, "b": "3"}, "Comment": "x", "MaxRuntimeInSeconds": 2}


def test_fails_to_merge_into_what_is_no_object() -> None:
    with pytest.raises(RunsError, match="'HyperParameters' in the input must be an object"):
        merge({"HyperParameters": [1]}, {"HyperParameters": {"b": "3"}})


def test_input_comes_from_a_file_or_standard_input(tmp_path: Path) -> None:
    path = tmp_path / "input.json"
    path.write_text('\ufeff{"Comment": "é"}', encoding="utf-8")
    assert read_input(str(path), io.BytesIO()) == {"Comment": "é"}
    assert read_input("-", io.BytesIO(b'{"a": 1}')) == {"a": 1}
    assert read_input("-", io.BytesIO(b"  ")) == {}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"a": 1,}', "is not JSON: Expecting property name enclosed in double quotes at line 1 column"),
        ('{\n"a": }', "at line 2 column"),
        ("[1]", "must be a JSON object such as {}, got '[1]'"),
        ('{"a": NaN}', "NaN is not a JSON number"),
        ('{"a": -1e400}', "-1e400 is larger than any number that a program can read"),
        ("[" * 100_000, "is not JSON"),
    ],
)
def test_fails_on_input_that_is_no_json_object(text: str, said: str) -> None:
    with pytest.raises(RunsError, match="JSON") as caught:
        parse_input(text, "input.json")
    assert said in str(caught.value)


def test_fails_on_numbers_that_would_lose_digits() -> None:
    for number in ("0.12345678901234567", "12345678901234567890", "0.30000000000000004", "-1.000000000000001e-7"):
        with pytest.raises(RunsError, match="at most 15 digits, got 'a'") as caught:
            parse_input(f'{{"HyperParameters": {{"a": {number}, "b": 1}}}}', "input.json")
        assert str(caught.value).endswith("; write a longer one as a string")
    good = '{"HyperParameters": {"a": 0.123456789012345, "b": 1.5000000000000000, "c": 1e300, "n": 1}}'
    assert parse_input(good, "input.json")["HyperParameters"] == {"a": 0.123456789012345, "b": 1.5, "c": 1e300, "n": 1}
    assert parse_input('{"Comment": 0.12345678901234567}', "input.json")
    assert parse_input('{"HyperParameters": [1]}', "input.json") == {"HyperParameters": [1]}


def test_fails_on_a_file_that_is_not_there() -> None:
    with pytest.raises(RunsError, match="cannot be read: No such file"):
        read_input("/nowhere/input.json", io.BytesIO())


def test_fails_on_input_that_step_functions_would_not_take() -> None:
    assert len(input_text({"a": "x" * 1000})) == 1008
    with pytest.raises(RunsError, match="the input must be at most 262144 bytes"):
        input_text({"a": "é" * 140_000})


def test_fails_on_an_empty_tag_or_prefix() -> None:
    for flag in ("image_tag", "output_prefix"):
        with pytest.raises(RunsError, match="must not be empty; leave it out for the deployed one"):
            InputFlags(**{**NO_FLAGS, flag: ""}).document()

"""The input of a sweep that the command makes of flags and files, and all that can be wrong with it."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from constructs_lib.runs.aws.errors import RunsError
from constructs_lib.runs.execution_input import InputFlags
from constructs_lib.runs.verbs.sweep.flags import SweepFlags, scalar
from constructs_lib.runs.verbs.sweep.given import sweep_input

NOTHING = InputFlags()


def made(
    flags: SweepFlags | None = None, common: InputFlags = NOTHING, path: str | None = None, text: str = ""
) -> dict[str, Any]:
    return sweep_input(flags or SweepFlags(), common, path, io.BytesIO(text.encode()))


def test_flags_become_the_fields_of_the_input() -> None:
    grid = SweepFlags(grid=("lr=0.1,1e-2", "act=relu,tanh", "bias=true,false"))
    assert made(grid, InputFlags(hyperparameter=("epochs=3",), max_runtime="1h")) == {
        "Grid": {"lr": [0.1, 0.01], "act": ["relu", "tanh"], "bias": [True, False]},
        "HyperParameters": {"epochs": "3"},
        "MaxRuntimeInSeconds": 3600,
    }
    draws = ("lr=loguniform:1e-4:1e-1", "x=uniform:-1:2.5", "depth=int:2:8", "width=logint:8:512", "act=choice:a:b")
    assert made(SweepFlags(random=draws, count=50, seed=7)) == {
        "Random": {
            "lr": {"LogUniform": [0.0001, 0.1]},
            "x": {"Uniform": [-1, 2.5]},
            "depth": {"Int": [2, 8]},
            "width": {"LogInt": [8, 512]},
            "act": {"Choice": ["a", "b"]},
        },
        "Count": 50,
        "Seed": 7,
    }
    assert made(SweepFlags(runs_from="s3://b/sweeps/x.csv")) == {"RunsFrom": "s3://b/sweeps/x.csv"}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", 1), ("-0.5", -0.5), ("1e-4", 0.0001), ("1e3", 1000), ("007", "007"), ("true", True), ("True", "True"),
        ("", ""), ("1.", "1."), ("0.1234567890123456", "0.1234567890123456"), ("nan", "nan"), ("1e-90", 1e-90),
        ("123456789012.123456", "123456789012.123456"),
    ],
)  # fmt: skip
def test_what_reads_like_a_number_is_one_unless_it_would_lose_digits(text: str, value: object) -> None:
    found = scalar(text)
    assert (found, type(found)) == (value, type(value))


def test_a_file_is_json_or_a_run_on_each_line_and_flags_go_over_it(tmp_path: Path) -> None:
    runs = [{"Name": "a", "HyperParameters": {"lr": 0.1}}, {"Name": "b"}]
    lines = "\n\n".join(map(json.dumps, runs))
    assert made(path="-", text=lines) == {"Runs": runs}
    # a text in JSON may have what ends a line elsewhere
    apart = {"HyperParameters": {"x": "a\u2028b"}}
    assert made(path="-", text=json.dumps(apart, ensure_ascii=False) + '\r\n{"Name": "b"}\r\n') == {
        "Runs": [apart, {"Name": "b"}]
    }
    one = tmp_path / "one.jsonl"
    one.write_text('{"Name": "a"}\n')
    assert made(path=str(one)) == {"Runs": [{"Name": "a"}]}
    given = json.dumps({"Grid": {"lr": [1], "x": [1]}, "HyperParameters": {"epochs": 1}}, indent=1)
    flags = SweepFlags(grid=("lr=2,3",))
    assert made(flags, InputFlags(hyperparameter=("epochs=2",)), "-", given) == {
        "Grid": {"lr": [2, 3], "x": [1]},
        "HyperParameters": {"epochs": "2"},
    }


def test_fails_with_all_problems_of_the_flags_at_once() -> None:
    flags = SweepFlags(
        grid=("lr", "a=1,,2", "b=1", "b=2"),
        random=("x=normal:0:1", "y=int:1:2.5", "z=uniform:1", "c=choice:"),
        runs_from="",
    )
    with pytest.raises(RunsError) as refused:
        made(flags, InputFlags(max_runtime="3"), "-", "{")
    told = str(refused.value)
    for problem in (
        "--grid must be <name>=<values>, got 'lr'",
        "--grid must be <name>=<value>,<value>,… with no empty value, got 'a=1,,2'",
        "--grid must name each only once, got 'b' twice",
        "with a kind of uniform, loguniform, int, logint, choice, got 'x=normal:0:1'",
        "--random must be <name>=int:<lowest>:<highest>, two whole numbers, got 'y=int:1:2.5'",
        "--random must be <name>=uniform:<lowest>:<highest>, two numbers, got 'z=uniform:1'",
        "--random must be <name>=choice:<value>:<value>:… with no empty value, got 'c=choice:'",
        "--runs-from must be an S3 URI that ends in .jsonl or .csv, got ''",
        "--max-runtime must have a unit",
        "standard input is not JSON",
    ):
        assert problem in told
        told = told.replace(problem, "", 1)


def test_fails_on_a_csv_of_this_machine() -> None:
    with pytest.raises(RunsError, match=r"--input takes JSON or JSON Lines, got 'runs.csv'; a .csv is read from S3"):
        made(path="runs.csv")


@pytest.mark.parametrize(
    ("flags", "text", "problem"),
    [
        (SweepFlags(), "{}", "one of Runs, Grid, Random and RunsFrom, got none"),
        (SweepFlags(grid=("a=1",)), '{"Runs": []}', "got Runs and Grid"),
        (SweepFlags(random=("a=int:1:2",)), "{}", "--random needs --count"),
        (SweepFlags(grid=("a=1",), count=3, seed=4), "{}", "--count is for --random; leave it out; --seed is for"),
        (
            SweepFlags(grid=("a=1",)),
            '{"ResumeFrom": "old"}',
            "--resume-from is for one run, because only one may write",
        ),
        (SweepFlags(runs_from="runs.jsonl"), "{}", "got 'runs.jsonl'; a file of this machine is for --input"),
        (SweepFlags(), '{"Grid": {"a": [0.12345678901234567]}}', "in 'Grid' of standard input must have at most 15"),
        (SweepFlags(), '{"Runs": [{"HyperParameters": {"a": 1.2345678901234567}}]}', "got 'a' (1.2345678901234567)"),
        (SweepFlags(), '{"a": 1}\n{"Grid": {}}', "line 2 of standard input must be the input of one run, got 'Grid'"),
        (
            SweepFlags(),
            '{"Name": "a"}\n{"Name":\n[1]\n{"Runs": []}',
            "line 2 of standard input is not JSON: Expecting value at line 1 column 9; line 3 of standard input must "
            "be a JSON object such as {}, got '[1]'; line 4 of standard input must be the input of one run, got 'Runs'",
        ),
        (SweepFlags(), "[" + '{"a":\n' * 30, "standard input must not be a list; write"),
        (
            SweepFlags(),
            '{"Name": "a"}' + "\n1" * 30,
            "line 21 of standard input must be a JSON object such as {}, got '1'; and 10",
        ),
        (SweepFlags(), json.dumps({"Grid": {"a": ["x" * 99] * 2500}}), "at most 200000 bytes, got"),
    ],
)
def test_fails_on_what_is_no_sweep(flags: SweepFlags, text: str, problem: str) -> None:
    with pytest.raises(RunsError) as refused:
        made(flags, path="-", text=text)
    assert problem in str(refused.value)

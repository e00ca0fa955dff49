"""A line break is refused wherever the API model's pattern takes none: a dot is no line terminator to the service."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from constructs_lib.training_job.rules.problems import request_problems
from constructs_lib.training_job.service_model import model_problems, model_shape
from tests.training_job.requests import whole_request

LINE_TERMINATORS = ["\n", "\r", "\r\n", "\x85", "\u2028", "\u2029"]
"""https://docs.oracle.com/javase/8/docs/api/java/util/regex/Pattern.html#lt"""

SAMPLES = {
    ".*": "one{}two",
    ".+": "one{}two",
    "(https|s3)://([^/]+)/?(.*)": "s3://bucket/one{}two",
    r"arn:[\p{Alnum}\-]+:lambda:[\p{Alnum}\-]+:[0-9]{12}:function:.*": (
        "arn:aws:lambda:eu-west-1:123456789012:function:a{}b"
    ),
    r"arn:aws[a-z\-]*:sagemaker:[a-z0-9\-]*:[0-9]{12}:training-plan/.*": (
        "arn:aws:sagemaker:eu-west-1:123456789012:training-plan/a{}b"
    ),
    r"arn:aws[a-z\-]*:sagemaker:[a-z0-9\-]*:[0-9]{12}:mlflow-[a-zA-Z-]*/.*": (
        "arn:aws:sagemaker:eu-west-1:123456789012:mlflow-app/a{}b"
    ),
    r"([\p{L}\p{Z}\p{N}_.:/=+\-@]*)": "one{}two",
}
"""A text for each pattern that would take any character in one place."""


def shapes(name: str, seen: set[str]) -> Iterator[str]:
    if name in seen:
        return
    seen.add(name)
    shape = model_shape(name)
    if shape["type"] == "string":
        yield name
    below = [*shape.get("members", {}).values(), *(shape[part] for part in ("member", "key", "value") if part in shape)]
    for member in below:
        yield from shapes(member["shape"], seen)


PATTERNED = [
    (name, model_shape(name)["pattern"])
    for name in shapes("CreateTrainingJobRequest", set())
    if "pattern" in model_shape(name)
]


def test_every_pattern_that_ends_in_anything_has_a_sample() -> None:
    # the versions in two ARNs have dots, between digits
    assert {pattern for _, pattern in PATTERNED if re.search(r"(?<![\\[])\.[*+]", pattern)} <= set(SAMPLES)
    assert len([name for name, pattern in PATTERNED if pattern in SAMPLES]) > 20


@pytest.mark.parametrize(("shape", "pattern"), [pair for pair in PATTERNED if pair[1] in SAMPLES])
def test_a_line_break_is_refused(shape: str, pattern: str) -> None:
    for terminator in LINE_TERMINATORS:
        text = SAMPLES[pattern].format(terminator)
        found = list(model_problems(text, shape, "Member"))
        separates = pattern.startswith("([") and terminator in "\u2028\u2029"
        assert found == ([] if separates else [f"'Member' must have no line break, got {text!r}"])
        assert list(model_problems(SAMPLES[pattern].format(" "), shape, "Member")) == []


def test_an_environment_variable_may_have_lines() -> None:
    assert request_problems(whole_request({"Environment": {"SCRIPT": "one\ntwo"}})) == []


def test_names_values_and_arguments_are_told_by_their_place() -> None:
    request = whole_request(
        {
            "HyperParameters": {"prompt": "one\ntwo", "a\nb": "1"},
            "AlgorithmSpecification": {"ContainerArguments": ["set -e\npython train.py\n"]},
        }
    )
    assert request_problems(request) == [
        "'AlgorithmSpecification.ContainerArguments[0]' must have no line break, got 'set -e\\npython train.py\\n'",
        "'HyperParameters.prompt' must have no line break, got 'one\\ntwo'",
        "'HyperParameters.a\\nb (name)' must have no line break, got 'a\\nb'",
    ]


def test_the_lines_of_what_is_not_known_yet_are_known() -> None:
    given = {"HyperParameters": {"prompt": "${Token[A.1]}\ntwo", "other": "${Token[A.1]}"}}
    found = request_problems(whole_request(given), lambda value: isinstance(value, str) and "${" in value)
    assert found == ["'HyperParameters.prompt' must have no line break, got '${Token[A.1]}\\ntwo'"]

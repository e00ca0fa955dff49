"""Base job names."""

from __future__ import annotations

import pytest

from constructs_lib.training_job.request.naming import base_job_name_problems, default_base_job_name


@pytest.mark.parametrize("name", ["a", "churn", "churn-2", "a--b", "x" * 40, "0"])
def test_good_names(name: str) -> None:
    assert base_job_name_problems(name) == []


@pytest.mark.parametrize("name", ["", "Churn", "-a", "a-", "a_b", "x" * 41, "é", "a b"])
def test_fails_on_names_that_iam_or_sagemaker_would_not_match(name: str) -> None:
    assert "must be 1 to 40 lower-case letters, digits and inner hyphens" in base_job_name_problems(name)[0]


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("MyStack/Training", "mystack-training"),
        ("S/" + "Long" * 20, ("long" * 10)),
        ("É", "training"),
        ("a/b_c", "a-b-c"),
    ],
)
def test_the_default_comes_from_the_path(path: str, name: str) -> None:
    assert default_base_job_name(path) == name
    assert base_job_name_problems(default_base_job_name(path)) == []

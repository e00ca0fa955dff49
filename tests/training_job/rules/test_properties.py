"""Whatever a request holds, checking it says what is wrong, and never fails."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from constructs_lib.training_job.request.members import leaves
from constructs_lib.training_job.request.overrides import merge_overrides, override_problems
from constructs_lib.training_job.rules.problems import request_problems, request_warnings
from tests.support.run_inputs import EXAMPLES
from tests.training_job.requests import whole_request

NAMES = sorted({name.strip("[]{}") for member in leaves() for name in member.path.split(".")})
TOKEN = "${Token[Unknown.1]}"

# names of the API and values near those that rules look at, so that arbitrary JSON reaches the rules
TEXTS = st.one_of(
    st.text(max_size=8),
    st.sampled_from(["Vpc", "Pipe", "File", "Gzip", "RecordIO", "AugmentedManifestFile", "Evaluation", "9K", "aws:x"]),
    st.sampled_from(["ml.g5.xlarge", "ml.m5.xlarge", "g5.xlarge", "ml.zz9.xlarge", "s3://b--x-s3/", TOKEN]),
)
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), TEXTS)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=6), inner, max_size=5)
    ),
    max_leaves=25,
)
MANY = settings(max_examples=max(100, EXAMPLES // 3), deadline=None)
REQUESTS = st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=6), JSON, max_size=8)


def is_token(value: object) -> bool:
    return isinstance(value, str) and "${Token[" in value


@MANY
@given(REQUESTS)
def test_arbitrary_json_is_checked_and_never_fails(request: dict[str, Any]) -> None:
    for unknown in (is_token, lambda _: False):
        problems = request_problems(request, unknown)
        assert any("'RoleArn' is required" in problem for problem in problems) is ("RoleArn" not in request)
        assert all(isinstance(text, str) for text in (*problems, *request_warnings(request, unknown)))


@MANY
@given(REQUESTS)
def test_a_valid_request_with_anything_merged_over_it_is_checked_and_never_fails(overrides: dict[str, Any]) -> None:
    before = whole_request()
    merged = merge_overrides(before, overrides)
    assert before == whole_request()
    request_problems(merged, is_token)
    request_warnings(merged, is_token, plan_has_spot=True)
    named = [problem for problem in override_problems(overrides) if "training_job_overrides" in problem]
    assert named == override_problems(overrides)


@MANY
@given(JSON)
def test_anything_at_all_as_overrides_or_as_a_request_is_answered(value: Any) -> None:
    assert override_problems(value) == [] or all("training_job_overrides" in said for said in override_problems(value))
    assert request_problems(value) != []


@MANY
@given(REQUESTS, REQUESTS)
def test_merging_is_deep_and_the_later_wins(below: dict[str, Any], above: dict[str, Any]) -> None:
    merged = merge_overrides(below, above)
    assert merged.keys() == below.keys() | above.keys()
    for name, value in above.items():
        if isinstance(value, dict) and isinstance(below.get(name), dict):
            assert merged[name] == merge_overrides(below[name], value)
        else:
            assert repr(merged[name]) == repr(value)

"""The tag of the image and the place of the models that a run may name, and what it makes of them."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.engines.jsonata_engine import Engine, PythonEngine
from tests.support.run_documents import ON_DEMAND, SPOT, begin, described, plan, settings_document, step

REPOSITORY = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/train"
ALLOWED = {"image_repository_uri": REPOSITORY, "allowed_image_tags": ["1.4", "nightly-**"]}
"""What `run_settings` deploys is the tag 1 of that repository."""


def deployed(**changes: Any) -> dict[str, Any]:
    return settings_document(SPOT, ON_DEMAND, **{**ALLOWED, **changes})


def problems(engine: Engine, run_input: object, settings: dict[str, Any] | None = None) -> Any:
    return engine.call("$problems($s, $i, 'run-1')", s=settings or deployed(), i=run_input)


@pytest.mark.parametrize("tag", ["1", "1.4", "nightly-2026-11-27", "nightly-"])
def test_a_tag_that_is_allowed_names_the_image(engine: Engine, tag: str) -> None:
    run = begin(engine, deployed(), {"ImageTag": tag})
    assert run["Next"] == "train", run["Cause"]
    specification = plan(engine, deployed(), run)["AlgorithmSpecification"]
    assert specification == {"TrainingImage": f"{REPOSITORY}:{tag}", "TrainingInputMode": "File"}


@pytest.mark.parametrize(
    ("tag", "sentence"),
    [
        ("1.5", "'ImageTag' is not allowed by this deployment, got \"1.5\"; allowed are the deployed tag and 1.4,"),
        ("nightly", "'ImageTag' is not allowed by this deployment"),
        ("1x4", "'ImageTag' is not allowed by this deployment"),
        ("nightly-1:2", "'ImageTag' must be a tag, letters, digits"),
        ("nightly-1\n", "'ImageTag' must be a tag, letters, digits"),
        ("sha256:" + "0" * 64, "'ImageTag' must be a tag, letters, digits"),
        (5, "'ImageTag' must be a tag of the deployed image's repository, got 5"),
    ],
)  # fmt: skip
def test_fails_on_another_tag_with_all_other_problems(engine: Engine, tag: object, sentence: str) -> None:
    first, *others = problems(engine, {"ImageTag": tag, "OutputPrefix": "../x", "ResumeFrom": 1})
    assert first.startswith(sentence)
    assert [problem.split("'")[1] for problem in others] == ["OutputPrefix", "ResumeFrom"]


def test_fails_on_any_tag_where_none_is_allowed(engine: Engine) -> None:
    for settings in (settings_document(), deployed(allowed_image_tags=[]), deployed(image_repository_uri=None)):
        assert problems(engine, {"ImageTag": "1.4"}, settings) == [
            "'ImageTag' is for a deployment with 'allowed_image_tags', and this one has none; leave it out"
        ]


WORDS = st.text(alphabet="ab-*", max_size=8)


@given(text=WORDS.map(lambda text: text.replace("*", "")), pattern=WORDS)
def test_a_star_stands_for_any_characters(text: str, pattern: str) -> None:
    (kept,) = deployed(allowed_image_tags=[pattern])["ImageTags"]
    found = PythonEngine().call("$isLike($t, $p)", t=text, p=kept)
    assert found is fnmatchcase(text, pattern)


@pytest.mark.parametrize(
    ("text", "pattern"),
    [("abab", "*ab"), ("a", "a*a"), ("aa", "a*a"), ("acb", "a*b*c"), ("abcabc", "a*b*c"), ("x", "*")],
)
def test_both_engines_match_in_the_same_way(engine: Engine, text: str, pattern: str) -> None:
    assert engine.call("$isLike($t, $p)", t=text, p=pattern) is fnmatchcase(text, pattern)


def test_models_go_below_the_deployed_prefix(engine: Engine) -> None:
    run = begin(engine, deployed(), {"OutputPrefix": "churn/d=2026-11-27"})
    output = plan(engine, deployed(), run)["OutputDataConfig"]
    assert output == {"S3OutputPath": "s3://models-bucket/models/churn/d=2026-11-27"}


@pytest.mark.parametrize("prefix", ["", "/a", "a/", "a//b", "..", "a/../b", "a/.b", "a b", "é", "a\n", 5, None])
def test_fails_on_what_is_no_prefix_below_it(engine: Engine, prefix: object) -> None:
    (problem,) = problems(engine, {"OutputPrefix": prefix})
    assert problem.startswith("'OutputPrefix' must be ")


def test_fails_on_a_prefix_that_is_too_long(engine: Engine) -> None:
    assert problems(engine, {"OutputPrefix": "x" * 256}) == []
    (problem,) = problems(engine, {"OutputPrefix": "x" * 257})
    assert problem == "'OutputPrefix' must have at most 256 characters, got 257"
    settings = deployed()
    settings["Request"]["OutputDataConfig"]["S3OutputPath"] = "s3://bucket/" + "x" * 1009
    assert problems(engine, {"OutputPrefix": "ab"}, settings) == []
    (problem,) = problems(engine, {"OutputPrefix": "abc"}, settings)
    assert problem == "'OutputPrefix' and the deployed location must have at most 1024 characters, got 1025"


def resumed(engine: Engine, asked: dict[str, Any], own: dict[str, Any], settings: dict[str, Any]) -> dict[str, Any]:
    """Return the state of a run that goes on with run-0, which was asked for something of the first deployment."""
    first = begin(engine, deployed(), asked, "run-0")
    job = {**plan(engine, deployed(), first), "TrainingJobName": "j-1"}
    job["Environment"]["SPOT_TRAINING_RUN"] = job["Environment"]["SPOT_TRAINING_RUN"].replace(" 3f0c", " other")
    given = {"ResumeFrom": "run-0", **own}
    run = begin(engine, settings, given)
    run = step(engine, settings, run, found=[{"TrainingJobName": run["JobPrefix"] + "-1"}])
    run = step(engine, settings, run, job=described(job, "Failed", "Failed"))
    return begin(engine, settings, given, run=run)


def test_a_run_that_resumes_goes_on_with_what_was_asked_for(engine: Engine) -> None:
    asked = {"ImageTag": "1.4", "OutputPrefix": "churn"}
    run = resumed(engine, asked, {}, deployed())
    assert run["Next"] == "train", run["Cause"]
    request = plan(engine, deployed(), run)
    assert request["AlgorithmSpecification"]["TrainingImage"] == f"{REPOSITORY}:1.4"
    assert request["OutputDataConfig"]["S3OutputPath"] == "s3://models-bucket/models/churn"
    assert {name: run["Earlier"]["Told"][name] for name in asked} == asked
    # the next one too
    assert request["Environment"]["SPOT_TRAINING_RUN"].endswith(" 0 1.4")
    own = resumed(engine, asked, {"ImageTag": "nightly-7", "OutputPrefix": "other"}, deployed())
    assert own["Request"]["AlgorithmSpecification"]["TrainingImage"] == f"{REPOSITORY}:nightly-7"
    assert own["Request"]["OutputDataConfig"]["S3OutputPath"] == "s3://models-bucket/models/other"


def test_a_run_that_asked_for_no_tag_goes_on_with_the_image_that_is_deployed_by_now(engine: Engine) -> None:
    now = deployed()
    now["Request"]["AlgorithmSpecification"]["TrainingImage"] = f"{REPOSITORY}:2"
    run = resumed(engine, {}, {}, now)
    assert run["Request"]["AlgorithmSpecification"]["TrainingImage"] == f"{REPOSITORY}:2"
    assert not {"ImageTag", "OutputPrefix"} & run["Earlier"]["Told"].keys()


def test_fails_on_a_tag_from_there_that_is_not_allowed_any_more(engine: Engine) -> None:
    run = resumed(engine, {"ImageTag": "1.4"}, {}, deployed(allowed_image_tags=["2.*"]))
    assert run["Next"] == "invalid input"
    assert "'ImageTag' is not allowed by this deployment, got \"1.4\"" in run["Cause"]
    assert "; what this input leaves out is as run run-0 was asked for it" in run["Cause"]

"""The code on every page runs: what makes constructs is synthesised, with the names that a page takes as given."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk.assertions import Template

import constructs_lib
from constructs_lib.testing import first_request
from tests.examples.pages.pages import BESIDE, PAGES, blocks, named
from tests.support.templates import app_context

ONLY_READ = {
    "a-job": "an embedded AWS with an app at a path that is none; tests/local deploys such apps",
    "from sagemaker import": "the SageMaker SDK, which `make clients` runs this against",
    "learn(state, step)": "a part of a training program",
    "part.replace(checkpoints": "a part of a training program",
    "import pytest": "a test file, which test_testing_page.py runs",
    "import rehearse\n": "a test of a program that is not here; tests/local/rehearsal has such tests",
}
"""What is not run, by words in it, and why."""

CASES = [
    pytest.param(code, id=f"{named(page)}-{number}")
    for page in [*PAGES, *BESIDE]
    for number, code in enumerate(blocks(page, "python"))
]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Go where the files are that the pages name."""
    for file, text in {
        "train/train.py": "",
        "data/a.csv": "1\n",
        "prices.json": json.dumps({"DollarsPerHour": {"eu-west-1": {"ml.g5.xlarge": 1.4, "ml.g4dn.xlarge": 0.7}}}),
    }.items():
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).write_text(text)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def given() -> dict[str, Any]:
    """Return the names that pages take as given: those of the library and of CDK, an app, a stack, an image, …"""
    app = cdk.App(context=app_context())
    stack = cdk.Stack(app, "Page", env=cdk.Environment(account="123456789012", region="eu-west-1"))
    image = constructs_lib.TrainingImage.from_registry("123456789012.dkr.ecr.eu-west-1.amazonaws.com/churn:1.4")
    training = constructs_lib.SpotTraining(
        stack, "Given", image=image, capacity=[constructs_lib.Capacity.spot("ml.g5.xlarge")]
    )
    names = {name: getattr(constructs_lib, name) for name in constructs_lib.__all__}
    modules = ("ec2", "ecr", "kms", "logs", "s3", "stepfunctions")
    names |= {"sfn" if name == "stepfunctions" else name: getattr(cdk, f"aws_{name}") for name in modules}
    names |= {name: getattr(cdk, name) for name in ("App", "Duration", "Environment", "RemovalPolicy", "Stack")}
    names |= {"Template": Template, "first_request": first_request}
    return {**names, "app": app, "stack": stack, "self": stack, "image": image, "training": training}


@pytest.mark.parametrize("code", CASES)
@pytest.mark.usefixtures("place")
def test_it_runs(code: str) -> None:
    if any(words in code for words in ONLY_READ):
        ast.parse(code if not code.startswith(" ") else f"if True:\n{code}")
        return
    names = given()
    exec(compile(code, "page.py", "exec"), names)  # noqa: S102 - the pages are ours
    for root in {value.node.root for value in names.values() if isinstance(value, cdk.Stack | cdk.App)}:
        assert isinstance(root, cdk.App)
        root.synth()


@pytest.mark.parametrize("code", CASES)
def test_what_makes_an_app_synthesises_it_as_a_reader_s_would(code: str) -> None:
    # without it the CDK CLI finds nothing that it could deploy
    if "App(" in code and not any(words in code for words in ONLY_READ):
        assert code.rstrip().endswith("app.synth()")


def test_what_is_only_read_is_there() -> None:
    texts = [code for page in [*PAGES, *BESIDE] for code in blocks(page, "python")]
    assert [words for words in ONLY_READ if not any(words in text for text in texts)] == []


@pytest.mark.parametrize(
    "text",
    [pytest.param(text, id=f"{named(page)}-{n}") for page in PAGES for n, text in enumerate(blocks(page, "json"))],
)
def test_json_is_json(text: str) -> None:
    decoder, rest = json.JSONDecoder(), text.strip()
    while rest:
        _, end = decoder.raw_decode(rest)
        rest = rest[end:].lstrip()

"""What a user's editor says of the examples and of the page on own stacks: pyright, which Pylance is, finds nothing."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.places import ROOT

PYRIGHT = ["node", str(ROOT / "node_modules" / "pyright" / "index.js")]

CDKS_OWN = re.compile(
    r'"(ServicePrincipal|Key|StepFunctionsStartExecution|ApiDestination|list\[SfnStateMachine\])" cannot be assigned '
    r'to parameter "(assumed_by|encryption_key|targets?)" of type '
    r'"(IPrincipal|IKey \| None|IScheduleTarget|IRuleTarget \| None|Sequence\[IRuleTarget\])'
)
"""aws-cdk-lib's own classes do not match its own interfaces in Python, in calls of aws-cdk-lib's own."""

WRONG = """
from aws_cdk import App, Stack
from constructs_lib import Capacity, SharedTrainingOptions, SpotTraining, TrainingImage

SpotTraining(
    Stack(App(), "Stack"),
    "Training",
    image=TrainingImage.from_registry("123456789012.dkr.ecr.eu-west-1.amazonaws.com/churn:1.4"),
    capacity=[Capacity.spot("ml.m5.xlarge")],
    max_runtim="4 hours",
)
common: SharedTrainingOptions = {"max_wai": None}
"""


def found(*paths: str) -> list[str]:
    ended = subprocess.run(
        [*PYRIGHT, "--pythonpath", sys.executable, "--outputjson", *paths],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
        cwd=ROOT,
    )
    report = json.loads(ended.stdout)
    assert report["summary"]["filesAnalyzed"] >= len(paths)
    return [f"{item['file']}: {item['message']}" for item in report["generalDiagnostics"]]


@pytest.mark.npm
def test_pyright_finds_nothing_in_the_examples_and_something_in_what_is_wrong(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.py"
    wrong.write_text(WRONG, encoding="utf-8")
    page = (ROOT / "docs" / "guides" / "own-stack.md").read_text(encoding="utf-8")
    documented = [tmp_path / f"documented_{number}.py" for number in range(page.count("```python"))]
    for path, code in zip(documented, re.findall(r"```python\n(.*?)```", page, re.DOTALL), strict=True):
        path.write_text(code, encoding="utf-8")
    examples = [*sorted(ROOT.glob("examples/*/app.py")), *documented]
    said = found("app.py", *map(str, examples), str(wrong))
    mistakes = [line for line in said if line.startswith(str(wrong))]
    assert all(any(name in line for line in mistakes) for name in ("max_runtim", "max_wai")), said
    assert [line for line in said if line not in mistakes and not CDKS_OWN.search(line)] == []

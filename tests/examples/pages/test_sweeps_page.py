"""docs/guides/sweeps.md: its code makes what it says, and its tables have every field and no other."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from aws_cdk.assertions import Template

from constructs_lib.workflow.sweep.settings import MAX_INPUT_BYTES, MOST_ITEMS
from tests.support.engines.jsonata_engine import PythonEngine
from tests.workflow.sweep.documents import HALVING, item, sweep_settings

PAGE = Path("docs/guides/sweeps.md").read_text(encoding="utf-8")


def test_its_code_deploys_a_sweep() -> None:
    names: dict[str, Any] = {}
    for code in re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL):
        exec(code, names)  # noqa: S102 - what a reader would run
    Template.from_stack(names["stack"]).resource_count_is("AWS::StepFunctions::StateMachine", 2)
    assert names["halving"].rungs == [1, 3, 9, 27]


def test_its_tables_have_every_field() -> None:
    engine = PythonEngine()
    totals = {"Failed": 1, "Training": 10, "Billable": 5, "Interruptions": 1, "Missing": 0, "Rungs": [{"Rung": 1}]}
    sweep = {"Name": "nightly", "Folder": "sweeps/nightly/", "Items": 2, "Totals": totals}
    settings = sweep_settings(halving=HALVING).document()
    report = engine.call("$sweepReport($s, $w, $l)", s=settings, w=sweep, l=[])["Report"]
    table = PAGE.partition("The output, which is also")[2].partition("A line has")[0]
    first = [row.split("|")[1] for row in table.splitlines() if row.startswith("| `")]
    assert {name for cell in first for name in re.findall(r"`(\w+)`", cell)} == set(report)
    output = {"FinalMetrics": {"loss": 1}, "ModelArtifacts": {}, "TrainingTimeInSeconds": 1}
    one = item(engine, {"Grid": {"lr": [1]}}, halving=HALVING)
    child = {"MetricName": "loss"}
    ended = ({"Status": "SUCCEEDED", "Output": output}, {"Status": "FAILED", "Error": "e", "Cause": "c"})
    lines = [engine.call("$sweepLine($i, $m, $d)", i=one, m=child["MetricName"], d=each) for each in ended]
    told = PAGE.partition("A line has ")[2].partition(". The objective")[0]
    assert set(re.findall(r"`(\w+)`", told)) == {name for line in lines for name in line}


def test_its_limits_are_those_of_the_code() -> None:
    assert f"There may be {MOST_ITEMS:,} runs" in PAGE
    assert f"the input may have {MAX_INPUT_BYTES:,} bytes" in PAGE

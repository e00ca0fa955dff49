"""What the expressions of a sweep may take, at the largest sweep that there may be."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

import pytest

from constructs_lib.runs.doctor.checks.definition.largest import ATTEMPT
from constructs_lib.workflow.jsonata.expressions import expression
from constructs_lib.workflow.sweep.halving import Halving
from constructs_lib.workflow.sweep.settings import MAX_INPUT_BYTES, MOST_ITEMS
from tests.support.engines.jsonata_engine import Engine, PythonEngine, ReferenceEngine
from tests.support.run_documents import CONTEXT
from tests.workflow.sweep.documents import item, sweep_settings

DEEPEST = 80
MOST_BYTES = 256 * 1024
HALF = Halving(resource="epochs", rungs=[1, 3, 9], keep=0.5)


class Case(NamedTuple):
    """One expression with variables that are as large as they may be."""

    name: str
    call: str
    variables: dict[str, Any]


def key(place: int, folder: str = "sweeps/nightly/rung-1/") -> str:
    return f"{folder}{place:05}_{'ok' if place % 3 else 'failed'}_{place * 0.123}_3600_1200_2_0_{'n' * 80}.json"


def cases(engine: Engine) -> list[Case]:
    settings, halved = sweep_settings().document(), sweep_settings(halving=HALF).document()
    parameters = {f"parameter-{number}": [number / 7] for number in range(93)}
    grid = {"Grid": {**parameters, "a": list(range(10)), "b": list(range(10)), "c": list(range(100))}}
    random = {"Random": {f"p-{n}": {"LogUniform": [1e-6, 1]} for n in range(100)}, "Count": MOST_ITEMS, "Seed": 7}
    runs = {"Runs": [{"Name": f"n{n}", "HyperParameters": {"lr": n}} for n in range(3500)]}
    bad = {"Runs": [1] * 20_000, "Grid": {}, **{f"field {n}": n for n in range(5_000)}}
    sweep = {"Name": "nightly", "Folder": "sweeps/nightly/", "Rung": 1, "Told": False, "Totals": {}}
    whole = {**sweep, "Items": MOST_ITEMS, "Entrants": list(range(MOST_ITEMS)), "Next": "check"}
    hashes = [f"{number:012x}" for number in range(MOST_ITEMS)]
    half = {**sweep, "Items": 1000, "Entrants": list(range(1000)), "Entered": 1000, "Listed": "sweeps/nightly/rung-1/"}
    page = {"Contents": [{"Key": key(place)} for place in range(200)], "IsTruncated": False}
    kept = [{"Key": key(place, ""), "Place": place, "Score": place * 0.1, "Tried": 0} for place in range(500)]
    tally = {"Lines": 600, "Failed": 200, "Best": kept, "FirstFailed": [key(0, "")] * 3}
    of_grid = item(engine, grid, 9_999)
    report = {
        "FinalMetrics": {f"metric-{number}": number / 7 for number in range(40)} | {"loss": 0.5},
        "ModelArtifacts": {"S3ModelArtifacts": "s3://" + "x" * 900},
        "Attempts": [{**ATTEMPT, "Verdict": "quota", "TrainingJobName": "a"}] * 49,
        "TrainingTimeInSeconds": 3600,
        "BillableTimeInSeconds": 1200,
        "Interruptions": 2,
    }
    cause = "no capacity. Next: x\n\n" + json.dumps(report)
    described = {"Status": "FAILED", "Error": "SpotTraining.CapacityExhausted", "Cause": cause, "Input": "{}"}
    told = {"Error": "States.TaskFailed", "Cause": ""}
    child = {"MetricName": "loss", "QuotaPatienceInSeconds": 86400, "Bucket": "models-bucket"}
    judged = {"s": child, "i": of_grid, "t": told}
    lines = [
        {"Name": "n" * 80, "RunName": "r" * 80, "Status": s, "Error": "e", "Cause": "c" * 400} for s in ("a",) * 13
    ]
    ended = {
        "Failed": 1,
        "Training": 10,
        "Billable": 5,
        "Interruptions": 1,
        "Missing": 0,
        "Rungs": [],
        "Best": kept[:10],
    }
    return [
        *(
            Case(f"begin, {name}", "$beginSweep($s, $g, $n, {})", {"s": settings, "g": given, "n": "nightly"})
            for name, given in {"grid": grid, "random": random, "runs": runs, "bad": bad}.items()
        ),
        *(
            Case(f"item, {name}", "$sweepItem($s, $g, $w, $e)", {"s": settings, "g": given, "w": sweep, "e": 3_000})
            for name, given in {"grid": grid, "random": random, "runs": runs}.items()
        ),
        Case(
            "item of a later rung",
            "$sweepItem($s, $g, $w, $e)",
            {"s": halved, "g": grid, "w": {**sweep, "Rung": 2}, "e": {"Place": 9, "Tried": 1}},
        ),
        Case("checkable", "$checkable($g, $m)", {"g": runs, "m": MAX_INPUT_BYTES}),
        Case("items checked", "$checkedItems($w, $f)", {"w": whole, "f": hashes}),
        Case("items that go on", "$checkedItems($w, $f)", {"w": whole, "f": [f"{h} {h[:1:-1]}" for h in hashes]}),
        Case("items refused", "$checkedItems($w, $f)", {"w": whole, "f": ["!"] * MOST_ITEMS}),
        Case(
            "items told",
            "$checkedItems($w, $f)",
            {"w": {**whole, "Told": True, "Bad": 9_000}, "f": ["name: " + "x" * 890] * 20},
        ),
        Case("row", "$sweepRow($r)", {"r": {f"column {number}": "1e-3" for number in range(100)}}),
        Case("row counted", "$sweepRowMark($r)", {"r": {f"column {number}": "1e-3" for number in range(100)}}),
        Case("lines read", "$readSweep($s, $w, $m)", {"s": settings, "w": sweep, "m": [*[1] * MOST_ITEMS, 0]}),
        Case("train ended", "$trainEnded($s, $w)", {"s": settings, "w": whole}),
        Case(
            "tally",
            "$tally($s, $w, $p)",
            {"s": settings, "w": {**whole, "Listed": half["Listed"], "Entered": 10_000}, "p": page},
        ),
        Case("tally of a rung", "$tally($s, $w, $p)", {"s": halved, "w": {**half, "Tally": tally}, "p": page}),
        Case("judge run, quota", "$judgedRun($s, $i, $t, $d)", {**judged, "d": described}),
        Case("judge run, failed", "$judgedRun($s, $i, $t, $d)", {**judged, "d": {**described, "Error": "a"}}),
        Case("finish run", "$finishedRun($s, $i, $d)", {**judged, "d": {"Status": "SUCCEEDED", "Output": report}}),
        Case(
            "report",
            "$sweepReport($s, $w, $l)",
            {"s": halved, "w": {**whole, "Failure": "x", "Totals": ended}, "l": lines},
        ),
        Case(
            "figures",
            "$sweepFigures($s, $sweepReport($s, $w, $l), $m)",
            {"s": halved, "w": {**whole, "Totals": ended}, "l": lines, "m": "m" * 80},
        ),
        Case(
            "check item",
            "$itemProblems($i, $checkInput($s, $checkable($i.Input, 9999), $i.RunName, $c, {}), true)",
            {"i": of_grid, "s": sweep_settings().run.document(), "c": CONTEXT},
        ),
    ]


@pytest.mark.npm
def test_no_expression_is_deep_counted_with_or_without_the_leak(reference: ReferenceEngine) -> None:
    deep: dict[str, int] = {}
    for case in cases(reference):
        answer = reference.call(case.call, **case.variables)
        deep[case.name] = reference.depth
        # what is assigned fits into a variable
        assert len(json.dumps(answer)) < MOST_BYTES, case.name
    assert {name: depth for name, depth in deep.items() if depth > DEEPEST} == {}


@pytest.mark.parametrize("name", ["begin, grid", "item, random", "tally of a rung", "report", "judge run, quota"])
def test_the_depth_without_the_leak_is_no_larger(name: str) -> None:
    engine = PythonEngine()
    case = next(case for case in cases(engine) if case.name == name)
    assert engine.depth_of(case.call, **case.variables) <= DEEPEST


def test_expressions_are_read_once() -> None:
    assert expression("$sweepRunName('a', 'b')").count("$sweepRunName:=") == 1

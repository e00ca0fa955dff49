"""What a child of a sweep makes of its run, and how lines become a report."""

from __future__ import annotations

import json
from typing import Any

import pytest

from constructs_lib.workflow.sweep.halving import Halving
from constructs_lib.workflow.sweep.objective import Objective
from tests.support.engines.jsonata_engine import Engine
from tests.workflow.sweep.documents import HALVING, item, sweep_settings

CHILD = {"MetricName": "loss", "QuotaPatienceInSeconds": 600, "Bucket": "models-bucket"}
FAILED = {"Error": "States.TaskFailed", "Cause": "{"}
FOUND = {"Error": "StepFunctions.ExecutionAlreadyExistsException", "Cause": "Execution Already Exists"}


def report(**more: Any) -> dict[str, Any]:
    spent = {"TrainingTimeInSeconds": 30, "BillableTimeInSeconds": 10, "Interruptions": 1}
    return {"RunName": "r", "Attempts": [{"Verdict": "completed", "TrainingJobName": "j"}], **spent, **more}


def described(status: str, of: dict[str, Any], **more: Any) -> dict[str, Any]:
    found: dict[str, Any] = {"Status": status, "Input": json.dumps(of["Input"]), **more}
    if status == "FAILED":
        found = {"Error": "SpotTraining.TrainingFailed", "Cause": "it\n\nbroke\n\n" + json.dumps(report()), **found}
    return found


def judged(engine: Engine, of: dict[str, Any], told: dict[str, str], answer: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = engine.call("$judgedRun($s, $i, $t, $d)", s=CHILD, i=of, t=told, d=answer)
    return found


def test_a_run_that_succeeded_is_a_line_whose_key_has_its_figures(engine: Engine) -> None:
    one = item(engine, {"Grid": {"lr": [0.1, 0.2]}}, 1)
    output = report(FinalMetrics={"loss": 1.5e-7}, ModelArtifacts={"S3ModelArtifacts": "s3://m"})
    done = engine.call("$finishedRun($s, $i, $d)", s=CHILD, i=one, d={"Status": "SUCCEEDED", "Output": output})
    assert done["Next"] == "done"
    assert done["Line"] == {
        "Name": "trial-0002",
        "RunName": "nightly-trial-0002",
        "HyperParameters": {"lr": 0.2},
        "Status": "SUCCEEDED",
        "TrainingTimeInSeconds": 30,
        "BillableTimeInSeconds": 10,
        "Interruptions": 1,
        "Objective": 1.5e-7,
        "ModelArtifacts": {"S3ModelArtifacts": "s3://m"},
    }
    assert done["Key"] == "sweeps/nightly/runs/00001_ok_1.5e-7_30_10_1_0_trial-0002.json"
    found = judged(engine, one, FOUND, described("SUCCEEDED", one, Output=json.dumps(output)))
    assert (found["Line"], found["Key"]) == (done["Line"], done["Key"])


def test_a_run_that_failed_is_told_with_what_it_took(engine: Engine) -> None:
    one = item(engine, {"Grid": {"lr": [0.1]}})
    failed = judged(engine, one, FAILED, described("FAILED", one))
    assert failed["Next"] == "failed"
    assert failed["Key"].endswith("/00000_failed_none_30_10_1_0_trial-0001.json")
    assert failed["Line"]["Cause"] == "it"
    assert failed["Line"]["Error"] == "SpotTraining.TrainingFailed"
    assert "Objective" not in failed["Line"]


@pytest.mark.parametrize("status", ["ABORTED", "TIMED_OUT"])
def test_a_run_that_ended_with_an_earlier_attempt_is_redriven_and_one_that_ends_now_is_not(
    engine: Engine, status: str
) -> None:
    one = item(engine, {"Grid": {"lr": [0.1]}})
    assert judged(engine, one, FOUND, described(status, one))["Next"] == "redrive"
    # a redrive in vain is tried again, and not for ever
    again, tries = one, 0
    while again["Next" if tries else "Name"] != "failed":
        again, tries = judged(engine, again, FOUND, described(status, one)), tries + 1
    assert (tries, again["Line"]["Error"]) == (4, status)
    ended = judged(engine, one, FAILED, described(status, one))
    assert (ended["Next"], ended["Line"]["Status"], ended["Line"]["TrainingTimeInSeconds"]) == ("failed", status, 0)
    # the child fails with both, so that there are both
    assert (ended["Line"]["Error"], ended["Line"]["Cause"]) == (status, f"the run ended as {status}")


def test_a_run_that_goes_on_is_looked_at_less_and_less_often(engine: Engine) -> None:
    one = item(engine, {"Grid": {"lr": [0.1]}})
    waits = []
    for _ in range(7):
        one = judged(engine, one, FOUND, described("RUNNING", one))
        assert one["Next"] == "wait"
        waits.append(one["WaitSeconds"])
    assert waits == [30, 60, 120, 240, 480, 600, 600]


def test_a_run_of_another_is_not_taken_for_it(engine: Engine) -> None:
    one = item(engine, {"Grid": {"lr": [0.1]}})
    other = judged(engine, one, FOUND, {**described("SUCCEEDED", one), "Input": '{"HyperParameters": {"lr": 0.2}}'})
    assert (other["Next"], other["Line"]["Error"]) == ("failed", "SpotTraining.Rejected")


def exhausted(of: dict[str, Any], *attempts: dict[str, str]) -> dict[str, Any]:
    cause = "exhausted\n\n" + json.dumps(report(Attempts=list(attempts)))
    return described("FAILED", of, Error="SpotTraining.CapacityExhausted", Cause=cause)


def test_a_used_up_quota_is_waited_for_by_runs_of_their_own(engine: Engine) -> None:
    one = item(engine, {"Grid": {"lr": [0.1]}})
    quota = {"Verdict": "quota"}
    first = judged(engine, one, FAILED, exhausted(one, quota))
    assert (first["Next"], first["RunName"], first["WaitSeconds"], first["Tried"]) == (
        *("try again", "nightly-trial-0001.t2", 45, 1),
    )
    # nothing was trained, so that there is nothing to resume
    assert first["Input"] == one["Input"]
    second = judged(engine, first, FAILED, exhausted(first, quota, {"Verdict": "no capacity", "TrainingJobName": "j"}))
    assert (second["RunName"], second["Waited"], second["Tried"]) == ("nightly-trial-0001.t3", 135, 1)
    assert second["Input"] == {**one["Input"], "ResumeFrom": "nightly-trial-0001.t2"}
    assert second["Spent"]["TrainingTimeInSeconds"] == 60
    late = judged(engine, {**second, "Waited": 600}, FAILED, exhausted(second, quota))
    assert (late["Next"], late["Line"]["TrainingTimeInSeconds"]) == ("failed", 90)
    assert judged(engine, one, FAILED, exhausted(one, {"Verdict": "no capacity"}))["Next"] == "failed"


def page(*figures: str, more: bool = False, folder: str = "sweeps/nightly/runs/") -> dict[str, Any]:
    token = {"NextContinuationToken": "next"} if more else {}
    return {"Contents": [{"Key": f"{folder}{each}.json"} for each in figures], "IsTruncated": more, **token}


def ended(engine: Engine, entrants: list[Any], **changes: Any) -> dict[str, Any]:
    sweep = {"Name": "nightly", "Folder": "sweeps/nightly/", "Rung": 1, "Totals": {}, "Items": len(entrants)}
    settings = sweep_settings(**changes).document()
    found: dict[str, Any] = engine.call("$trainEnded($s, $w)", s=settings, w={**sweep, "Entrants": entrants})
    return found


def tallied(engine: Engine, sweep: dict[str, Any], found: dict[str, Any], **changes: Any) -> dict[str, Any]:
    after: dict[str, Any] = engine.call("$tally($s, $w, $p)", s=sweep_settings(**changes).document(), w=sweep, p=found)
    return after


@pytest.mark.parametrize(("kind", "order"), [("minimize", [1, 2, 3]), ("maximize", [3, 1, 2])])
def test_lines_are_added_up_over_pages_and_the_best_come_first(engine: Engine, kind: str, order: list[int]) -> None:
    objective = getattr(Objective, kind)("loss")
    sweep = ended(engine, list(range(6)), objective=objective)
    first = page("00000_failed_none_5_5_0_0_a_b", "00001_ok_0.5_10_4_1_0_b", more=True)
    sweep = tallied(engine, sweep, first, objective=objective)
    assert (sweep["Next"], sweep["Token"]) == ("list", "next")
    second = page("00002_ok_0.5_10_4_1_0_c", "00003_ok_2.5e1_10_4_1_0_d", "00004_ok_none_1_1_0_0_e")
    sweep = tallied(engine, sweep, second, objective=objective)
    assert sweep["Next"] == "best"
    assert [int(key.rpartition("/")[2][:5]) for key in sweep["Keys"]] == [*order, 0]
    lines = [{"Name": key[-6], "Status": "SUCCEEDED"} for key in sweep["Keys"][:3]]
    lines.append({"Name": "a_b", "Status": "FAILED", "Error": "e", "Cause": "c"})
    settings = sweep_settings(objective=objective).document()
    done = engine.call("$sweepReport($s, $w, $l)", s=settings, w=sweep, l=lines)["Report"]
    assert done["Counts"] == {"Succeeded": 4, "Failed": 1, "NotStarted": 1}
    assert (done["TrainingTimeInSeconds"], done["BillableTimeInSeconds"], done["SavingsPercent"]) == (36, 18, 50)
    assert done["Interruptions"] == 3
    assert (len(done["Best"]), len(done["FirstFailures"])) == (3, 1)


def test_a_sweep_without_a_line_has_a_report(engine: Engine) -> None:
    sweep = tallied(engine, ended(engine, [0, 1]), {"IsTruncated": False})
    assert (sweep["Next"], sweep["Keys"]) == ("best", [])
    done = engine.call("$sweepReport($s, $w, $l)", s=sweep_settings().document(), w={**sweep, "Failure": "x"}, l=[])
    assert done["Report"]["Counts"] == {"Succeeded": 0, "Failed": 0, "NotStarted": 2}
    assert done["Report"]["Best"] == []
    assert "First failures: none" in done["Cause"]


def test_a_line_of_many_hyperparameters_is_told_without_them(engine: Engine) -> None:
    line = {"Name": "a", "HyperParameters": {"x": "y" * 9000}, "Objective": 1}
    assert engine.call("$reportedLine($bodyOf($a))", a={"Body": json.dumps(line)}) == {"Name": "a", "Objective": 1}
    assert engine.call("$reportedLine($bodyOf($a))", a={"Body": {"Name": "a"}}) == {"Name": "a"}


def test_of_equals_the_first_go_on_and_nobody_else(engine: Engine) -> None:
    folder = "sweeps/nightly/rung-1/"
    lines = ["00000_ok_none_1_1_0_0_a", *(f"0000{n}_ok_0.5_1_1_0_{n % 2}_b" for n in range(1, 7))]
    sweep = tallied(
        engine, ended(engine, list(range(7)), halving=HALVING), page(*lines, folder=folder), halving=HALVING
    )
    assert (sweep["Next"], sweep["Rung"]) == ("train", 2)
    assert sweep["Entrants"] == [{"Place": 1, "Tried": 1}, {"Place": 2, "Tried": 0}, {"Place": 3, "Tried": 1}]
    assert sweep["Totals"]["Rungs"] == [{"Rung": 1, "Value": 1, "Entered": 7, "Succeeded": 7, "Failed": 0}]


def test_a_rung_that_nobody_passes_fails_the_sweep(engine: Engine) -> None:
    lines = page("00000_ok_none_1_1_0_0_a", folder="sweeps/nightly/rung-1/")
    sweep = tallied(engine, ended(engine, [0], halving=HALVING), lines, halving=HALVING)
    assert sweep["Next"] == "best"
    assert sweep["Failure"].startswith("no run of rung 1 has succeeded with the objective 'loss'")


@pytest.mark.parametrize(
    ("keep", "runs", "go_on"), [(2 / 3, 3, 2), (1 / 3, 12, 4), (1 / 3, 7, 3), (0.01, 5, 1), (1e-9, 5, 1)]
)
def test_as_many_go_on_as_are_kept_rounded_up(engine: Engine, keep: float, runs: int, go_on: int) -> None:
    halving = Halving(resource="epochs", rungs=[1, 2], keep=keep)
    lines = page(*(f"{n:05}_ok_{n}_1_1_0_0_a" for n in range(runs)), folder="sweeps/nightly/rung-1/")
    sweep = tallied(engine, ended(engine, list(range(runs)), halving=halving), lines, halving=halving)
    assert [one["Place"] for one in sweep["Entrants"]] == list(range(go_on))

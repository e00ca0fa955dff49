"""The largest legitimate inputs of each expression, for its budgets of depth, time and size."""

from __future__ import annotations

from typing import Any, NamedTuple

from constructs_lib.runs.doctor.checks.definition.largest import ATTEMPT, TRANSITIONS
from constructs_lib.training_job.capacity.capacity import Capacity
from constructs_lib.workflow.deadline.deadline import Deadline
from constructs_lib.workflow.settings import RunPrices
from tests.support.engines.jsonata_engine import Engine
from tests.support.run_documents import CONTEXT, begin, described, plan, settings_document

CHECK = "$checkInput($s, $i, $n, $c, $r)"
CHECKABLE = "$checkable($i, $n)"
STEP = "$step($s, $r, $o, $a, $t)"
CHECK_WITH_DEADLINE = "$checkWithDeadline($s, $i, $n, $c, $r)"
CHECK_WITHIN_COST = "$checkWithinCost($s, $i, $n, $c, $r)"
STEP_WITHIN_COST = "$stepWithinCost($s, $r, $o, $a, $t)"
STEP_BY_DEADLINE = "$stepByDeadline($s, $r, $o, $a, $t, $lookAhead($s, $r, $a.Job, $n), $n)"
SIZES = ("large", "xlarge", "2xlarge", "4xlarge", "12xlarge", "24xlarge", "8xlarge", "16xlarge")
PLAN = [
    *(Capacity.spot(f"ml.m5.{size}", instance_count=2) for size in SIZES),
    *(Capacity.on_demand(f"ml.m5.{size}", instance_count=2) for size in SIZES),
]
"""As many entries as a plan may have."""


def deep(levels: int) -> Any:
    """Return lists in objects in lists, that many deep."""
    value: Any = "x"
    for _ in range(levels):
        value = [{"a": value}]
    return value


TOO_MUCH: dict[str, Any] = {
    "fields": {f"field {number}": number for number in range(8_000)},
    "hyperparameters": {"HyperParameters": {f"p{number}": None for number in range(9_000)}},
    "control characters": {"HyperParameters": {f"p{number}": "\x01" * 400 for number in range(60)}},
    "variables": {"Environment": {f"p{number}": "x" for number in range(9_000)}},
    "channels": {"Channels": {f"p{number}": "x" for number in range(9_000)}},
    "capacities": {"Capacity": [{f"{number}": 1 for number in range(1_200)}] * 10},
    "a list": [1] * 50_000,
    "depth": {"Capacity": [deep(200)] * 16, "HyperParameters": {"a": deep(200)}},
}
"""Inputs that are refused, as large as one may be that is checked."""

TOO_LARGE: dict[str, Any] = {
    "fields": {f"field {number}": number for number in range(14_000)},
    "one text": {"Comment": "€" * 80_000},
    "control characters": {"HyperParameters": {"a": "\x01" * 40_000}},
    "depth": {"Comment": [deep(900), "x" * 200_000]},
}
"""Inputs of a quarter of a megabyte, as large as Step Functions starts a run with."""


class Case(NamedTuple):
    """One expression with variables that are as large as they may be."""

    name: str
    call: str
    variables: dict[str, Any]


def worst_cases(engine: Engine) -> list[Case]:
    """Return the largest legitimate input of each expression; `engine` makes the states that they begin with."""
    deployed: dict[str, Any] = {
        "checkpoints_kept_seconds": 10**9,
        "decodes_hyperparameters": True,
        "image_repository_uri": "repository",
        "allowed_image_tags": [*(f"x-{number}-*" for number in range(20)), "n*-*"],
    }
    settings = settings_document(*PLAN, capacity_patience_seconds=1800, **deployed)
    channels = [f"channel-{number}" for number in range(20)]
    sample = settings["Request"]["InputDataConfig"][0]
    settings["Request"]["InputDataConfig"] = [{**sample, "ChannelName": name} for name in channels]
    fields = {
        "HyperParameters": {f"parameter-{number}": '\n"x\u2028' * 65 for number in range(99)},
        "Environment": {f"VARIABLE_{number}": "y" * 100 for number in range(98)},
        "Channels": {name: f"s3://data-bucket/train/{name}/" for name in channels},
        "Capacity": [{"InstanceType": each.instance_type, "Market": each.market, "InstanceCount": 2} for each in PLAN],
    }
    names = {"ImageTag": "nightly-" + "x" * 120, "OutputPrefix": "x/" * 127 + "xx"}
    whole = {**fields, **names, "MaxRuntimeInSeconds": 3600, "MaxWaitTimeInSeconds": 7200}
    checked = {"s": settings, "n": "run-1", "c": CONTEXT, "r": {}}
    run = begin(engine, settings, whole)
    assert run["Next"] == "train", run["Cause"]
    request = plan(engine, settings, run)
    metrics = [{"MetricName": f"metric-{number}", "Value": number / 7} for number in range(40)]
    job = described(
        request, "Completed", "Completed", SecondaryStatusTransitions=TRANSITIONS, FinalMetricDataList=metrics
    )
    attempts = [{**ATTEMPT, "InstanceType": PLAN[number % 16].instance_type} for number in range(49)]
    late = {**run, "Attempts": attempts, "Entry": 15, "Number": 50}
    failed = {**job, "TrainingJobStatus": "Failed", "FailureReason": "AlgorithmError: " + "x" * 1000}
    stopped = {**job, "TrainingJobStatus": "Stopped", "SecondaryStatus": "Stopped"}
    stepped = {"s": settings, "o": {}, "t": ""}
    resumes = {**run, "Resumes": True, "Round": "mine"}
    inputs: dict[str, Any] = {"{}": {}, **{name: {name: value} for name, value in fields.items()}, "everything": whole}
    in_time = Deadline(after_seconds=6 * 86400, expected_runtime_seconds=3600)
    by_deadline = {**settings_document(*PLAN, deadline=in_time, **deployed), "Request": settings["Request"]}
    timely = {name: value for name, value in whole.items() if name != "MaxWaitTimeInSeconds"}
    timely["Deadline"] = "2026-01-04T00:00:00Z"
    promised = engine.call(CHECK_WITH_DEADLINE, **{**checked, "s": by_deadline}, i=timely)
    assert promised["Next"] == "train", promised["Cause"]
    much = {**promised, "Attempts": attempts, "Entry": 3, "Number": 50}
    late_steps = {**stepped, "s": by_deadline, "n": "2026-01-02T00:00:00Z"}
    priced = RunPrices(
        dollars_per_hour={each.instance_type: 1.23 for each in PLAN},
        as_of="2026-11-27",
        region="eu-west-1",
        max_cost=9.5,
    )
    within_cost = {**settings_document(*PLAN, prices=priced, **deployed), "Request": settings["Request"]}
    cheap = engine.call(CHECK_WITHIN_COST, **{**checked, "s": within_cost}, i={**whole, "MaxCost": 1})
    assert cheap["Next"] == "train", cheap["Cause"]
    out = {
        **job,
        "TrainingJobStatus": "Stopped",
        "SecondaryStatus": "MaxRuntimeExceeded",
        "BillableTimeInSeconds": 3000,
    }
    poor = {**cheap, "Attempts": attempts[1:], "Entry": 15, "Number": 49, "Dollars": 0.5}
    spending = {**stepped, "s": within_cost, "r": poor}
    no_capacity = {**out, "SecondaryStatus": "MaxWaitTimeExceeded"}
    looking_out = {
        **much,
        "Promise": {
            **much["Promise"],
            "Rule": {**much["Promise"]["Rule"], "LookOutStint": 7200},
            "LookOutSeconds": 60,
        },
    }
    moved = {"Error": "SpotTraining.Moves", "Cause": "on-demand"}
    return [
        Case(
            "check input, everything, with a deadline", CHECK_WITH_DEADLINE, {**checked, "s": by_deadline, "i": timely}
        ),
        Case("check input, refused, with a deadline", CHECK_WITH_DEADLINE, {**checked, "s": by_deadline, "i": whole}),
        Case("run job, by a deadline", "$planByDeadline($s, $r, $n)", {**late_steps, "r": promised}),
        Case("judge, completed, by a deadline", STEP_BY_DEADLINE, {**late_steps, "r": much, "a": {"Job": job}}),
        Case("judge, failed, by a deadline", STEP_BY_DEADLINE, {**late_steps, "r": much, "a": {"Job": failed}}),
        Case("judge, moved", STEP_BY_DEADLINE, {**late_steps, "r": much, "a": {"Job": stopped}, "o": moved}),
        Case(
            "look ahead",
            "$with($lookAhead($s, $r, $j, $n, $f), {'Told': false})",
            {"s": by_deadline, "r": promised, "j": job, "n": "2026-01-02T00:00:00Z", "f": '{"fraction": 0.42}'},
        ),
        Case(
            "look ahead, with a look-out",
            "$with({'Told': false, 'Sight': $g, 'Spent': 0}, $lookAhead($s, $r, $j, $n, $f, $g))",
            {
                "s": by_deadline,
                "r": looking_out,
                "j": job,
                "n": "2026-01-02T00:00:00Z",
                "f": '{"fraction": 0.42}',
                "g": "seen",
            },
        ),
        Case("send look-out", "$lookOut($s, $r, $n)", {**late_steps, "r": looking_out}),
        Case("ask look-out", "$merge([{'Told': false, 'Sight': 'waits', 'Spent': 0}, $sighting($j)])", {"j": stopped}),
        Case(
            "judge, moved, with a look-out",
            STEP_BY_DEADLINE,
            {**late_steps, "r": looking_out, "a": {"Job": stopped}, "o": {**moved, "Cause": "spot blind 60"}},
        ),
        *(Case(f"check input, {name}", CHECK, {**checked, "i": given}) for name, given in inputs.items()),
        *(
            Case(f"prepare, {name}", CHECKABLE, {"i": given, "n": settings["InputBytes"]})
            for name, given in {**TOO_LARGE, "everything": whole}.items()
        ),
        *(Case(f"check input, too much, {name}", CHECK, {**checked, "i": given}) for name, given in TOO_MUCH.items()),
        Case(
            "check input, within a cost", CHECK_WITHIN_COST, {**checked, "s": within_cost, "i": {**whole, "MaxCost": 9}}
        ),
        Case(
            "check input, too dear", CHECK_WITHIN_COST, {**checked, "s": within_cost, "i": {**whole, "MaxCost": 1e-5}}
        ),
        *(
            Case(f"check input, within a cost, {name}", CHECK_WITHIN_COST, {**checked, "s": within_cost, "i": given})
            for name, given in TOO_MUCH.items()
        ),
        Case("run job, within a cost", "$planWithinCost($s, $r)", {"s": within_cost, "r": cheap}),
        Case("judge, its dollars used up", STEP_WITHIN_COST, {**spending, "a": {"Job": out}}),
        Case(
            "judge, its dollars gone",
            STEP_WITHIN_COST,
            {**spending, "r": {**poor, "Entry": 3}, "a": {"Job": no_capacity}},
        ),
        Case("judge, failed within a cost", STEP_WITHIN_COST, {**spending, "a": {"Job": failed}}),
        Case("judge, completed within a cost", STEP_WITHIN_COST, {**spending, "a": {"Job": job}}),
        Case("run job", "$planAttempt($s, $r)", {"s": settings, "r": run}),
        Case("judge, completed after 50 attempts", STEP, {**stepped, "r": late, "a": {"Job": job}}),
        Case("judge, failed after 50 attempts", STEP, {**stepped, "r": late, "a": {"Job": failed}}),
        Case("judge, stopped by a person", STEP, {**stepped, "r": run, "a": {"Job": stopped}}),
        Case("judge, resumes", STEP, {**stepped, "r": resumes, "a": {"Job": job}}),
        Case("look", "$look($s, $r, $j, '2026-01-02T00:00:00Z')", {"s": settings, "r": run, "j": job}),
    ]

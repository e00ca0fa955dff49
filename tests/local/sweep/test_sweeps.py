"""A sweep trains each of its runs once and reports the best, whatever way the runs are given in."""

from __future__ import annotations

import json

from constructs_lib.workflow.deadline.deadline import Deadline
from constructs_lib.workflow.settings import RunPrices
from constructs_lib.workflow.sweep.objective import Objective, Percent
from tests.local.sweep.bench import BUCKET, sweep_bench
from tests.support.run_bench import ON_DEMAND, SPOT

SENTENCE = [
    *("Prepare", "Check sweep", "Decide", "Check runs", "Decide", "Train", "List lines", "Decide", "Read best"),
    *("Write report", "Put figures", "Has it succeeded", "Report"),
]


def test_a_grid_is_trained_and_its_best_runs_come_first() -> None:
    with sweep_bench() as bench:
        sweep = bench.run({"Grid": {"lr": [0.1, 0.4, 0.45, 0.2]}, "HyperParameters": {"epochs": 3}})
        assert sweep.status == "SUCCEEDED", sweep.cause
        assert [state for state in sweep.states if state != "Read line"] == SENTENCE
        report = sweep.report
        assert report["SweepName"] == "sweep-1"
        assert report["Objective"] == {"MetricName": "loss", "Type": "Minimize"}
        assert report["Counts"] == {"Succeeded": 4, "Failed": 0, "NotStarted": 0}
        assert [line["HyperParameters"]["lr"] for line in report["Best"]] == [0.45, 0.4, 0.2, 0.1]
        best = report["Best"][0]
        assert best["Name"] == "trial-0003"
        assert best["RunName"] == "sweep-1-trial-0003"
        assert best["Objective"] == 9e-06
        assert best["ModelArtifacts"]["S3ModelArtifacts"].endswith("/output/model.tar.gz")
        assert report["TrainingTimeInSeconds"] == sum(line["TrainingTimeInSeconds"] for line in report["Best"]) > 0
        assert report["ReportS3Uri"] == f"s3://{BUCKET}/sweeps/sweep-1/report.json"
        assert bench.read("report.json") == report
        lines = [bench.read(key) for key in bench.written() if key.startswith("runs/")]
        assert sorted(lines, key=lambda line: line["Objective"]) == report["Best"]
        assert sorted(bench.executions()) == [f"sweep-1-trial-000{number}" for number in (1, 2, 3, 4)]


def test_runs_are_told_by_name_and_a_tolerated_failure_is_told() -> None:
    runs = [
        {"Name": "slow", "HyperParameters": {"lr": 0.1}},
        {"Name": "broken", "HyperParameters": {"fail": "no good"}},
        {"Name": "silent", "HyperParameters": {"silent": True}},
        {"HyperParameters": {"lr": 0.3}, "MaxRuntimeInSeconds": 1800},
    ]
    tolerant = {"tolerated_failures": Percent(25), "objective": Objective.maximize("loss")}
    with sweep_bench(sweep=tolerant) as bench:
        sweep = bench.run({"Runs": runs, "Environment": {"LEVEL": "1"}})
        assert sweep.status == "SUCCEEDED", sweep.cause
        assert sweep.report["Counts"] == {"Succeeded": 3, "Failed": 1, "NotStarted": 0}
        assert [line["Name"] for line in sweep.report["Best"]] == ["slow", "trial-0004"]
        (failed,) = sweep.report["FirstFailures"]
        assert failed["Name"] == "broken"
        assert failed["Error"] == "SpotTraining.TrainingFailed"
        assert "no good" in failed["Cause"]
        jobs = bench.runs.jobs()
        assert {job["Environment"]["LEVEL"] for job in jobs} == {"1"}
        assert sorted(job["StoppingCondition"]["MaxRuntimeInSeconds"] for job in jobs) == [1800, 3600, 3600, 3600]


def test_more_failures_than_are_tolerated_end_the_sweep_with_its_report() -> None:
    runs = [{"HyperParameters": {"fail": "boo"} if number < 2 else {}} for number in range(6)]
    with sweep_bench(sweep={"tolerated_failures": 1, "max_concurrency": 1}) as bench:
        sweep = bench.run({"Runs": runs})
        assert sweep.error == "SpotTraining.SweepFailed"
        assert "more runs have failed than are tolerated. 0 of 6 runs succeeded, 2 failed, 4 were not" in sweep.cause
        assert "trial-0001 (SpotTraining.TrainingFailed: " in sweep.cause
        assert f"s3://{BUCKET}/sweeps/sweep-1/report.json" in sweep.cause
        report = bench.read("report.json")
        assert report["Counts"] == {"Succeeded": 0, "Failed": 2, "NotStarted": 4}
        assert bench.executions() == ["sweep-1-trial-0001", "sweep-1-trial-0002"]
        bench.runs.sfn.redrive_execution(executionArn=sweep.arn)
        assert bench.runs.end(sweep.arn).error == "SpotTraining.SweepFailed"
        assert len(bench.runs.jobs()) == 2


def test_all_problems_are_told_before_any_run_begins() -> None:
    runs = [
        {"Name": "good"},
        {"Name": "good"},
        {"Name": "a/b", "MaxRuntimeInSeconds": -1},
        {"HyperParameters": {"x": None}, "Colour": 1},
    ]
    with sweep_bench() as bench:
        sweep = bench.run({"Runs": runs})
        assert sweep.error == "SpotTraining.InvalidInput"
        assert sweep.cause.startswith("The input of this sweep was refused, and no run was started: ")
        assert 'item 1 has the name of another, "good"; item 2 has the name of another, "good"; ' in sweep.cause
        assert "trial-0003: 'Name' must be 1 to 80 letters" in sweep.cause
        assert "'MaxRuntimeInSeconds' must be from 1 to" in sweep.cause
        assert "trial-0004: 'Colour' is not a field of the input" in sweep.cause
        assert "'HyperParameters.x' must be a string, a number or a boolean" in sweep.cause
        assert bench.executions() == []
        many = bench.run({"Runs": [{"Colour": 1}] * 30}, name="sweep-2")
        assert many.cause.count("'Colour' is not a field") == 20
        assert "and 10 more of the 30 items" in many.cause
        whole = bench.run({"Runs": [], "Grid": {}, "Count": 3, "Colour": 1}, name="sweep-3")
        assert 'unknown fields "Colour"' in whole.cause
        assert "must have one of Runs, Grid, Random, RunsFrom, got Runs and Grid" in whole.cause
        assert "'Count' is for 'Random'" in whole.cause


def test_lines_of_an_earlier_sweep_of_the_name_are_not_taken_for_its_own() -> None:
    with sweep_bench() as bench:
        earlier = "sweeps/sweep-1/runs/00007_ok_0.000001_10_4_0_0_trial-0008.json"
        bench.runs.s3.put_object(Bucket=BUCKET, Key=earlier, Body=b"{}")
        sweep = bench.run({"Grid": {"lr": [0.1]}})
        assert sweep.error == "SpotTraining.InvalidInput"
        assert f"an earlier sweep of this name has left its lines below s3://{BUCKET}/sweeps/sweep-1/" in sweep.cause
        assert bench.executions() == []


def test_an_item_is_checked_by_what_its_deployment_has() -> None:
    in_time = Deadline(after_seconds=7200, expected_runtime_seconds=600)
    prices = RunPrices(dollars_per_hour={"ml.m5.xlarge": 0.2}, as_of="2026-11-27", region="eu-west-1", max_cost=5)
    for deployed, field in (({"deadline": in_time}, "DeadlineInSeconds"), ({"prices": prices}, "MaxCost")):
        with sweep_bench(SPOT, ON_DEMAND, **deployed) as bench:
            sweep = bench.run({"Runs": [{"Name": "a", field: "soon"}], "ExpectedRuntimeInSeconds": 60, "MaxCost": 1})
            assert sweep.error == "SpotTraining.InvalidInput"
            unknown = "MaxCost" if field != "MaxCost" else "ExpectedRuntimeInSeconds"
            assert f'unknown fields "{unknown}"' in sweep.cause
            mine = bench.run({"Runs": [{"Name": "a", field: "soon"}]}, name="sweep-2")
            assert f"a: '{field}' must be" in mine.cause
            assert bench.executions() == []


def test_runs_are_drawn_the_same_for_the_same_seed() -> None:
    drawn = {"Random": {"lr": {"LogUniform": [0.01, 0.5]}, "epochs": {"Int": [1, 4]}}, "Count": 3, "Seed": 7}
    with sweep_bench() as bench:
        names = ("sweep-1", "sweep-2")
        first, second = (bench.run(drawn, name=name).report["Best"] for name in names)
        other = bench.run({**drawn, "Seed": 8}, name="sweep-3").report["Best"]
        assert [line["HyperParameters"] for line in first] == [line["HyperParameters"] for line in second]
        assert [line["HyperParameters"] for line in first] != [line["HyperParameters"] for line in other]
        assert all(0.01 <= line["HyperParameters"]["lr"] <= 0.5 for line in [*first, *other])
        assert all(line["HyperParameters"]["epochs"] in (1, 2, 3, 4) for line in [*first, *other])


def test_runs_are_read_from_files() -> None:
    lines = [{"Name": "a", "HyperParameters": {"lr": 0.1}}, {"Name": "b", "HyperParameters": {"lr": 0.3}}]
    rows = "Name,lr,note\nc,0.2,01\nd,0.4,\n"
    with sweep_bench() as bench:
        put = bench.runs.s3.put_object
        put(Bucket=BUCKET, Key="sweeps/in.jsonl", Body="\n".join(map(json.dumps, lines)).encode())
        put(Bucket=BUCKET, Key="sweeps/in.csv", Body=rows.encode())
        put(Bucket=BUCKET, Key="sweeps/bad.jsonl", Body=b'{"Name": "a"}\n[1]\n{"Name": "b", "Colour": 1}\n')
        of_lines = bench.run({"RunsFrom": f"s3://{BUCKET}/sweeps/in.jsonl"})
        assert of_lines.status == "SUCCEEDED", of_lines.cause
        assert [line["Name"] for line in of_lines.report["Best"]] == ["b", "a"]
        of_rows = bench.run({"RunsFrom": f"s3://{BUCKET}/sweeps/in.csv"}, name="sweep-2")
        assert of_rows.status == "SUCCEEDED", of_rows.cause
        assert [line["HyperParameters"] for line in of_rows.report["Best"]] == [{"lr": 0.4}, {"lr": 0.2, "note": "01"}]
        bad = bench.run({"RunsFrom": f"s3://{BUCKET}/sweeps/bad.jsonl"}, name="sweep-3")
        assert "trial-0002: the input must be a JSON object" in bad.cause
        assert "b: 'Colour' is not a field" in bad.cause
        # what spreadsheets write: a mark, other ends of lines, commas in a text, rows with nothing in them
        odd = '\ufeffName,lr,note\r\ne,0.3,"a, ""b"" c"\r\n,,\r\nf,0.1,\r\n\r\n'
        files = {
            "odd.csv": odd, "bare.csv": "g,0.1\nh,0.2\n", "none.jsonl": '{"Name": "\u2028"}\nnull\n', "empty.csv": "",
        }  # fmt: skip
        for name, body in files.items():
            put(Bucket=BUCKET, Key=f"sweeps/{name}", Body=body.encode())
        of_odd = bench.run({"RunsFrom": f"s3://{BUCKET}/sweeps/odd.csv"}, name="sweep-6")
        assert of_odd.status == "SUCCEEDED", of_odd.cause
        assert [(line["Name"], line["HyperParameters"]) for line in of_odd.report["Best"]] == [
            ("e", {"lr": 0.3, "note": 'a, "b" c'}),
            ("f", {"lr": 0.1}),
        ]
        bare = bench.run({"RunsFrom": f"s3://{BUCKET}/sweeps/bare.csv"}, name="sweep-7")
        assert "the first line of a .csv must name its columns" in bare.cause
        none = bench.run({"RunsFrom": f"s3://{BUCKET}/sweeps/none.jsonl"}, name="sweep-8")
        assert "trial-0001: 'Name' must be 1 to 80 letters" in none.cause
        assert "trial-0002: the input must be a JSON object, such as {}, got [null]" in none.cause
        empty = bench.run({"RunsFrom": f"s3://{BUCKET}/sweeps/empty.csv"}, name="sweep-9")
        assert "could not be read: States.ItemReaderFailed: the file has no header" in empty.cause
        missing = bench.run({"RunsFrom": f"s3://{BUCKET}/sweeps/none.csv"}, name="sweep-4")
        assert missing.error == "SpotTraining.InvalidInput"
        assert "could not be read" in missing.cause
        elsewhere = bench.run({"RunsFrom": "s3://other/none.csv"}, name="sweep-5")
        assert f"allowed is all below s3://{BUCKET}/sweeps/" in elsewhere.cause

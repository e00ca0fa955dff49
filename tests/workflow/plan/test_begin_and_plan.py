"""A run's first state, and the request of an attempt."""

from __future__ import annotations

import json
import re

from constructs_lib.training_job.request.attempt import attempt_request
from constructs_lib.training_job.request.rendering import LINE_TERMINATORS, json_text
from constructs_lib.training_job.rules.problems import request_problems
from tests.support.engines.jsonata_engine import Engine
from tests.support.run_documents import CONTEXT, ON_DEMAND, SPOT, begin, plan, run_settings, settings_document


def test_input_is_merged_over_the_deployed_settings(engine: Engine) -> None:
    run = begin(
        engine,
        settings_document(SPOT, ON_DEMAND, input_locations=["s3://other-bucket/"]),
        {
            "HyperParameters": {"rate": 1e-5, "fast": True, "depth": 3, "name": "x"},
            "Environment": {"MODE": "quick"},
            "Channels": {"test": "s3://other-bucket/t/"},
            "Capacity": [{"InstanceType": "ml.m5.xlarge", "Market": "on-demand"}],
            "MaxRuntimeInSeconds": 60,
        },
    )
    assert run["Request"]["HyperParameters"] == {
        "epochs": "20", "rate": "0.00001", "fast": "true", "depth": "3", "name": "x",
    }  # fmt: skip
    assert run["Request"]["Environment"] == {"LOG": "info", "MODE": "quick"}
    uris = [c["DataSource"]["S3DataSource"]["S3Uri"] for c in run["Request"]["InputDataConfig"]]
    assert uris == ["s3://data-bucket/train/", "s3://other-bucket/t/"]
    assert [entry["Market"] for entry in run["Plan"]] == ["on-demand"]
    assert run["MaxRuntimeInSeconds"] == 60
    assert run["MaxWaitTimeInSeconds"] == 7200


def test_the_checkpoint_prefix_is_the_runs_own_or_the_earlier_runs(engine: Engine) -> None:
    settings = settings_document()
    assert begin(engine, settings)["CheckpointS3Uri"] == "s3://checkpoint-bucket/churn/run-1/"
    resumed = begin(engine, settings, {"ResumeFrom": "run-0"}, "run-2")
    assert resumed["CheckpointS3Uri"] == "s3://checkpoint-bucket/churn/run-0/"
    assert resumed["RunName"] == "run-2"


def test_job_names_tell_the_checkpoint_prefixes_apart_and_nothing_else(engine: Engine) -> None:
    settings = settings_document()
    prefix = begin(engine, settings)["JobPrefix"]
    assert re.fullmatch(r"churn-[0-9a-f]{16}", prefix)
    later = {**CONTEXT, "Execution": {"Id": "arn:x", "StartTime": "2026-04-01T00:00:00Z"}}
    assert engine.call("$begin($s, {}, 'run-1', $c)", s=settings, c=later)["JobPrefix"] == prefix
    assert begin(engine, settings, {"ResumeFrom": "run-1"}, "run-2")["JobPrefix"] == prefix
    assert begin(engine, settings, run_name="run-2")["JobPrefix"] != prefix
    assert begin(engine, settings_document(base_job_name="other"))["JobPrefix"][-16:] != prefix[-16:]


def test_the_request_is_the_one_that_synth_has_checked(engine: Engine) -> None:
    for capacity in (SPOT, ON_DEMAND):
        settings = run_settings(capacity)
        document = settings_document(capacity)
        run = begin(engine, document)
        request = plan(engine, document, run)
        mark = "arn:aws:states:eu-west-1:123456789012:execution:m:run-1 2026-01-01T00:00:00Z "
        mark += "3f0c2c1e-0000-4000-8000-000000000000 3600 0 0 0"
        assert request == attempt_request(
            settings.request,
            mark=mark,
            job_name=f"{run['JobPrefix']}-1",
            capacity=capacity,
            checkpoint_s3_uri="s3://checkpoint-bucket/churn/run-1/",
            checkpoint_local_path="/opt/ml/checkpoints",
            max_runtime_seconds=3600,
            max_wait_seconds=7200,
        )
        assert request_problems(request) == []


def test_an_attempt_gets_what_is_left_of_the_budget(engine: Engine) -> None:
    settings = settings_document()
    run = {**begin(engine, settings), "TrainingTimeInSeconds": 3599, "Number": 7}
    request = plan(engine, settings, run)
    assert request["TrainingJobName"].endswith("-7")
    assert request["StoppingCondition"] == {"MaxRuntimeInSeconds": 1, "MaxWaitTimeInSeconds": 7200}


def test_a_deployment_without_checkpoints_sends_no_checkpoint_config(engine: Engine) -> None:
    settings = settings_document(checkpointing=False)
    assert "CheckpointConfig" not in plan(engine, settings, begin(engine, settings))


def test_a_run_without_channels_sends_no_input_config(engine: Engine) -> None:
    settings = settings_document()
    del settings["Request"]["InputDataConfig"]
    assert "InputDataConfig" not in begin(engine, settings)["Request"]


def test_one_channel_stays_a_list(engine: Engine) -> None:
    settings = settings_document()
    del settings["Request"]["InputDataConfig"][1]
    assert len(begin(engine, settings)["Request"]["InputDataConfig"]) == 1
    assert isinstance(begin(engine, settings)["Plan"], list)


TEXTS = {
    "version": "1.10",
    "commit": "1e10",
    "note": "null",
    "json": '{"a": [1, "b\\\\"]}',
    "lines": "one\ntwo\r\n\tthree\x85\u2028\u2029\x01",
    "letters": "naïve 日本 🙂 $1",
    "empty": "",
}


def test_strings_and_numbers_reach_a_program_that_decodes_them_as_they_were_written(engine: Engine) -> None:
    settings = settings_document(decodes_hyperparameters=True)
    given = {**TEXTS, "rate": 1e-5, "depth": 3, "fast": False}
    sent = begin(engine, settings, {"HyperParameters": given})["Request"]["HyperParameters"]
    assert {name: json.loads(sent[name]) for name in given} == given
    assert {name: sent[name] for name in TEXTS} == {name: json_text(text) for name, text in TEXTS.items()}
    assert not re.search(f"[{LINE_TERMINATORS}]", "".join(sent.values()))


def test_an_image_that_decodes_nothing_gets_texts_alone(engine: Engine) -> None:
    given = {"version": "1.10", "note": "null", "depth": 3}
    sent = begin(engine, settings_document(), {"HyperParameters": given})["Request"]["HyperParameters"]
    assert {name: sent[name] for name in given} == {"version": "1.10", "note": "null", "depth": "3"}

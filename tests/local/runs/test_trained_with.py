"""What a run trains with: the settings of each capacity, the image and the place for models that its input names."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from constructs_lib.local.training_jobs.faults import JobFault, ScriptedFaults
from constructs_lib.training_job.capacity.capacity import Capacity
from constructs_lib.workflow.definition import run_definition
from constructs_lib.workflow.settings import RunSettings
from tests.support.run_bench import ON_DEMAND, run_bench


def test_each_capacity_trains_with_its_own_settings() -> None:
    spot = Capacity.spot("ml.m5.xlarge", hyperparameters={"steps": "60"}, environment={"NPROC": "4"})
    on_demand = Capacity.on_demand("ml.m5.xlarge", hyperparameters={"steps": "5", "pause": "0.01"})
    faults = ScriptedFaults(jobs={1: JobFault(kind="CapacityError", after_training_seconds=20)})
    given = {"HyperParameters": {"steps": 8, "pause": "0.1"}}
    with run_bench(spot, on_demand, faults=faults, speed=20) as bench:
        run = bench.run(given)
        assert run.verdicts == ["no capacity", "completed"], run.cause
        first, second = bench.jobs()
        assert first["HyperParameters"] == {"steps": "60", "pause": "0.1"}
        assert second["HyperParameters"] == {"steps": "5", "pause": "0.01"}
        assert (first["Environment"]["NPROC"], "NPROC" in second["Environment"]) == ("4", False)
        told = [attempt.get("Settings") for attempt in run.report["Attempts"]]
        assert told == ["steps=60, NPROC=4", "steps=5, pause=0.01"]


def test_a_run_may_name_its_image_and_the_place_of_its_models() -> None:
    def definition(settings: RunSettings) -> dict[str, Any]:
        uri = "123456789012.dkr.ecr.us-east-1.amazonaws.com/count"
        return run_definition(replace(settings, image_repository_uri=uri, allowed_image_tags=["nightly-*"]))

    with run_bench(ON_DEMAND, definition=definition) as bench:
        run = bench.run({"ImageTag": "nightly-7", "OutputPrefix": "churn/night"})
        assert run.status == "SUCCEEDED", run.cause
        (job,) = bench.jobs()
        assert job["AlgorithmSpecification"]["TrainingImage"].endswith("/count:nightly-7")
        model = run.report["ModelArtifacts"]["S3ModelArtifacts"]
        assert model == f"s3://models-bucket/models/churn/night/{job['TrainingJobName']}/output/model.tar.gz"
        refused = bench.run({"ImageTag": "1.5", "OutputPrefix": "../x"})
        assert refused.error == "SpotTraining.InvalidInput"
        assert "'ImageTag' is not allowed" in refused.cause
        assert "'OutputPrefix' must be" in refused.cause
        assert len(bench.jobs()) == 1

"""Documents that a run reads and writes, as the tests need them."""

from __future__ import annotations

from typing import Any

from constructs_lib.training_job.capacity.capacity import Capacity
from constructs_lib.workflow.settings import RunSettings
from tests.support.engines.jsonata_engine import Engine

NO_ERROR: dict[str, str] = {}
NOT_FOUND = {"Error": "SageMaker.SageMakerException", "Cause": "Requested resource not found."}
CONTEXT = {
    "Execution": {"Id": "arn:aws:states:eu-west-1:123456789012:execution:m:run-1", "StartTime": "2026-01-01T00:00:00Z"},
    "State": {"EnteredTime": "2026-01-01T00:00:01.5Z"},
}
SPOT = Capacity.spot("ml.m5.xlarge")
ON_DEMAND = Capacity.on_demand("ml.m5.xlarge")


def channel(name: str, uri: str) -> dict[str, Any]:
    """Render an input channel."""
    return {"ChannelName": name, "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": uri}}}


def shared_request(
    *,
    hyperparameters: dict[str, str] | None = None,
    environment: dict[str, str] | None = None,
    channels: tuple[dict[str, Any], ...] = (),
    resources: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Return what every attempt asks for, as the constructs render it."""
    return {
        "RoleArn": "arn:aws:iam::123456789012:role/training",
        "AlgorithmSpecification": {
            "TrainingImage": "123456789012.dkr.ecr.eu-west-1.amazonaws.com/train:1",
            "TrainingInputMode": "File",
        },
        "OutputDataConfig": {"S3OutputPath": "s3://models-bucket/models"},
        "ResourceConfig": {"VolumeSizeInGB": 30, **(resources or {})},
        "HyperParameters": hyperparameters or {},
        "Environment": environment or {},
        **({"InputDataConfig": list(channels)} if channels else {}),
    }


def run_settings(*capacities: Capacity, **changes: Any) -> RunSettings:
    """Make deployed settings: one spot entry, an hour's runtime, two hours' wait, unless said otherwise."""
    request = shared_request(
        hyperparameters={"epochs": "20"},
        environment={"LOG": "info"},
        channels=(channel("train", "s3://data-bucket/train/"), channel("test", "s3://data-bucket/test/")),
    )
    defaults: dict[str, Any] = {
        "base_job_name": "churn",
        "request": request,
        "capacities": capacities or (SPOT,),
        "max_runtime_seconds": 3600,
        "max_wait_seconds": 7200,
        "checkpoint_bucket": "checkpoint-bucket",
    }
    return RunSettings(**{**defaults, **changes})


def settings_document(*capacities: Capacity, **changes: Any) -> dict[str, Any]:
    """Return deployed settings as Prepare assigns them."""
    return run_settings(*capacities, **changes).document()


def begin(
    engine: Engine,
    settings: dict[str, Any],
    run_input: object = None,
    run_name: str = "run-1",
    run: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Return a run's state after its input was checked; `run` is what it was before, {} at its start."""
    state: dict[str, Any] = engine.call(
        "$checkInput($s, $i, $n, $c, $r)",
        s=settings,
        i={} if run_input is None else run_input,
        n=run_name,
        c=CONTEXT,
        r=run or {},
    )
    return state


def plan(engine: Engine, settings: dict[str, Any], run: dict[str, Any]) -> dict[str, Any]:
    """Return the request of the attempt that comes now."""
    request: dict[str, Any] = engine.call("$planAttempt($s, $r)", s=settings, r=run)
    return request


def described(request: dict[str, Any], status: str, secondary: str, **changes: Any) -> dict[str, Any]:
    """Return a job's description as Inspect gets it."""
    return {
        **request,
        "TrainingJobStatus": status,
        "SecondaryStatus": secondary,
        "CreationTime": "2026-01-01T00:01:00.123Z",
        "LastModifiedTime": "2026-01-01T02:00:00.123456Z",
        "SecondaryStatusTransitions": [],
        **changes,
    }


def step(
    engine: Engine,
    settings: dict[str, Any],
    run: dict[str, Any],
    *,
    job: dict[str, Any] | None = None,
    found: list[dict[str, Any]] | None = None,
    outcome: dict[str, str] | None = None,
    look: dict[str, str] | None = None,
    redriven_at: str = "",
) -> dict[str, Any]:
    """Take one step of a run: what was answered is `job`, the list `found`, or else the error `look`."""
    answer = {"Job": job} if job else {"Found": found} if found is not None else look or NOT_FOUND
    state: dict[str, Any] = engine.call(
        "$step($s, $r, $o, $a, $t)", s=settings, r=run, o=outcome or NO_ERROR, a=answer, t=redriven_at
    )
    return state


def ended(
    engine: Engine, settings: dict[str, Any], run: dict[str, Any], status: str, secondary: str, **changes: Any
) -> dict[str, Any]:
    """Take the step that follows when the present attempt's job has ended."""
    job = described(plan(engine, settings, run), status, secondary, **changes)
    return step(engine, settings, run, job=job)

"""What a large sweep takes of Step Functions: `python -m benchmarks.sweep [runs]`, on the embedded AWS.

The runs take no time: in the training's place stands a machine that answers with a report at once. Counted are the
events of the sweep's own history, and the states that its children enter, which are the transitions that AWS bills.
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from typing import Any

from constructs_lib.local.embedded_aws import EmbeddedAws
from constructs_lib.training_job.capacity.capacity import Capacity
from constructs_lib.workflow.settings import RunSettings
from constructs_lib.workflow.sweep.definition import sweep_definition
from constructs_lib.workflow.sweep.objective import Objective
from constructs_lib.workflow.sweep.settings import SweepSettings

ROLE = "arn:aws:iam::123456789012:role/machine"
DOLLARS_A_TRANSITION = 0.000025
"""https://aws.amazon.com/step-functions/pricing/, us-east-1"""

REPORT = {
    "ModelArtifacts": {"S3ModelArtifacts": "s3://models-bucket/models/job/output/model.tar.gz"},
    "FinalMetrics": {"loss": "{% $states.input.HyperParameters.lr %}"},
    "TrainingTimeInSeconds": 3600,
    "BillableTimeInSeconds": 1200,
    "Interruptions": 1,
}
AT_ONCE = {"QueryLanguage": "JSONata", "StartAt": "Train", "States": {"Train": {"Type": "Succeed", "Output": REPORT}}}

OF_A_RUN = 3
"""Is it known, Run, Write line: the states of a child of Train whose run succeeds."""


def measure(runs: int) -> dict[str, Any]:
    """Run a sweep to its end; return what it took."""
    settings = RunSettings(
        base_job_name="churn",
        request={
            "RoleArn": ROLE,
            "AlgorithmSpecification": {"TrainingImage": "image", "TrainingInputMode": "File"},
            "OutputDataConfig": {"S3OutputPath": "s3://models-bucket/models"},
            "ResourceConfig": {"VolumeSizeInGB": 30},
        },
        capacities=[Capacity.spot("ml.m5.xlarge")],
        max_runtime_seconds=3600,
        max_wait_seconds=7200,
        checkpoint_bucket="checkpoint-bucket",
    )
    with EmbeddedAws(speed=100.0) as aws:
        aws.client("s3").create_bucket(Bucket="models-bucket")
        sfn = aws.client("stepfunctions")

        def machine(name: str, definition: dict[str, Any]) -> str:
            made = sfn.create_state_machine(name=name, definition=json.dumps(definition), roleArn=ROLE)
            return str(made["stateMachineArn"])

        sweep = SweepSettings(
            run=settings,
            state_machine_arn=machine("train", AT_ONCE),
            bucket="models-bucket",
            objective=Objective.minimize("loss"),
            max_concurrency=20,
        )
        began = time.monotonic()
        given = {"Random": {"lr": {"LogUniform": [1e-4, 1e-1]}}, "Count": runs, "Seed": 7}
        arn = machine("sweep", sweep_definition(sweep))
        execution = sfn.start_execution(stateMachineArn=arn, input=json.dumps(given))["executionArn"]
        while (found := sfn.describe_execution(executionArn=execution))["status"] == "RUNNING":
            time.sleep(0.5)
        pages = sfn.get_paginator("get_execution_history").paginate(executionArn=execution)
        events = Counter(event["type"] for page in pages for event in page["events"])
        entered = sum(count for kind, count in events.items() if kind.endswith("StateEntered"))
        return {
            "status": found["status"],
            "counts": json.loads(found.get("output", "{}")).get("Counts"),
            "events of the sweep": sum(events.values()),
            "transitions of the sweep": entered,
            "transitions in all": entered + OF_A_RUN * runs,
            "dollars": round((entered + OF_A_RUN * runs) * DOLLARS_A_TRANSITION, 4),
            "wall seconds here": round(time.monotonic() - began),
        }


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]) if len(sys.argv) > 1 else 1000), indent=2))

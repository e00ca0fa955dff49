"""The stack that the chaos run deploys: one machine for each shape of plan, all with the same two buckets."""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass, replace
from typing import Any

import aws_cdk as cdk

from constructs_lib import (
    Capacity,
    CheckpointBucket,
    Deadline,
    Halving,
    Objective,
    OutputBucket,
    Percent,
    SpotTraining,
    SpotTrainingSweep,
    TrainingImage,
    TrainingRole,
)
from tests.support.templates import app_context, validated

IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/chaos:1"
STACK = "Chaos"

_SPOT = Capacity.spot("ml.m5.xlarge")
_SPOT_TWICE = Capacity.spot("ml.m5.xlarge", tries=2)
_OTHER_SPOT = Capacity.spot("ml.g5.xlarge")
_ON_DEMAND = Capacity.on_demand("ml.m5.xlarge")

DEADLINE = Deadline.after(
    cdk.Duration.seconds(1500),
    expected_runtime=cdk.Duration.seconds(240),
    on_demand_start=cdk.Duration.seconds(400),
    changeover=cdk.Duration.seconds(60),
    checkpoint_interval=cdk.Duration.seconds(30),
    stint=cdk.Duration.seconds(60),
    patience=cdk.Duration.seconds(120),
    poll=cdk.Duration.seconds(60),
)
"""On-demand takes as long as the grace of a job that is stopped, which on the wall is short and by the clock is not."""

BY_DEADLINE, WITH_LOOK_OUT = "deadline", "look-out"
"""The plans that have it."""

PLANS: dict[str, dict[str, Any]] = {
    "fallback": {"capacity": [_SPOT_TWICE, _OTHER_SPOT, _ON_DEMAND], "runtime": 1200, "wait": 1500},
    "impatient": {"capacity": [_SPOT_TWICE, _OTHER_SPOT, _ON_DEMAND], "runtime": 1200, "wait": 1500, "patience": 120},
    "spot-only": {"capacity": [_SPOT, _OTHER_SPOT], "runtime": 1200, "wait": 1200},
    "short": {"capacity": [_SPOT_TWICE, _ON_DEMAND], "runtime": 90, "wait": 600},
    "beyond-sync": {
        "capacity": [_SPOT_TWICE, _ON_DEMAND],
        "runtime": 1200,
        "wait": 1500,
        "patience": 120,
        "check": True,
    },
    BY_DEADLINE: {
        "capacity": [_SPOT, Capacity.spot("ml.g5.xlarge", relative_speed=1), _ON_DEMAND],
        "runtime": 1200,
        "deadline": DEADLINE,
    },
    WITH_LOOK_OUT: {
        "capacity": [_SPOT, Capacity.spot("ml.g5.xlarge", relative_speed=1), _ON_DEMAND],
        "runtime": 1200,
        # a large share of the slack is held, so that on-demand is bought early, and left again
        "deadline": replace(
            DEADLINE, hold=3.0, patience_seconds=30, poll_seconds=20, lookout=True, lookout_stint_seconds=10
        ),
    },
}
"""The plans by name; seconds are the clock's. `short` has a budget that one run often uses up."""

HALVED = "impatient"
"""The plan whose sweep has rungs."""


@dataclass(frozen=True, kw_only=True)
class Swept:
    """How a sweep trains by a plan."""

    tolerated: int | Percent
    halving: Halving | None = None


SWEPT: dict[str, Swept] = {
    "fallback": Swept(tolerated=Percent(100)),
    "spot-only": Swept(tolerated=1),
    HALVED: Swept(tolerated=Percent(100), halving=Halving(resource="steps", rungs=[5, 12])),
}
"""The sweeps by the plan that they train by."""


def synthesise() -> str:
    """Return the template, as JSON."""
    with tempfile.TemporaryDirectory(prefix="chaos-synth-") as out:
        app = validated(cdk.App(outdir=out, analytics_reporting=False, context=app_context()))
        stack = cdk.Stack(app, STACK, synthesizer=cdk.DefaultStackSynthesizer(generate_bootstrap_version_rule=False))
        role = TrainingRole(stack, "Role")
        checkpoints = CheckpointBucket(stack, "Checkpoints")
        models = OutputBucket(stack, "Models")
        for name, plan in PLANS.items():
            training = SpotTraining(
                stack,
                f"Plan {name}",
                image=TrainingImage.from_registry(IMAGE),
                capacity=plan["capacity"],
                max_runtime=cdk.Duration.seconds(plan["runtime"]),
                max_wait=cdk.Duration.seconds(plan["wait"]) if "wait" in plan else None,
                deadline=plan.get("deadline"),
                capacity_patience=cdk.Duration.seconds(plan["patience"]) if "patience" in plan else None,
                infra_check=plan.get("check"),
                base_job_name=f"chaos-{name}",
                role=role,
                checkpoint_bucket=checkpoints,
                output_bucket=models,
                metric_definitions={"loss": "loss=([0-9.]+);"} if name in SWEPT else None,
            )
            if name in SWEPT:
                _sweep(stack, name, training)
            cdk.CfnOutput(stack, f"Machine{_camel(name)}", value=training.state_machine.state_machine_arn)
        cdk.CfnOutput(stack, "CheckpointBucket", value=checkpoints.bucket_name)
        cdk.CfnOutput(stack, "ModelBucket", value=models.bucket_name)
        return json.dumps(app.synth().get_stack_by_name(STACK).template)


def _sweep(stack: cdk.Stack, plan: str, training: SpotTraining) -> None:
    swept = SWEPT[plan]
    sweep = SpotTrainingSweep(
        stack,
        f"Sweep {plan}",
        training=training,
        objective=Objective.minimize("loss"),
        max_concurrency=4,
        tolerated_failures=swept.tolerated,
        halving=swept.halving,
    )
    cdk.CfnOutput(stack, sweep_output(plan), value=sweep.state_machine.state_machine_arn)


def sweep_output(plan: str) -> str:
    """Name the output that has the machine of a plan's sweep."""
    return f"Sweep{_camel(plan)}"


def machine_output(plan: str) -> str:
    """Name the output that has a plan's machine."""
    return f"Machine{_camel(plan)}"


def _camel(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("-"))

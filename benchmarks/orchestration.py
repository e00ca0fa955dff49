"""What orchestration costs: state transitions, dollars, and the time between a job's end and its run's end.

The seconds are those of the embedded AWS's clock, which runs faster than the wall: what the machine itself needs is
magnified by that.
Run it from the top of the repository: `python -m benchmarks.orchestration`. Runs go to their end on the embedded AWS;
transitions are the states that its history says were entered, which is what Step Functions bills.
"""

from __future__ import annotations

from typing import Any

from constructs_lib.training_job.capacity.capacity import Capacity
from tests.support.run_bench import ON_DEMAND, SPOT, RunBench, run_bench

DOLLARS_A_TRANSITION = 0.000025
"""Standard workflows in us-east-1; https://aws.amazon.com/step-functions/pricing/"""

TEN_INTERRUPTIONS = "scripted:" + ",".join(["checkpoints=1+20"] * 10)

CASES: dict[str, dict[str, Any]] = {
    "no trouble": {"capacities": (SPOT,)},
    "no trouble, watched": {"capacities": (SPOT, ON_DEMAND), "capacity_patience_seconds": 1800},
    "one fallback": {
        "capacities": (Capacity.spot("ml.g5.xlarge"), ON_DEMAND),
        "market": "never",
        "max_runtime_seconds": 120,
        "max_wait_seconds": 120,
        "speed": 60,
    },
    "ten interruptions": {
        "capacities": (SPOT,),
        "market": TEN_INTERRUPTIONS,
        "hyperparameters": {"steps": "30", "pause": "0.1"},
        "speed": 20,
    },
}


def main() -> None:
    """Measure and print."""
    print(f"{'':28}{'transitions':>12}{'dollars':>12}{'jobs':>6}{'interruptions':>15}{'job end to run end':>20}")
    for name, case in CASES.items():
        options = {"speed": 10.0, **case}
        capacities = options.pop("capacities")
        with run_bench(*capacities, **options) as bench:
            print(f"{name:28}{_row(bench)}")


def _row(bench: RunBench) -> str:
    run = bench.run()
    if run.status != "SUCCEEDED":
        raise RuntimeError(run.cause)
    jobs = bench.jobs()
    ended = bench.sfn.describe_execution(executionArn=run.arn)["stopDate"]
    clock_seconds = (ended - jobs[-1]["LastModifiedTime"]).total_seconds()
    dollars = len(run.states) * DOLLARS_A_TRANSITION
    return f"{len(run.states):12}{dollars:12.6f}{len(jobs):6}{run.report['Interruptions']:15}{clock_seconds:18.1f} s"


if __name__ == "__main__":
    main()

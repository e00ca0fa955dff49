"""The same runs with a member that `.sync` is not known to take: the API itself is asked for jobs, and about them."""

from __future__ import annotations

import pytest

from tests.local.runs import (
    test_one_writer,
    test_operators,
    test_patience,
    test_redrives,
    test_resumes,
    test_verdicts,
)
from tests.support import run_bench as support
from tests.support.run_bench import SPOT, run_bench

# each look is a few states more
OF_SYNC = {"test_a_fresh_run_begins_at_one_and_lists_nothing", "test_a_run_that_gets_its_capacity_at_once_is_short"}

for module in (test_one_writer, test_operators, test_patience, test_redrives, test_resumes, test_verdicts):
    found = {name: each for name, each in vars(module).items() if name.startswith("test_") and name not in OF_SYNC}
    globals().update(found)


@pytest.fixture(autouse=True)
def beyond_sync(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(support.FURTHER_MEMBERS, "InfraCheckConfig", {"EnableInfraCheck": False})


def test_a_run_looks_until_its_job_has_ended() -> None:
    with run_bench(SPOT, hyperparameters={"steps": "40", "pause": "0.1"}, speed=60) as bench:
        run = bench.run()
        assert run.verdicts == ["completed"]
        assert run.states[:9] == [
            "Prepare", "Check input", "Decide", "Train", "Inspect", "Judge", "Decide", "Wait for job", "Inspect"
        ]  # fmt: skip
        (job,) = bench.jobs()
        assert 1 < run.states.count("Wait for job") < 20
        assert run.report["TrainingTimeInSeconds"] == job["TrainingTimeInSeconds"]


def test_an_abort_leaves_the_job_and_a_redrive_goes_on_with_it() -> None:
    with run_bench(SPOT, hyperparameters={"steps": "60", "pause": "0.1"}, speed=20) as bench:
        arn = bench.start(name="first")
        bench.until(arn, bench.trained)
        bench.sfn.stop_execution(executionArn=arn)
        assert bench.end(arn).status == "ABORTED"
        assert len(bench.live_jobs()) == 1
        bench.sfn.redrive_execution(executionArn=arn)
        run = bench.end(arn)
        assert run.status == "SUCCEEDED", run.cause
        assert bench.numbers() == [1]

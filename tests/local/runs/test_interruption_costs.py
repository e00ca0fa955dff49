"""What a run's report says of its interruptions, from jobs that really lose their instance."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from constructs_lib.local.command.demo import ChangingMarket
from constructs_lib.local.spot_market.text import parse_market
from constructs_lib.runs.aws.clients import Clients
from constructs_lib.runs.reports.report import Report
from constructs_lib.runs.verbs.show import show_run
from constructs_lib.runs.verbs.watch import watch_run
from constructs_lib.runs.views.report_text import render_report
from tests.support.run_bench import RunBench, run_bench

MARKET = ChangingMarket(parse_market("always"))


class Unseen:
    """A view that shows nothing."""

    def show(self, _progress: object) -> None: ...

    def note(self, text: str) -> None:
        pytest.fail(text)


@pytest.fixture(scope="module")
def bench() -> Iterator[RunBench]:
    with run_bench(speed=20, market=MARKET, hyperparameters={"pause": "0.2", "steps": "5"}) as made:
        yield made


def clients_of(bench: RunBench) -> Clients:
    names = {
        "sfn": "stepfunctions",
        "sagemaker": "sagemaker",
        "cloudformation": "cloudformation",
        "s3": "s3",
        "logs": "logs",
    }
    return Clients(**{name: bench.aws.client(service) for name, service in names.items()}, now=bench.aws.clock.now)


def watched(bench: RunBench, name: str, market: str, **hyperparameters: str) -> Report:
    MARKET.market = parse_market(market)
    arn = bench.start({"HyperParameters": hyperparameters}, name)
    return watch_run(clients_of(bench), arn, Unseen(), seconds_between_looks=0.05, now=bench.aws.clock.now).report


def test_a_program_that_keeps_nothing(bench: RunBench) -> None:
    report = watched(bench, "nothing", "scripted:6+40", resumes="never")
    (cost,) = report.attempts[0].costs
    assert cost.startswith("interrupted once with no checkpoint in S3: began anew, ")
    assert cost.endswith(" s lost")
    assert "Checkpoints" not in render_report(report)
    assert "CheckpointS3Uri" not in report.as_document()


def test_a_program_that_never_loads_as_it_was_watched_and_as_it_is_shown_later(bench: RunBench) -> None:
    report = watched(bench, "anew", "scripted:checkpoints=2+40", resumes="no")
    (cost,) = report.attempts[0].costs
    assert "were written again after the return: it did not go on from step-" in cost
    shown = show_run(clients_of(bench), f"{bench.machine.replace(':stateMachine:', ':execution:')}:anew")
    assert (
        shown.attempts[0]
        .costs[0]
        .startswith("its first checkpoint, step-1.json, was written after the return: it began anew, ")
    )
    assert shown.checkpoints is not None


def test_a_program_that_goes_on(bench: RunBench) -> None:
    report = watched(bench, "on", "scripted:checkpoints=2+40")
    (cost,) = report.attempts[0].costs
    assert cost.startswith("interrupted ")
    assert cost.endswith(".json, the newest checkpoint in S3")


def test_a_program_that_fails_at_the_checkpoint_that_it_was_writing(bench: RunBench) -> None:
    torn = {"on-term": "tear", "hold": "3"}
    report = watched(bench, "torn", "scripted:checkpoints=3+40", **torn)
    assert report.status == "FAILED"
    told = " ".join(report.message.split())
    assert (
        "It failed while starting from step-4.json (1 bytes; the others have 11 bytes), which was being written when "
        "the instance went. Next: delete that object (aws s3 rm s3://checkpoint-bucket/churn/torn/step-4.json), then a "
        'new run with {"ResumeFrom": "torn"}'
    ) in told
    assert "mend the program" not in told

    # the advice is followed, and does not repeat the failure
    bench.s3.delete_object(Bucket="checkpoint-bucket", Key="churn/torn/step-4.json")
    MARKET.market = parse_market("always")
    assert bench.run({"ResumeFrom": "torn"}, "mended").status == "SUCCEEDED"

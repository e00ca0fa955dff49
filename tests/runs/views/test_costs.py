"""Totals of a period, and a list of many runs: which are looked at, what is added up, and how it is shown."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from constructs_lib.runs.aws.clients import Clients
from constructs_lib.runs.aws.errors import RunsError
from constructs_lib.runs.command.listing import period, write_in_pages
from constructs_lib.runs.prices.price_book import Price, PriceBook
from constructs_lib.runs.reports.attempt import Attempt
from constructs_lib.runs.reports.report import Report
from constructs_lib.runs.verbs.costs import costs_of
from constructs_lib.runs.verbs.listing import ListedRun, Wanted, runs_of
from constructs_lib.runs.views.costs_text import csv_of, render_costs
from constructs_lib.runs.views.counting import Counting
from constructs_lib.runs.views.runs_text import render_runs

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
BOOK = PriceBook({"ml.g5.xlarge": Price(dollars_per_hour=1.5, as_of="2026-11-27")}.get)


def ran(
    training: str = "churn", instance: str = "ml.g5.xlarge", status: str = "SUCCEEDED", **changes: Any
) -> ListedRun:
    attempt = Attempt(**{
        "job_name": "churn-1", "instance_type": instance, "instance_count": 2, "market": "spot",
        "training_seconds": 7200.0, "billable_seconds": 3600.0, "interruptions": 3, **changes,
    })  # fmt: skip
    report = Report(run_name="r", status=status, attempts=(attempt,), interruptions=3)
    return ListedRun(name="r", training=training, status=status, started=NOW, report=report)


def test_hours_and_dollars_are_added_up_for_each_training_and_for_all() -> None:
    churn, prices, both = costs_of([ran(), ran("prices", "ml.odd"), ran(status="FAILED")], BOOK)
    assert churn.as_document() == {
        "StateMachine": "churn", "Runs": 2, "Succeeded": 1, "Interruptions": 6, "TrainedInstanceHours": 8.0,
        "BilledInstanceHours": 4.0, "SavingsPercent": 50.0, "CostInDollars": 6.0, "OnDemandCostInDollars": 12.0,
        "RunsWithoutCost": 0,
    }  # fmt: skip
    # what has no price is not nought
    assert (prices.as_document()["CostInDollars"], prices.unknown) == (None, 1)
    assert (both.runs, both.dollars, both.unknown) == (3, 6.0, 1)
    assert render_costs([churn, prices, both]).splitlines() == [
        "Training  Runs  Succeeded  Interruptions  Trained  Billed  Savings   Cost  On-demand",
        "churn        2          1              6    8.0 h   4.0 h   50.0 %  $6.00     $12.00",
        "prices       1          1              3    4.0 h   2.0 h   50.0 %      -          -",
        "all          3          2              9   12.0 h   6.0 h   50.0 %  $6.00     $12.00",
        "",
        "1 run without a known cost: there is no price of ml.odd; pass it with --prices FILE",
        "",
        "Hours of instances, at on-demand prices; without storage, data and discounts of the account.",
    ]
    rows = list(csv.DictReader(io.StringIO(csv_of([churn, prices, both]))))
    assert [row["CostInDollars"] for row in rows] == ["6.0", "", "6.0"]


def test_a_period_without_a_run_costs_nothing_and_one_that_goes_on_is_told() -> None:
    (nothing,) = costs_of([], BOOK)
    assert (nothing.as_document()["CostInDollars"], nothing.as_document()["Runs"]) == (0, 0)
    text = render_costs(costs_of([ran(status="RUNNING", billable_seconds=None)], BOOK))
    assert "1 run without a known cost: a spot job that goes on has no bill yet" in text


class Sfn:
    """Two state machines with a run each minute."""

    def __init__(self, runs: int) -> None:
        self.pages: list[dict[str, Any]] = []
        self.described = 0
        self._runs = runs

    def get_paginator(self, name: str) -> Sfn:
        assert name == "list_executions"
        return self

    def paginate(self, **given: Any) -> Iterator[dict[str, Any]]:
        size = given["PaginationConfig"]["PageSize"]
        for first in range(0, self._runs, size):
            self.pages.append(given)
            yield {
                "executions": [
                    {
                        "executionArn": f"{given['stateMachineArn']}:{number}",
                        "startDate": NOW - timedelta(minutes=number, seconds=given["stateMachineArn"].endswith("b")),
                    }
                    for number in range(first, min(first + size, self._runs))
                ]
            }

    def describe_execution(self, *, executionArn: str) -> dict[str, Any]:  # noqa: N803
        self.described += 1
        machine, _, number = executionArn.rpartition(":")
        return {"name": number, "stateMachineArn": machine, "status": "RUNNING", "startDate": NOW}


def found(sfn: Sfn, wanted: Wanted, **further: Any) -> list[tuple[str, str]]:
    clients = Clients(sfn=sfn, sagemaker=None, cloudformation=None, s3=None, logs=None)
    return [(run.training, run.name) for run in runs_of(clients, ["x:a", "x:b"], wanted, **further)]


def test_the_runs_of_several_trainings_come_newest_first_and_no_more_are_looked_at() -> None:
    sfn = Sfn(5000)
    assert found(sfn, Wanted(most=3)) == [("a", "0"), ("b", "0"), ("a", "1")]
    assert sfn.described == 3
    wanted = Wanted(most=None, since=NOW - timedelta(minutes=3), until=NOW - timedelta(minutes=1))
    assert found(sfn, wanted) == [("b", "1"), ("a", "2"), ("b", "2"), ("a", "3")]
    # pages are asked for as far back as is wanted, not to the first run that there ever was
    assert len(sfn.pages) <= 6


@pytest.mark.parametrize(("live", "written"), [(False, "looked at 100 runs\nlooked at 200 runs\n"), (True, "\r\x1b[K")])
def test_many_runs_are_counted_while_they_are_looked_at(live: bool, written: str) -> None:
    class Stream(io.StringIO):
        def isatty(self) -> bool:
            return live

    stream = Stream()
    with Counting(stream, "runs") as looked:
        assert len(found(Sfn(1000), Wanted(most=220), looked=looked)) == 220
    text = stream.getvalue()
    assert text.endswith(written)
    assert ("\rlooked at 219 runs" in text) is live


@pytest.mark.parametrize(("terminal", "lines", "paged"), [(True, 40, True), (True, 10, False), (False, 40, False)])
def test_a_long_list_is_shown_page_by_page_in_a_terminal(
    monkeypatch: pytest.MonkeyPatch, terminal: bool, lines: int, paged: bool
) -> None:
    class Stream(io.StringIO):
        def isatty(self) -> bool:
            return terminal

    stream = Stream()
    pages: list[str] = []
    monkeypatch.setattr("sys.stdout", stream)
    monkeypatch.setattr("click.echo_via_pager", pages.append)
    monkeypatch.setenv("LINES", "24")
    monkeypatch.setenv("COLUMNS", "80")
    text = "\n".join(["a run"] * lines)
    write_in_pages(text)
    assert (pages, stream.getvalue()) == (([text], "") if paged else ([], f"{text}\n"))


def test_a_list_of_several_trainings_says_which() -> None:
    text = render_runs([ran(), ran("prices")])
    assert [line.split()[:2] for line in text.splitlines()] == [["Training", "Run"], ["churn", "r"], ["prices", "r"]]
    assert render_runs([ran()]).startswith("Run ")


@pytest.mark.parametrize(
    ("since", "until", "begin", "end"),
    [
        ("30d", None, NOW - timedelta(days=30), None),
        ("2026-11-01", "2026-11-02T12:00", datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 2, 12, tzinfo=UTC)),
        (None, "1h", None, NOW - timedelta(hours=1)),
    ],
)
def test_a_period_is_told_by_lengths_or_days(
    since: str | None, until: str | None, begin: datetime | None, end: datetime | None
) -> None:
    assert period(since, until, NOW) == (begin, end)


@pytest.mark.parametrize(
    ("since", "until", "said"),
    [
        ("30", None, "--since must be a length of time such as 30d, or a day such as 2026-11-01, got '30'"),
        ("999999999d", None, "--since must be a length of time such as 30d"),
        ("1d", "2d", "--since must be before --until, got '1d' and '2d'"),
    ],
)
def test_fails_on_a_period_that_is_none(since: str, until: str | None, said: str) -> None:
    with pytest.raises(RunsError) as raised:
        period(since, until, NOW)
    assert said in str(raised.value)

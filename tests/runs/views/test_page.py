"""The page of a run: what is drawn, that it needs nothing else, and that nothing in it steers a browser."""

from __future__ import annotations

import re
import subprocess
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from constructs_lib.runs.prices.price_book import Price, PriceBook
from constructs_lib.runs.reports.cost import Cost
from constructs_lib.runs.reports.timeline import Kind, Track
from constructs_lib.runs.verbs.details import Details
from constructs_lib.runs.views.html.run_page import run_page
from tests.local.aws.door.browser import find_browser
from tests.runs.views.long_run import ARN, STARTED, job, long_run

BROWSER = find_browser()
BOOK = PriceBook({"ml.g5.xlarge": Price(dollars_per_hour=1.5, as_of="2026-11-27")}.get)


def page(details: Details) -> str:
    return run_page(details, Cost.of(details.report.attempts, BOOK))


def pictures(text: str) -> list[ET.Element]:
    return [ET.fromstring(found) for found in re.findall(r"<svg.*?</svg>", text)]  # noqa: S314


def test_a_job_is_told_by_what_it_did_for_how_long() -> None:
    track = Track.of(job(1, STARTED, 1), STARTED)
    # the second that it is called interrupted is one of waiting for the next instance
    assert [(phase.kind, (phase.end - phase.start).total_seconds()) for phase in track.phases] == [
        (Kind.WAITING, 240), (Kind.DOWNLOADING, 60), (Kind.TRAINING, 1500),
        (Kind.WAITING, 241), (Kind.DOWNLOADING, 60), (Kind.TRAINING, 1500), (Kind.UPLOADING, 120),
    ]  # fmt: skip
    assert track.interruptions == (STARTED + timedelta(seconds=1800),)
    goes_on = {"TrainingJobName": "j", "SecondaryStatusTransitions": [{"Status": "Training", "StartTime": STARTED}]}
    (phase,) = Track.of(goes_on, STARTED + timedelta(hours=1)).phases
    assert phase.end - phase.start == timedelta(hours=1)


def test_everything_that_happened_is_drawn() -> None:
    text = page(long_run(50, 20))
    drawn = pictures(text)
    assert len(drawn) == 50
    lines = [part.get("class") for picture in drawn for part in picture.iter("line")]
    assert lines.count("lost") == 1000
    assert lines.count("written") > 0
    bars = [part for picture in drawn for part in picture.iter("rect")]
    assert [sum(bar.get("class") == kind for bar in bars) for kind in Kind] == [1050, 1050, 1050, 50]
    assert all(0 <= float(bar.get("x", "")) <= 1000 for bar in bars)
    # one axis for all: the last bar ends where the picture does
    assert float(bars[-1].get("x", "")) + float(bars[-1].get("width", "")) == pytest.approx(1000, abs=0.1)
    assert [text.count(f">churn-0123456789abcdef-{number}</a>") for number in range(1, 51)] == [1] * 50


def test_it_tells_costs_fallbacks_the_request_and_where_to_look() -> None:
    text = page(long_run(2, 3))
    assert text.count("(fallback)") == 1
    assert "ml.g5.xlarge $1.5/h, as of 2026-11-27" in text
    assert '"epochs": "40"' in text.replace("&quot;", '"')
    home = "https://eu-west-1.console.aws.amazon.com"
    assert f'href="{home}/states/home?region=eu-west-1#/v2/executions/details/{ARN}"' in text
    assert f'href="{home}/sagemaker/home?region=eu-west-1#/jobs/churn-0123456789abcdef-2"' in text


def test_it_needs_nothing_else() -> None:
    text = page(long_run(2, 3))
    assert re.findall(r"<script|<link|<img|src=|@import|url\(", text) == []
    assert "content=\"default-src 'none'; style-src 'unsafe-inline'\"" in text


def test_nothing_that_a_program_wrote_is_taken_for_html() -> None:
    details = long_run(1, 0)
    evil = "<script>alert(1)</script>\x1b[31m"
    report = replace(
        details.report, message=evil, error=evil, run_name=evil, model=evil,
        attempts=tuple(
            replace(each, reason=evil, instance_type=evil, verdict=evil, job_name=evil)
            for each in details.report.attempts
        ),
    )  # fmt: skip
    text = page(replace(details, report=report, run_input={evil: evil}, notes=(evil,)))
    assert "<script" not in text
    assert "\x1b" not in text


@pytest.mark.parametrize("attempts", [0, 1])
def test_a_run_whose_jobs_cannot_be_seen_has_words(attempts: int) -> None:
    text = page(long_run(attempts, 0, tracks={}, checkpoints=(), notes=("training jobs cannot be seen: no",)))
    assert "<svg" not in text
    assert "training jobs cannot be seen: no" in text
    assert ("It has made no attempt." in text) == (attempts == 0)


@pytest.mark.browser
@pytest.mark.skipif(BROWSER is None, reason="there is no browser here: the tests above ask for all but the layout")
@pytest.mark.parametrize("width", [400, 1200])
def test_a_browser_shows_it_without_a_word_cut_off(tmp_path: Path, width: int) -> None:
    path = tmp_path / "run.html"
    # a page may run no script of its own; this copy measures itself
    measure = "<script>document.title = `${document.documentElement.scrollWidth} ${innerWidth}`</script></html>"
    text = re.sub(r"<meta http-equiv=[^>]+>", "", page(long_run(3, 4))).replace("</html>", measure)
    path.write_text(text, encoding="utf-8")
    command = [str(BROWSER), "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'profile'}"]
    dumped = subprocess.run(
        [*command, f"--window-size={width},1000", "--dump-dom", path.as_uri()],
        check=True, capture_output=True, text=True, timeout=120,
    ).stdout  # fmt: skip
    (found,) = re.findall(r"<title>(\d+) (\d+)</title><style", dumped)
    assert int(found[0]) <= int(found[1])

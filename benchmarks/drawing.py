"""How long it takes to draw a run of 50 attempts and 1,000 interruptions: `python -m benchmarks.drawing`."""

from __future__ import annotations

import io
import time
from collections.abc import Callable

from rich.console import Console

from constructs_lib.runs.prices.price_book import Price, PriceBook
from constructs_lib.runs.reports.cost import Cost
from constructs_lib.runs.views.html.run_page import run_page
from constructs_lib.runs.views.report_text import render_report
from constructs_lib.runs.views.terminal import report_lines
from tests.runs.views.long_run import long_run

ATTEMPTS, INTERRUPTIONS = 50, 20


def seconds(draw: Callable[[], object], times: int = 5) -> float:
    """Return the shortest of some times."""
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        draw()
        taken.append(time.perf_counter() - began)
    return min(taken)


def main() -> None:
    """Draw, and print how long each took."""
    details = long_run(ATTEMPTS, INTERRUPTIONS)
    report = details.report
    price = Price(dollars_per_hour=1.5, as_of="")
    cost = Cost.of(report.attempts, PriceBook(lambda _: price))
    console = Console(file=io.StringIO(), width=80)
    print(f"{ATTEMPTS} attempts, {ATTEMPTS * INTERRUPTIONS} interruptions")
    print(f"read the jobs   {seconds(lambda: long_run(ATTEMPTS, INTERRUPTIONS)):.3f} s")
    print(f"plain report    {seconds(lambda: render_report(report, 80, cost)):.3f} s")
    print(f"in a terminal   {seconds(lambda: console.print(report_lines(report, 80, cost))):.3f} s")
    print(f"page            {seconds(lambda: run_page(details, cost)):.3f} s")


if __name__ == "__main__":
    main()

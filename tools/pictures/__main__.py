"""Draws the pictures anew: `make pictures`; with `record`, a new run and a new rehearsal on the embedded AWS first.

It needs Node and what package.json lists, for Graphviz.
"""

from __future__ import annotations

import json
import re
import runpy
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from aws_cdk.assertions import Template

from constructs_lib.runs.reports.report import Report
from constructs_lib.runs.views.report_text import render_report
from tests.support.templates import definition
from tools.pictures import architecture, live_view, record, rehearsal, states, timeline
from tools.pictures.graphs import drawn

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGE = DOCS / "about" / "how-it-works.md"
"""The page with the list of what happened in the run that is drawn."""

README = ROOT / "README.md"
"""The page with the run's report."""

_REPORT = re.compile(r"```text\n(?:Run nightly-7|REPORT).*?```", re.DOTALL)
_SEQUENCE = re.compile(r"(<!-- sequence: written by `make pictures` -->\n).*?(<!-- end of sequence -->)", re.DOTALL)


def of_run(run: Mapping[str, Any]) -> dict[str, str]:
    """Return the pictures of a run that was kept, by their places in the directory of the documents."""
    return {timeline.FILE: timeline.picture(run), live_view.FILE: live_view.picture(run)}


def with_sequence(page: str, run: Mapping[str, Any]) -> str:
    """Return a page with the list of what happened in the run."""
    return _SEQUENCE.sub(lambda found: f"{found[1]}\n{timeline.sequence(run)}\n\n{found[2]}", page)


def with_report(page: str, run: Mapping[str, Any]) -> str:
    """Return a page with the run's report, as the command prints it."""
    execution = {**run["Execution"], "output": json.dumps(run["Report"])}
    return _REPORT.sub(lambda _: f"```text\n{render_report(Report.from_execution(execution), 96)}\n```", page)


def graphs() -> dict[str, tuple[str, str]]:
    """Return graphs and titles of the pictures that Graphviz lays out, by their places."""
    stack = runpy.run_path(str(ROOT / "examples" / "smallest" / "app.py"))["stack"]
    machine = definition(Template.from_stack(stack))
    return {
        architecture.FILE: (architecture.description(), architecture.TITLE),
        states.FILE: (states.description(machine), states.TITLE),
    }


def main() -> None:
    """Draw and write."""
    made = {}
    if sys.argv[1:] == ["record"]:
        record.main()
        made[rehearsal.FILE] = rehearsal.picture()
    run = record.read()
    made |= {**of_run(run), **{file: drawn(*graph) for file, graph in graphs().items()}}
    for file, picture in made.items():
        (DOCS / file).write_text(picture, encoding="utf-8")
        print(f"docs/{file}: {len(picture) // 1024} KiB")
    for page, write in ((PAGE, with_sequence), (README, with_report)):
        page.write_text(write(page.read_text(encoding="utf-8"), run), encoding="utf-8")


if __name__ == "__main__":
    main()

"""Draws the live view of the kept run, as a terminal shows it while the run waits for capacity."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.terminal_theme import TerminalTheme

from constructs_lib.runs.reports.progress import RunProgress
from constructs_lib.runs.times import clock_time
from constructs_lib.runs.views.terminal import panel

FILE = "pictures/live-view.svg"

COLUMNS = 104
MONOSPACE = "ui-monospace,SFMono-Regular,Menlo,Consolas,DejaVu Sans Mono,monospace"

COLOURS = [(0, 0, 0), (207, 34, 46), (26, 127, 55), (154, 103, 0), (9, 105, 218), (130, 80, 223), (27, 124, 131)]
LIGHT = TerminalTheme((246, 248, 250), (31, 35, 40), [*COLOURS, (110, 119, 129)])
DARK = TerminalTheme((21, 27, 35), (240, 246, 252), [*COLOURS, (145, 152, 161)])

PAGES = ("#f6f8fa", "#151b23")

# rich's own format loads a font from elsewhere
FORMAT = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">'
    "<title>spot-training run --watch</title><style>"
    f".{{unique_id}}-matrix{{{{font-family:{MONOSPACE};font-size:{{char_height}}px;line-height:{{line_height}}px}}}}"
    "{styles}</style><defs>{lines}</defs>"
    '<rect class="{unique_id}-page" width="100%" height="100%" rx="8"/>'
    '<g transform="translate({terminal_x}, {terminal_y})">{backgrounds}'
    '<g class="{unique_id}-matrix">{matrix}</g></g></svg>\n'
)


def picture(run: Mapping[str, Any]) -> str:
    """Draw the moment that was kept, in light and in dark."""
    light, dark = (_drawn(run, theme) for theme in (LIGHT, DARK))
    sheet = re.compile(r"(?<=line-height:24.4px})(.*?)(?=</style>)", re.DOTALL)
    found = sheet.search(light), sheet.search(dark)
    if found[0] is None or found[1] is None:
        raise ValueError("rich writes its style sheet in another form; mend live_view.py")
    look, at_night = (f"{each[1]}.live-page{{fill:{page}}}" for each, page in zip(found, PAGES, strict=True) if each)
    both = f"{look}@media(prefers-color-scheme:dark){{{at_night}}}"
    return sheet.sub(lambda _: both, light, count=1)


def _drawn(run: Mapping[str, Any], theme: TerminalTheme) -> str:
    moment = run["Moment"]
    jobs = {job["TrainingJobName"]: job for job in moment["Jobs"]}
    progress = RunProgress.of(
        {**run["Execution"], "status": "RUNNING", "stopDate": None},
        state=moment["State"],
        job_names=list(jobs),
        jobs=jobs,
        now=moment["At"],
    )
    changes = [f"{clock_time(each['At'])}  {each['Line']}" for each in run["Changes"][: moment["Changes"]]]
    console = Console(record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True, color_system="truecolor")
    console.print("$ spot-training run --watch", style="bold")
    console.print(panel(progress, changes, COLUMNS))
    return console.export_svg(
        title="spot-training run --watch", theme=theme, code_format=FORMAT, unique_id="live", font_aspect_ratio=0.61
    )

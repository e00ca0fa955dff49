"""Draws the attempts of the kept run over time, and tells its states as a list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape

from constructs_lib.runs.reports.attempt import Attempt
from constructs_lib.runs.reports.timeline import Kind, Track, span
from constructs_lib.runs.times import format_seconds
from tools.pictures.look import style

FILE = "pictures/timeline.svg"

WIDTH, LEFT, RIGHT = 880, 24, 856
ROW, FIRST, BAR = 62, 66, 22
RULES = """\
text{fill:var(--ink);font-size:15px}.soft{fill:var(--soft);font-size:13px}.page{fill:var(--page)}.bed{fill:var(--fill)}
.waiting{fill:var(--waiting)}.downloading{fill:var(--waiting)}.spot{fill:var(--training)}.ondemand{fill:var(--ondemand)}
.uploading{fill:var(--green-edge)}.lost{stroke:var(--lost);stroke-width:3}.grid{stroke:var(--waiting)}"""
KEY = (("waiting", "waits for an instance"), ("spot", "trains on spot"), ("ondemand", "trains on-demand"))


def picture(run: Mapping[str, Any]) -> str:
    """Draw the run."""
    ended: datetime = run["Execution"]["stopDate"]
    tracks = [Track.of(job, ended) for job in run["Jobs"]]
    whole = span(tracks)
    if whole is None:
        raise ValueError("the kept run has no job; run: python -m tools.pictures.record")
    attempts = [Attempt.from_document(each) for each in run["Report"]["Attempts"]]
    height = FIRST + ROW * len(attempts) + 40
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img">',
        f"<title>{escape(_title(run))}</title>",
        style(RULES),
        f'<rect class="page" width="{WIDTH}" height="{height}" rx="6"/>',
        f'<text x="{LEFT}" y="28" style="font-weight:600">{escape(_title(run))}</text>',
        *_key(),
    ]
    for number, (attempt, track) in enumerate(zip(attempts, tracks, strict=True)):
        parts += _row(FIRST + ROW * number, number + 1, attempt, track, whole)
    parts += _axis(whole, height)
    return "\n".join([*parts, "</svg>", ""])


def sequence(run: Mapping[str, Any]) -> str:
    """Tell the run as a list: when each state was entered, but for those that only look."""
    start = run["Execution"]["startDate"]
    lines = ["| after | what happened |", "|---|---|"]
    for change in run["Changes"]:
        took = format_seconds((change["At"] - start).total_seconds())
        lines.append(f"| {took} | {change['Line']} |")
    return "\n".join(lines)


def _title(run: Mapping[str, Any]) -> str:
    report = run["Report"]
    took = (run["Execution"]["stopDate"] - run["Execution"]["startDate"]).total_seconds()
    attempts, lost = len(report["Attempts"]), report["Interruptions"]
    return f"Run {report['RunName']}: {attempts} attempts, {lost} interruptions, done after {format_seconds(took)}"


def _key() -> Iterator[str]:
    x = LEFT
    for name, words in KEY:
        yield f'<rect class="{name}" x="{x}" y="42" width="12" height="12" rx="2"/>'
        yield f'<text class="soft" x="{x + 18}" y="53">{words}</text>'
        x += 40 + 7 * len(words)
    yield f'<line class="lost" x1="{x + 6}" y1="40" x2="{x + 6}" y2="56"/>'
    yield f'<text class="soft" x="{x + 18}" y="53">loses its instance</text>'


def _row(top: float, number: int, attempt: Attempt, track: Track, whole: tuple[datetime, datetime]) -> Iterator[str]:
    verdict = attempt.verdict or attempt.ended_as
    yield f'<text x="{LEFT}" y="{top + 18}">{number} · {escape(attempt.capacity)}: {escape(verdict)}</text>'
    y = top + 28
    yield f'<rect class="bed" x="{LEFT}" y="{y}" width="{RIGHT - LEFT}" height="{BAR}" rx="3"/>'
    for phase in track.phases:
        x, end = _at(phase.start, whole), _at(phase.end, whole)
        name = attempt.market.replace("-", "") if phase.kind is Kind.TRAINING and attempt.market else phase.kind
        took = format_seconds((phase.end - phase.start).total_seconds())
        yield (
            f'<rect class="{name}" x="{x:.1f}" y="{y}" width="{max(0.8, end - x):.1f}" height="{BAR}">'
            f"<title>{phase.kind} {took}</title></rect>"
        )
    for moment in track.interruptions:
        x = _at(moment, whole)
        yield f'<line class="lost" x1="{x:.1f}" y1="{y - 4}" x2="{x:.1f}" y2="{y + BAR + 4}"/>'


def _axis(whole: tuple[datetime, datetime], height: float) -> Iterator[str]:
    hours = int((whole[1] - whole[0]).total_seconds() // 3600)
    for hour in range(hours + 1):
        x = LEFT + (RIGHT - LEFT) * hour * 3600 / (whole[1] - whole[0]).total_seconds()
        yield f'<line class="grid" x1="{x:.1f}" y1="{height - 38}" x2="{x:.1f}" y2="{height - 30}"/>'
        anchor = "start" if hour == 0 else "middle"
        yield f'<text class="soft" x="{x:.1f}" y="{height - 14}" text-anchor="{anchor}">{hour} h</text>'


def _at(moment: datetime, whole: tuple[datetime, datetime]) -> float:
    return LEFT + (RIGHT - LEFT) * ((moment - whole[0]) / (whole[1] - whole[0]))

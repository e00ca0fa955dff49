"""A rehearsal as a picture: each play a row, with the program's time on instances, checkpoints, losses and reads."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from constructs_lib.local.rehearsal.plays.record import LaunchRecord, Play
from constructs_lib.local.rehearsal.rehearsing import Rehearsal
from constructs_lib.local.rehearsal.views.text import plays

_LEFT, _WIDTH, _ROW, _GAP = 300, 640, 34, 10
_STYLE = (
    "text{font:12px sans-serif;fill:#222}.on{fill:#cfe3f5}.end{fill:#2a7f3f}.bad{fill:#c0392b}"
    ".mark{stroke:#1f5f99;stroke-width:2}.torn{stroke:#d98200;stroke-width:3}.lost{stroke:#c0392b;stroke-width:2}"
)


def timeline(rehearsal: Rehearsal) -> str:
    """Draw it as SVG that stands by itself; a row is a play, and time goes to the right."""
    shown = plays(rehearsal)
    longest = max(play.seconds + _away(play) for play in shown) or 1.0
    scale = _WIDTH / longest
    height = len(shown) * _ROW + 30
    parts = [part for row, play in enumerate(shown) for part in _row(play, row * _ROW + 6, scale)]
    key = (
        "blue: on an instance; bar: a checkpoint is complete; orange: one was left unfinished; red cross: the instance"
        " is lost; dot: it came to its end (green) or failed (red)"
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_LEFT + _WIDTH + 30} {height}" role="img">'
        f"<title>what was played</title><style>{_STYLE}</style>{''.join(parts)}"
        f'<text x="0" y="{height - 6}">{escape(key)}</text></svg>'
    )


def _away(play: Play) -> float:
    """Return the gaps between instances, which are drawn as wide as can be seen and stand for no time."""
    return 0.05 * play.seconds * (len(play.launches) - 1)


def _row(play: Play, top: int, scale: float) -> Iterator[str]:
    yield f'<text x="0" y="{top + 15}">{escape(play.script.title)}</text>'
    x = float(_LEFT)
    gap = 0.05 * play.seconds * scale
    for launch in play.launches:
        width = launch.seconds * scale
        yield f'<rect class="on" x="{x:.1f}" y="{top}" width="{width:.1f}" height="{_ROW - _GAP}"/>'
        yield from _marks(launch, x, top, scale)
        x += width
        if launch.loss is not None:
            yield _cross(x, top + (_ROW - _GAP) / 2)
            x += gap
    if play.launches[-1].loss is None:
        state = "end" if play.succeeded else "bad"
        yield f'<circle class="{state}" cx="{x:.1f}" cy="{top + (_ROW - _GAP) / 2}" r="5"/>'


def _marks(launch: LaunchRecord, x: float, top: int, scale: float) -> Iterator[str]:
    written = launch.checkpoints()
    for checkpoint in written:
        torn = launch.tear is not None and checkpoint is written[-1]
        at = x + min(checkpoint.ended, launch.seconds) * scale
        name = escape(checkpoint.name)
        yield (
            f'<line class="{"torn" if torn else "mark"}" x1="{at:.1f}" y1="{top}" x2="{at:.1f}" '
            f'y2="{top + _ROW - _GAP}"><title>{name}</title></line>'
        )


def _cross(x: float, y: float) -> str:
    return "".join(
        f'<line class="lost" x1="{x - 5:.1f}" y1="{y - 5 * way:.1f}" x2="{x + 5:.1f}" y2="{y + 5 * way:.1f}"/>'
        for way in (1, -1)
    )

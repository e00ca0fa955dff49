"""The jobs of a run as bars over time: words in HTML, so that they stay readable on a narrow page, and bars in SVG."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from html import escape

from constructs_lib.runs.reports.attempt import Attempt
from constructs_lib.runs.reports.timeline import Kind, Track, span
from constructs_lib.runs.times import format_seconds
from constructs_lib.runs.views.plain_text import one_line, utc

STYLE = (
    ".bar{display:block;width:100%;height:22px;background:#f3f3f3}.waiting{fill:#d5d5d5}.downloading{fill:#a9c9e8}"
    ".training{fill:#2f6fab}.uploading{fill:#7fb58f}.lost,.written{stroke-width:2;vector-effect:non-scaling-stroke}"
    ".lost{stroke:#c0392b}.written{stroke:#d98200}.track{margin:.6rem 0}.track p,.axis,.key{margin:0;font-size:13px}"
    ".axis{display:flex;justify-content:space-between;color:#666}.key span{margin-right:1rem;white-space:nowrap}"
    ".key i{display:inline-block;width:.8em;height:.8em;margin-right:.3em}.fallback{color:#b36b00}"
)
_WIDTH, _HEIGHT = 1000, 22
_KEY = (
    ("#d5d5d5", "waiting for an instance"), ("#a9c9e8", "downloading"), ("#2f6fab", "training"),
    ("#7fb58f", "uploading"), ("#c0392b", "interrupted"), ("#d98200", "checkpoint file written"),
)  # fmt: skip


def timeline(attempts: Sequence[Attempt], tracks: Mapping[str, Track], checkpoints: Sequence[datetime] = ()) -> str:
    """Draw the attempts over time, one below the other on one axis.

    Args:
        attempts: The attempts, in order.
        tracks: The jobs over time, by their names; an attempt without one has words and no bar.
        checkpoints: When checkpoint files were written. Defaults to marking none.
    """
    whole = span(tracks.values())
    rows = []
    before = None
    for number, attempt in enumerate(attempts, start=1):
        fell = before is not None and attempt.capacity != before
        before = attempt.capacity
        track = tracks.get(attempt.job_name or "")
        bar = "" if whole is None or track is None else _bar(track, whole, checkpoints)
        rows.append(f'<div class="track"><p>{_words(number, attempt, fell=fell)}</p>{bar}</div>')
    if whole is None:
        return "".join(rows)
    begin, end = (escape(utc(moment)) for moment in whole)
    took = escape(format_seconds((whole[1] - whole[0]).total_seconds()))
    key = "".join(f'<span><i style="background:{colour}"></i>{words}</span>' for colour, words in _KEY)
    axis = f"<span>{begin}</span><span>{took}</span><span>{end} UTC</span>"
    return f'<p class="key">{key}</p>{"".join(rows)}<p class="axis">{axis}</p>'


def _words(number: int, attempt: Attempt, *, fell: bool) -> str:
    fallback = ' <span class="fallback">(fallback)</span>' if fell else ""
    lost = f", interrupted {attempt.interruptions} times" if attempt.interruptions > 1 else ""
    once = ", interrupted once" if attempt.interruptions == 1 else ""
    verdict = escape(one_line(attempt.verdict or attempt.ended_as))
    return f"<b>{number}</b> {escape(one_line(attempt.capacity))}{fallback}: {verdict}{lost}{once}"


def _bar(track: Track, whole: tuple[datetime, datetime], checkpoints: Sequence[datetime]) -> str:
    parts = "".join(_parts(track, whole, checkpoints))
    return (
        f'<svg class="bar" viewBox="0 0 {_WIDTH} {_HEIGHT}" preserveAspectRatio="none" role="img">'
        f"<title>{escape(track.job_name)}</title>{parts}</svg>"
    )


def _parts(track: Track, whole: tuple[datetime, datetime], checkpoints: Sequence[datetime]) -> Iterator[str]:
    begin, end = whole
    scale = _WIDTH / max(1e-9, (end - begin).total_seconds())

    def at(moment: datetime) -> float:
        return (moment - begin).total_seconds() * scale

    for phase in track.phases:
        x, width = at(phase.start), at(phase.end) - at(phase.start)
        words = f"{phase.kind} {format_seconds((phase.end - phase.start).total_seconds())}"
        yield (
            f'<rect class="{phase.kind}" x="{x:.2f}" y="0" width="{width:.2f}" height="{_HEIGHT}">'
            f"<title>{escape(words)}</title></rect>"
        )
    trained = [phase for phase in track.phases if phase.kind is not Kind.WAITING]
    for moment in checkpoints:
        if trained and trained[0].start <= moment <= trained[-1].end:
            yield _line("written", at(moment), f"checkpoint {utc(moment)}", top=_HEIGHT // 2)
    for moment in track.interruptions:
        yield _line("lost", at(moment), f"interrupted {utc(moment)}")


def _line(kind: str, x: float, words: str, top: int = 0) -> str:
    place = f'x1="{x:.2f}" y1="{top}" x2="{x:.2f}" y2="{_HEIGHT}"'
    return f'<line class="{kind}" {place}><title>{escape(words)}</title></line>'

"""Draws the widgets of a dashboard, about as CloudWatch shows them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from xml.sax.saxutils import escape

from tools.dashboard_picture.graph import graph
from tools.dashboard_picture.metrics import Metrics, lines
from tools.dashboard_picture.shapes import Box, circle, rectangle, text

_COLUMN, _ROW, _GAP, _MARGIN = 56.0, 50.0, 5.0, 14.0
_INK, _SOFT, _LINK, _CARD_EDGE, _PAGE = "#16191f", "#5f6b7a", "#0972d3", "#d5dbdb", "#f2f3f3"

_DARK = {
    _PAGE: "#0f141a", "#ffffff": "#161d26", _CARD_EDGE: "#414d5c", _INK: "#dedee3", _SOFT: "#b4b4bb", _LINK: "#42b4ff",
    "#eaeded": "#232b37", "#aab7b8": "#656871",
}  # fmt: skip
"""What the colours are where the reader prefers dark ones, about as in CloudWatch; those of the lines stay."""

_STYLE = "".join(f'[fill="{light}"]{{fill:{dark}}}[stroke="{light}"]{{stroke:{dark}}}' for light, dark in _DARK.items())

Tables = Mapping[str, Sequence[Mapping[str, str]]]
"""The rows of each log widget, by its title."""


def draw(body: Mapping[str, Any], metrics: Metrics, tables: Tables) -> str:
    """Return the whole dashboard as an SVG document."""
    width = 24 * _COLUMN + 2 * _MARGIN
    bottom = max(widget["y"] + widget["height"] for widget in body["widgets"])
    height = bottom * _ROW + 2 * _MARGIN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" role="img" '
        'font-family="Helvetica Neue, Helvetica, Arial, sans-serif">',
        "<title>A CloudWatch dashboard over one training</title>",
        f"<style>@media (prefers-color-scheme:dark){{{_STYLE}}}</style>",
        rectangle(Box(0, 0, width, height), fill=_PAGE),
    ]
    for widget in body["widgets"]:
        box = Box(
            _MARGIN + widget["x"] * _COLUMN + _GAP,
            _MARGIN + widget["y"] * _ROW + _GAP,
            widget["width"] * _COLUMN - 2 * _GAP,
            widget["height"] * _ROW - 2 * _GAP,
        )
        parts += _widget(widget["type"], widget["properties"], box, metrics, tables)
    return "\n".join([*parts, "</svg>", ""])


def _widget(kind: str, properties: Mapping[str, Any], box: Box, metrics: Metrics, tables: Tables) -> list[str]:
    if kind == "text":
        return _markdown(properties["markdown"], box)
    card = [
        rectangle(box, fill="#ffffff", stroke=_CARD_EDGE, radius=6),
        text(box.x + 14, box.y + 24, properties["title"], size=14, weight="bold", fill=_INK),
    ]
    inside = Box(box.x + 14, box.y + 36, box.width - 28, box.height - 46)
    if kind == "log":
        return [*card, *_table(tables[properties["title"]], inside)]
    found = lines(properties, metrics)
    if properties["view"] == "singleValue":
        return [*card, *_numbers([(line.label, line.color, line.series.get(0)) for line in found], inside)]
    return [*card, *graph(properties, found, inside)]


def _markdown(markdown: str, box: Box) -> list[str]:
    heading, links = markdown.split("\n")
    parts = [text(box.x + 2, box.y + 34, heading.removeprefix("## "), size=24, weight="bold", fill=_INK)]
    spans = []
    for number, name in enumerate(re.findall(r"\[([^]]+)\]", links)):
        dot = f'<tspan dx="6" fill="{_SOFT}">·</tspan>' if number else ""
        spans.append(
            f'{dot}<tspan dx="{6 if number else 0}" fill="{_LINK}" text-decoration="underline">{escape(name)}</tspan>'
        )
    parts.append(f'<text x="{box.x + 2:g}" y="{box.y + 62:g}" font-size="14">{"".join(spans)}</text>')
    return parts


def _numbers(values: Sequence[tuple[str, str | None, float | None]], box: Box) -> list[str]:
    parts = []
    step = box.width / len(values)
    for number, (label, color, value) in enumerate(values):
        x = box.x + number * step
        parts.append(circle(x + 6, box.y + 18, 5, color or _palette(number)))
        parts.append(text(x + 18, box.y + 23, label, size=14, fill=_SOFT))
        parts.append(text(x, box.y + 74, _number(label, value), size=38, weight="300", fill=_INK))
    return parts


def _number(label: str, value: float | None) -> str:
    """Write a number as CloudWatch does: three digits, and -- for none."""
    if value is None:
        # Step Functions tells zeros too, once the state machine has run
        return "0" if label in ("Timed out", "Aborted", "Failed") else "--"
    if value == int(value):
        return f"{value:.0f}"
    return f"{value:.1f}"


def _palette(number: int) -> str:
    return ("#2ca02c", "#aec7e8", "#1f77b4", "#9467bd")[number % 4]


def _table(rows: Sequence[Mapping[str, str]], box: Box) -> list[str]:
    columns = list(rows[0])
    widths = {column: max(len(column), *(len(row[column]) for row in rows)) + 3 for column in columns}
    # the last column takes what is left, and is cut where the card ends
    character = 6.6
    starts, x = {}, box.x + 22
    for column in columns:
        starts[column] = x
        x += widths[column] * character
    parts = [text(box.x + 2, box.y + 20, "#", size=12, weight="bold", fill=_SOFT)]
    parts += [text(starts[c], box.y + 20, c, size=12, weight="bold", fill=_SOFT) for c in columns]
    for number, row in enumerate(rows, 1):
        y = box.y + 20 + number * 27
        if y > box.y + box.height:
            break
        parts.append(rectangle(Box(box.x, y - 18, box.width, 0.7), fill="#eaeded"))
        parts.append(text(box.x + 2, y, str(number), size=12, fill=_SOFT))
        for column in columns:
            room = int((box.x + box.width - starts[column]) / character)
            shown = row[column] if len(row[column]) <= room else row[column][: max(0, room - 1)] + "…"
            parts.append(text(starts[column], y, shown, size=12, fill=_INK))
    return parts


def timestamp(at: Any, later: timedelta = timedelta()) -> str:
    """Write a time as Logs Insights shows it."""
    return f"{at + later:%Y-%m-%d %H:%M:%S.000}"

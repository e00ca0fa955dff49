"""Draws one graph: axes, lines or stacked areas, and a legend below."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from tools.dashboard_picture.metrics import Line
from tools.dashboard_picture.runs import DAYS, NOW
from tools.dashboard_picture.shapes import Box, area, circle, path, rectangle, text

_PALETTE = ("#1f77b4", "#ff7f0e", "#2ca02c", "#d62728", "#9467bd")
_SOFT, _GRID = "#5f6b7a", "#eaeded"
_LEGEND = 26.0
_CHARACTER = 6.6
"""How wide a letter of the legend may be."""


def graph(properties: Mapping[str, Any], found: Sequence[Line], box: Box) -> list[str]:
    """Draw the lines of a widget in a place."""
    axes = properties.get("yAxis", {})
    stacked = bool(properties.get("stacked"))
    colors = {line.label: line.color or _PALETTE[number] for number, line in enumerate(found)}
    plot = Box(
        box.x + 30,
        box.y + 18,
        box.width - (66 if any(line.right for line in found) else 38),
        box.height - 18 - _LEGEND - 22 - 10 * (_rows(found, box) - 1),
    )
    parts = _days(plot)
    for right in (False, True):
        side = [line for line in found if line.right is right]
        if not side:
            continue
        axis = axes.get("right" if right else "left", {})
        top = axis.get("max") or _top(_tops(side, stacked=stacked))
        parts += _axis(plot, axis.get("label", ""), top, right=right)
        if stacked:
            parts += _areas(plot, side, colors, top)
        else:
            parts += [shape for line in side for shape in _line(plot, line, colors[line.label], top)]
    return [*parts, *_legend(found, colors, Box(box.x, box.y + box.height - _LEGEND, box.width, _LEGEND))]


def _tops(side: Sequence[Line], *, stacked: bool) -> float:
    if stacked:
        return max(sum(line.series.get(day, 0) for line in side) for day in range(DAYS))
    return max((max(line.series.values(), default=0) for line in side), default=0)


def _top(highest: float) -> float:
    """Return the end of an axis: a round number a little above."""
    if highest <= 1:
        return 2
    unit = max(1, 10 ** math.floor(math.log10(highest)))
    return next(float(unit * step) for step in (1, 2, 4, 6, 8, 10, 12) if unit * step >= highest * 1.05)


def _x(plot: Box, day: float) -> float:
    return plot.x + plot.width * (day + 0.5) / DAYS


def _y(plot: Box, value: float, top: float) -> float:
    return plot.y + plot.height * (1 - value / top)


def _days(plot: Box) -> list[str]:
    parts = []
    for day in range(1, DAYS, 3):
        date = NOW - timedelta(days=DAYS - day)
        parts.append(
            text(_x(plot, day), plot.y + plot.height + 17, f"{date:%m/%d}", size=11, fill=_SOFT, anchor="middle")
        )
    return parts


def _axis(plot: Box, label: str, top: float, *, right: bool) -> list[str]:
    parts = []
    x = plot.x + plot.width + 6 if right else plot.x - 6
    anchor = "start" if right else "end"
    for quarter in (0, 0.5, 1):
        y = _y(plot, quarter * top, top)
        if not right:
            parts.append(rectangle(Box(plot.x, y, plot.width, 0.8), fill=_GRID if quarter else "#aab7b8"))
        parts.append(text(x, y + 4, f"{quarter * top:g}", size=11, fill=_SOFT, anchor=anchor))
    parts.append(text(x, plot.y - 9, label, size=11, fill=_SOFT, anchor="start" if right else "middle"))
    return parts


def _line(plot: Box, line: Line, color: str, top: float) -> list[str]:
    points = {day: (_x(plot, day), _y(plot, value, top)) for day, value in sorted(line.series.items())}
    parts: list[str] = []
    piece: list[tuple[float, float]] = []
    for day, point in points.items():
        if piece and day - 1 not in points:
            parts.append(path(piece, stroke=color))
            piece = []
        piece.append(point)
        if day - 1 not in points and day + 1 not in points:
            parts.append(circle(*point, 3, color))
    return [*parts, path(piece, stroke=color)] if piece else parts


def _areas(plot: Box, side: Sequence[Line], colors: Mapping[str, str], top: float) -> list[str]:
    parts: list[str] = []
    below = dict.fromkeys(range(DAYS), 0.0)
    for line in side:
        above = {day: height + line.series.get(day, 0) for day, height in below.items()}
        if any(line.series.values()):
            over = [(_x(plot, day), _y(plot, value, top)) for day, value in above.items()]
            under = [(_x(plot, day), _y(plot, value, top)) for day, value in below.items()]
            parts.append(area([*over, *reversed(under)], fill=colors[line.label], opacity=0.45))
            # no line along what lies below where there is nothing of this
            thick = [day for day in range(DAYS - 1) if line.series.get(day, 0) or line.series.get(day + 1, 0)]
            parts += [path(over[day : day + 2], stroke=colors[line.label], width=1.5) for day in thick]
        below = above
    return parts


def _rows(found: Sequence[Line], box: Box) -> int:
    """Return how many rows the legend has; of two, the upper one has the first line alone."""
    return 1 if sum(26 + _CHARACTER * len(line.label) for line in found) <= box.width else 2


def _legend(found: Sequence[Line], colors: Mapping[str, str], box: Box) -> list[str]:
    parts, x = [], box.x + 4
    if _rows(found, box) > 1:
        box = box._replace(y=box.y + 4)
        parts += _legend(found[:1], colors, box._replace(y=box.y - 17))
        found = found[1:]
    for line in found:
        parts.append(circle(x, box.y + 15, 4.5, colors[line.label]))
        parts.append(text(x + 10, box.y + 19, line.label, size=12, fill=_SOFT))
        x += 26 + _CHARACTER * len(line.label)
    return parts

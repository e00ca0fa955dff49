"""The few shapes that a picture is made of, as SVG."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from xml.sax.saxutils import escape


class Box(NamedTuple):
    """A place in the picture, in its own units."""

    x: float
    y: float
    width: float
    height: float


def rectangle(box: Box, *, fill: str, stroke: str = "none", radius: float = 0) -> str:
    """Draw a rectangle."""
    return (
        f'<rect x="{_n(box.x)}" y="{_n(box.y)}" width="{_n(box.width)}" height="{_n(box.height)}" '
        f'rx="{_n(radius)}" fill="{fill}" stroke="{stroke}"/>'
    )


def circle(x: float, y: float, radius: float, fill: str) -> str:
    """Draw a dot."""
    return f'<circle cx="{_n(x)}" cy="{_n(y)}" r="{_n(radius)}" fill="{fill}"/>'


def text(
    x: float, y: float, said: str, *, size: float, fill: str, weight: str = "normal", anchor: str = "start"
) -> str:
    """Write one line."""
    return (
        f'<text x="{_n(x)}" y="{_n(y)}" font-size="{_n(size)}" font-weight="{weight}" fill="{fill}" '
        f'text-anchor="{anchor}">{escape(said)}</text>'
    )


def path(points: Sequence[tuple[float, float]], *, stroke: str, width: float = 2) -> str:
    """Draw a line through points."""
    steps = "M" + " L".join(f"{_n(x)},{_n(y)}" for x, y in points)
    return f'<path d="{steps}" fill="none" stroke="{stroke}" stroke-width="{_n(width)}" stroke-linejoin="round"/>'


def area(points: Sequence[tuple[float, float]], *, fill: str, opacity: float) -> str:
    """Fill what lies within points."""
    steps = "M" + " L".join(f"{_n(x)},{_n(y)}" for x, y in points) + "Z"
    return f'<path d="{steps}" fill="{fill}" fill-opacity="{_n(opacity)}"/>'


def _n(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")

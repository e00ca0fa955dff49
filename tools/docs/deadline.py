"""The picture of the page on deadlines, drawn from its own table of what each rule costs: `make docs` writes it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

PAGE, FILE = "guides/deadline.md", "pictures/deadline.svg"
"""The names of the page and of its picture in the directory of the documents."""

WIDTH, HEIGHT = 770, 430
LEFT, RIGHT, TOP, BOTTOM = 56, 500, 40, 366
HIGHEST, LOWEST = 1.05, 0.45
APART = 18
STYLE = """\
text{font:13px Helvetica Neue,Helvetica,Arial,sans-serif;fill:#1f2328}.soft{fill:#59636e;font-size:12px}
.page{fill:#fff}.grid{stroke:#d1d9e0}.line{fill:none;stroke-width:2.5;stroke-linejoin:round}.thin{stroke-width:1.5}
.told{stroke-dasharray:6 4}.late{stroke:#cf222e;stroke-width:2}
.c0{stroke:#59636e}.c1{stroke:#9a6700}.c2{stroke:#8250df}.c3{stroke:#59636e}.c4{stroke:#0969da}.c5{stroke:#1a7f37}
@media (prefers-color-scheme:dark){text{fill:#f0f6fc}.soft{fill:#9198a1}.page{fill:#0d1117}.grid{stroke:#3d444d}
.late{stroke:#f85149}.c0{stroke:#9198a1}.c1{stroke:#d29922}.c2{stroke:#ab7df8}.c3{stroke:#9198a1}.c4{stroke:#4493f8}
.c5{stroke:#3fb950}}"""

LOOKS = {
    "on-demand only": "c0 thin",
    "patience": "c1",
    "Greedy (": "c2",
    "Uniform Progress": "c3 told",
    "Paced": "c4",
    "Paced with": "c5",
    "omniscient": "c0 thin",
}
"""How the line of a rule looks, by how its name begins; the longest that fits counts."""


@dataclass(frozen=True)
class Line:
    """A row of the table.

    Attributes:
        name: Of the rule.
        costs: At each deadline.
        late: Whether runs were late there.
    """

    name: str
    costs: Sequence[float]
    late: Sequence[bool]

    @property
    def look(self) -> str:
        """The classes of its line."""
        fitting = [begin for begin in LOOKS if self.name.startswith(begin)]
        return LOOKS[max(fitting, key=len)]


def picture(page: str) -> str:
    """Draw the first table of a page whose head is `work / time to the deadline`.

    Raises:
        ValueError: If there is none.
    """
    found = re.search(r"^\| work / time to the deadline \|(.+)\n\|[-|]+\n((?:\|.+\n)+)", page, re.MULTILINE)
    if found is None:
        raise ValueError(f"{PAGE} must have a table of the benchmark, with the head | work / time to the deadline |")
    fractions = [float(cell) for cell in _cells(found[1])]
    lines = [line for row in found[2].splitlines() if (line := _line(row))]
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">',
        "<title>What a run with a deadline costs, by rule and by how tight the deadline is</title>",
        f"<style>{STYLE}</style>",
        f'<rect class="page" width="{WIDTH}" height="{HEIGHT}"/>',
        _text(LEFT - 40, 22, "cost, in that of on-demand alone"),
        *_axes(fractions),
        *(f'<path class="line {line.look}" d="M{_path(_points(line, fractions))}"/>' for line in lines),
        *(f'<path class="late" d="{cross}"/>' for line in lines for cross in _crosses(line, fractions)),
        *_labels(lines),
        "</svg>",
    ]
    return "\n".join([*parts, ""])


def _cells(row: str) -> list[str]:
    return [cell.strip() for cell in row.strip("| ").split("|")]


def _line(row: str) -> Line | None:
    """Read a row, where it has a cost at each deadline; what stands for a part of the runs only is left out."""
    name, *cells = _cells(row)
    costs = [re.match(r"\d\.\d+", cell) for cell in cells]
    if not all(costs) or name.endswith(" on those") or not any(name.startswith(begin) for begin in LOOKS):
        return None
    # of how many runs the bound is known, the page says
    name = "omniscient" if name.startswith("omniscient") else name
    return Line(name, [float(cost[0]) for cost in costs if cost], ["late" in cell for cell in cells])


def _x(fraction: float, fractions: Sequence[float]) -> float:
    return LEFT + 12 + (RIGHT - LEFT - 24) * (fraction - fractions[0]) / (fractions[-1] - fractions[0])


def _y(cost: float) -> float:
    return TOP + (BOTTOM - TOP) * (HIGHEST - cost) / (HIGHEST - LOWEST)


def _text(x: float, y: float, said: str, *, soft: bool = False, anchor: str = "start") -> str:
    look = ' class="soft"' if soft else ""
    return f'<text{look} x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(said)}</text>'


def _axes(fractions: Sequence[float]) -> list[str]:
    parts = []
    for tenth in range(5, 11):
        y = _y(tenth / 10)
        parts.append(f'<line class="grid" x1="{LEFT}" y1="{y:.1f}" x2="{RIGHT}" y2="{y:.1f}"/>')
        parts.append(_text(LEFT - 8, y + 4, f"{tenth / 10:.1f}", soft=True, anchor="end"))
    parts += [
        _text(_x(fraction, fractions), BOTTOM + 18, f"{fraction:g}", soft=True, anchor="middle")
        for fraction in fractions
    ]
    return [
        *parts,
        _text(LEFT, BOTTOM + 38, "loose", soft=True),
        _text((LEFT + RIGHT) / 2, BOTTOM + 38, "work / time to the deadline", anchor="middle"),
        _text(RIGHT, BOTTOM + 38, "tight", soft=True, anchor="end"),
        f'<path class="late" d="{_cross(LEFT + 4, BOTTOM + 53)}"/>',
        _text(LEFT + 14, BOTTOM + 57, "some runs end after the deadline", soft=True),
    ]


def _points(line: Line, fractions: Sequence[float]) -> list[tuple[float, float]]:
    return [(_x(fraction, fractions), _y(cost)) for fraction, cost in zip(fractions, line.costs, strict=True)]


def _path(points: Sequence[tuple[float, float]]) -> str:
    return " L".join(f"{x:.1f},{y:.1f}" for x, y in points)


def _crosses(line: Line, fractions: Sequence[float]) -> list[str]:
    """Return a cross for each point where runs were late: above all lines."""
    return [_cross(*point) for point, late in zip(_points(line, fractions), line.late, strict=True) if late]


def _cross(x: float, y: float) -> str:
    return f"M{x - 4:.1f},{y - 4:.1f} l8,8 m0,-8 l-8,8"


def _labels(lines: Sequence[Line]) -> list[str]:
    """Write the names beside the ends of the lines, one below the other where those are close."""
    parts = []
    below = 0.0
    for line in sorted(lines, key=lambda line: -line.costs[-1]):
        end = _y(line.costs[-1])
        y = max(end, below + APART)
        below = y
        leader = _path([(RIGHT - 12, end), (RIGHT + 14, y), (RIGHT + 30, y)])
        parts.append(f'<path class="line {line.look}" d="M{leader}"/>')
        parts.append(_text(RIGHT + 36, y + 4, line.name))
    return parts

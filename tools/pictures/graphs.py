"""Lays graphs out by Graphviz, and gives them the look of the other pictures."""

from __future__ import annotations

import hashlib
import re
import subprocess
from pathlib import Path

from tools.pictures.look import LIGHT, style

LAYOUT = Path(__file__).with_name("dot.mjs")

SETTINGS = """\
  graph [fontname="Helvetica" fontsize=15 bgcolor="transparent" compound=true pad=0.25 nodesep=0.28 ranksep=0.42]
  node [fontname="Helvetica" fontsize=15 shape=box style="rounded,filled" margin="0.2,0.08" height=0.3]
  edge [fontname="Helvetica" fontsize=13 arrowsize=0.6]
"""

SMALLER = 0.87

_COLOURS = {colour: name for name, colour in LIGHT.items() if name not in ("group", "waiting", "training", "lost")}


def mark(graph: str) -> str:
    """Return what tells in a picture which graph it is of."""
    return f"<!-- of the graph {hashlib.sha256(graph.encode()).hexdigest()[:16]} -->"


def drawn(graph: str, title: str) -> str:
    """Lay a graph out; its colours, which are those of the light look, follow the reader's setting.

    Args:
        graph: In Graphviz's language.
        title: What the picture is of, for those who do not see it.
    """
    done = subprocess.run(["node", str(LAYOUT)], input=graph, capture_output=True, text=True, check=True)  # noqa: S603, S607
    svg = done.stdout[done.stdout.index("<svg") :]
    svg = re.sub(r"<title>[^<]*</title>\n?", "", svg)
    svg = re.sub(r'<svg width="[^"]*" height="[^"]*"', '<svg role="img"', svg, count=1)
    svg = re.sub(r' font-family="[^"]*"', "", svg)
    # room for fonts that are wider than the one that it was laid out with
    svg = re.sub(r'font-size="([\d.]+)"', lambda found: f'font-size="{float(found[1]) * SMALLER:.1f}"', svg)
    for colour, name in _COLOURS.items():
        svg = re.sub(rf'(fill|stroke)="{colour}"', rf'\1="var(--{name})"', svg)
    svg = re.sub(r"(<text(?:(?! fill=)[^>])*)>", r'\1 fill="var(--ink)">', svg)
    head = f"<title>{title}</title>{mark(graph)}{style('')}"
    page = '<rect x="-4" y="-9999" width="99999" height="99999" fill="var(--page)"/>'
    return re.sub(r"(<svg[^>]*>)", lambda found: f"{found[1]}{head}{page}", svg, count=1)

"""A picture of a sweep, drawn by plotly: the objective by trial and by cost, and the hyperparameters side by side.

The page has plotly's own script in it and loads nothing: its policy lets no address be asked.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from html import escape
from importlib import import_module
from itertools import accumulate
from typing import Any

from constructs_lib.needed import missing
from constructs_lib.runs.aws.errors import RunsError
from constructs_lib.runs.reports.sweep.line import SweepLine
from constructs_lib.runs.views.html.document import document
from constructs_lib.runs.views.plain_text import one_line
from constructs_lib.runs.views.sweep.progress_text import settings_text

_MOST_NAMES = 40
"""Hyperparameters that are drawn side by side."""

_MOST_LABELS = 60
"""Texts that an axis has room for; of a hyperparameter with more of them only the first are told apart."""

_CONFIG = {
    "displaylogo": False,
    "responsive": True,
    # plotly 7 has a button that sends what is drawn to its maker, and older ones have another
    "showSendToCloud": False,
    "showEditInChartStudio": False,
    "plotlyServerURL": "",
}

_STYLE = ".plot{height:26rem}body{max-width:75rem}"


def check_plotting() -> None:
    """See to it that pictures can be drawn, before anything is waited for.

    Raises:
        RunsError: plotly is not installed; says what installs it.
    """
    try:
        import_module("plotly.offline")
    except ModuleNotFoundError as error:
        raise RunsError(f"--plot cannot draw: {missing(error, 'plot')}") from error


def sweep_plot(
    name: str, metric: str, kind: str, lines: Sequence[SweepLine], contents: Sequence[Mapping[str, Any]]
) -> str:
    """Draw the runs of a sweep that have the objective, as a page.

    Args:
        name: The sweep's name.
        metric: The objective's name.
        kind: `Minimize` or `Maximize`.
        lines: The last line of each item.
        contents: Their contents, in the same order.

    Raises:
        RunsError: plotly is not installed.
    """
    check_plotting()
    told = [(line, content) for line, content in zip(lines, contents, strict=True) if line.objective is not None]
    left = len(lines) - len(told)
    heading = f"Sweep {one_line(name)}: {one_line(metric)}, {'largest' if kind == 'Maximize' else 'smallest'} is best"
    figures = _figures(_shown(metric), kind, told) if told else []
    nonce = secrets.token_urlsafe(16)
    script = import_module("plotly.offline").get_plotlyjs() if figures else ""
    places = "".join(f'<div class="plot" id="plot-{number}"></div>' for number in range(len(figures)))
    # in a script only `<` could end it; in JSON it may be written otherwise
    drawn = [figure.to_json().replace("<", "\\u003c") for figure in figures]
    calls = "".join(f"draw('plot-{number}',{figure});" for number, figure in enumerate(drawn))
    draw = "const draw=(id,figure)=>Plotly.newPlot(id,figure.data,figure.layout," + json.dumps(_CONFIG) + ");"
    without = f'<p class="told">{left} of {len(lines)} runs have no objective and are not drawn.</p>' if left else ""
    nothing = "" if told else '<p class="told">No run that has ended has the objective.</p>'
    body = f"<h1>{escape(heading)}</h1>{places}{without}{nothing}" + (
        f'<script nonce="{nonce}">{script}</script><script nonce="{nonce}">{draw}{calls}</script>' if figures else ""
    )
    # the lines of the parallel coordinates are compiled in the page, which takes eval; `default-src 'none'` goes before
    # it, so that nothing at all can be loaded, nor sent by a form
    policy = f"script-src 'nonce-{nonce}' 'unsafe-eval'; img-src data: blob:; form-action 'none'; base-uri 'none'"
    return document(heading, body, _STYLE, policy)


def _figures(metric: str, kind: str, told: Sequence[tuple[SweepLine, Mapping[str, Any]]]) -> list[Any]:
    go = import_module("plotly.graph_objects")
    objectives = [line.objective for line, _ in told]
    hover = [_shown(f"{line.name}: {settings_text(content)}") for line, content in told]
    figures = []
    for title, x in (
        ("trial", [line.place + 1 for line, _ in told]),
        ("billed seconds", [line.billable_seconds for line, _ in told]),
    ):
        dots = go.Scatter(x=x, y=objectives, mode="markers", text=hover, hovertemplate="%{text}<br>%{y}<extra></extra>")
        traces = [dots, *([_best_so_far(go, x, objectives, kind)] if title == "trial" else [])]
        figures.append(go.Figure(traces, _layout(title, metric)))
    names = list(dict.fromkeys(name for _, content in told for name in _asked(content)))[:_MOST_NAMES]
    axes = [_axis(name, [_asked(content).get(name) for _, content in told]) for name in names]
    line = {"color": objectives, "colorscale": "Viridis", "reversescale": kind == "Minimize", "showscale": True}
    figures.append(
        go.Figure(
            go.Parcoords(line=line, dimensions=[*axes, {"label": metric, "values": objectives}]),
            {"margin": {"t": 60, "b": 40}},
        )
    )
    return figures


def _best_so_far(go: Any, x: Sequence[int], objectives: Sequence[Any], kind: str) -> Any:
    best = list(accumulate(objectives, max if kind == "Maximize" else min))
    return go.Scatter(x=x, y=best, mode="lines", line={"shape": "hv"}, name="best so far", hoverinfo="skip")


def _layout(title: str, metric: str) -> dict[str, Any]:
    return {
        "xaxis": {"title": {"text": title}},
        "yaxis": {"title": {"text": metric}},
        "showlegend": False,
        "margin": {"t": 20},
    }


def _asked(content: Mapping[str, Any]) -> Mapping[str, Any]:
    found = content.get("HyperParameters")
    return found if isinstance(found, dict) else {}


def _axis(name: str, values: Sequence[Any]) -> dict[str, Any]:
    """Make an axis: of numbers as they are, of anything else by its texts."""
    if all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in values):
        return {"label": _shown(name), "values": list(values)}
    texts = [
        "-" if value is None else _shown(value if isinstance(value, str) else json.dumps(value)) for value in values
    ]
    known = {text: place for place, text in enumerate(sorted(set(texts))[:_MOST_LABELS])}
    return {
        "label": _shown(name),
        "values": [known.get(text, len(known)) for text in texts],
        "tickvals": list(known.values()),
        "ticktext": list(known),
    }


def _shown(text: str) -> str:
    """Return a text as plotly is to show it, which reads some HTML in texts."""
    line = one_line(text)
    return escape(line if len(line) <= 200 else f"{line[:200]}…", quote=False)

"""A CloudWatch for one picture: what the runs put, and the metric math of the dashboard's expressions."""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tools.dashboard_picture.runs import DAYS, NOW, Told

DAY = 24 * 3600
START = NOW.timestamp() - DAYS * DAY

Series = dict[int, float]
"""Values by the number of their day, 0 the oldest."""

_STATES = "AWS/States"
_OURS = "SpotTraining"
_SEARCH = re.compile(r"SEARCH\('\{[^}]*\} (?P<wanted>[^']*)', '(?P<stat>\w+)', \d+\)")
_STATISTICS: dict[str, Callable[[list[float]], float]] = {
    "Sum": sum,
    "Average": lambda values: sum(values) / len(values),
    "Maximum": max,
}
_OPERATORS: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


@dataclass
class Metrics:
    """Every value that was put, by namespace, name and dimensions."""

    values: dict[tuple[str, str, frozenset[tuple[str, str]]], list[tuple[float, float]]] = field(default_factory=dict)

    def put(self, namespace: str, name: str, dimensions: Mapping[str, str], at: float, value: float) -> None:
        """Take one value."""
        self.values.setdefault((namespace, name, frozenset(dimensions.items())), []).append((at, value))

    def series(self, metric: list[Any], *, whole: bool) -> Series:
        """Return a metric of a widget, day by day or for the whole time as if it were one day.

        Args:
            metric: As it stands in the widget: namespace, name, dimensions and how it is shown.
            whole: Whether the whole time is one period.
        """
        texts = [part for part in metric if isinstance(part, str)]
        shown = metric[-1] if isinstance(metric[-1], dict) else {}
        key = (texts[0], texts[1], frozenset(zip(texts[2::2], texts[3::2], strict=True)))
        days: dict[int, list[float]] = {}
        for at, value in self.values.get(key, []):
            days.setdefault(0 if whole else int((at - START) // DAY), []).append(value)
        statistic = _STATISTICS[shown.get("stat", "Average")]
        return {day: statistic(values) for day, values in sorted(days.items())}

    def found(self, wanted: str) -> list[tuple[str, list[Any]]]:
        """Return the capacity and the metric of each that a search finds, in the order of their names."""
        terms = dict(re.findall(r'(\w+)="([^"]*)"', wanted))
        return [
            (dict(dimensions)["Capacity"], [namespace, name, *(part for pair in dimensions for part in pair)])
            for namespace, name, dimensions in sorted(self.values, key=str)
            if name == terms["MetricName"]
            and dict(dimensions).keys() == {"BaseJobName", "Capacity"}
            and dict(dimensions)["BaseJobName"] == terms["BaseJobName"]
        ]


@dataclass(frozen=True)
class Line:
    """One visible line of a graph."""

    label: str
    color: str | None
    right: bool
    series: Series


def collect(runs: Iterable[Told], state_machine: str) -> Metrics:
    """Put what the runs put themselves, and what Step Functions puts of them."""
    metrics = Metrics()
    for run in runs:
        at = run.end.timestamp()
        ended = {"SUCCEEDED": "ExecutionsSucceeded", "FAILED": "ExecutionsFailed"}[run.status]
        machine = {"StateMachineArn": state_machine}
        metrics.put(_STATES, ended, machine, at, 1)
        metrics.put(_STATES, "ExecutionTime", machine, at, run.milliseconds)
        for datum in run.figures:
            dimensions = {dimension["Name"]: dimension["Value"] for dimension in datum["Dimensions"]}
            metrics.put(_OURS, datum["MetricName"], dimensions, at, datum["Value"])
    return metrics


def lines(widget: Mapping[str, Any], metrics: Metrics) -> list[Line]:
    """Return the visible lines of a metric widget."""
    whole = bool(widget.get("setPeriodToTimeRange"))
    named = {
        metric[-1]["id"]: metrics.series(metric, whole=whole)
        for metric in widget["metrics"]
        if isinstance(metric[-1], dict) and "id" in metric[-1] and "expression" not in metric[-1]
    }
    result: list[Line] = []
    for metric in widget["metrics"]:
        shown = metric[-1] if isinstance(metric[-1], dict) else {}
        if shown.get("visible") is False:
            continue
        right = shown.get("yAxis") == "right"
        if "expression" not in shown:
            result.append(Line(shown["label"], shown.get("color"), right, metrics.series(metric, whole=whole)))
        elif search := _SEARCH.search(shown["expression"]):
            text = shown["expression"].replace(search[0], "found")
            for capacity, one in metrics.found(search["wanted"]):
                series = metrics.series([*one, {"stat": search["stat"]}], whole=whole)
                result.append(Line(capacity, None, right, evaluate(text, {"found": series}, whole=whole)))
        else:
            result.append(
                Line(shown["label"], shown.get("color"), right, evaluate(shown["expression"], named, whole=whole))
            )
    return result


def evaluate(expression: str, named: Mapping[str, Series], *, whole: bool) -> Series:
    """Evaluate metric math: the four operations and FILL, day by day; a day without a value has none."""
    tree = ast.parse(expression, mode="eval").body
    days = range(1) if whole else range(DAYS)
    values = {day: _value(tree, named, day) for day in days}
    return {day: value for day, value in values.items() if value is not None}


def _value(node: ast.expr, named: Mapping[str, Series], day: int) -> float | None:
    if isinstance(node, ast.Constant):
        return float(str(node.value))
    if isinstance(node, ast.Name):
        return named.get(node.id, {}).get(day)
    if isinstance(node, ast.BinOp):
        left, right = _value(node.left, named, day), _value(node.right, named, day)
        if left is None or right is None or (isinstance(node.op, ast.Div) and right == 0):
            return None
        return _OPERATORS[type(node.op)](left, right)
    if isinstance(node, ast.Call) and ast.unparse(node.func) == "FILL":
        value = _value(node.args[0], named, day)
        return _value(node.args[1], named, day) if value is None else value
    raise ValueError(f"the picture knows no metric math such as {ast.unparse(node)}")

"""FinalMetricDataList: the last value that each metric definition finds in a program's output.

https://docs.aws.amazon.com/sagemaker/latest/dg/define-train-metrics.html
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

_READ_BYTES = 1 << 20
"""How much of the output's end is looked at."""

log = logging.getLogger(__name__)


def final_metrics(
    output: Path, definitions: Sequence[Mapping[str, str]], now: datetime
) -> list[tuple[str, float, datetime]]:
    """Return each metric's last value; a metric without a value, or whose expression is wrong, is left out.

    Args:
        output: The program's output.
        definitions: `Name` and `Regex` of each metric; the value is the expression's first group, within a line.
        now: The time to give to the values.
    """
    if not definitions:
        return []
    with output.open("rb") as content:
        content.seek(max(0, output.stat().st_size - _READ_BYTES))
        lines = content.read().decode("utf-8", errors="replace").splitlines()
    found: list[tuple[str, float, datetime]] = []
    for definition in definitions:
        try:
            pattern = re.compile(definition["Regex"])
            values = [float(match[1]) for line in lines for match in pattern.finditer(line)]
        except (re.error, IndexError, ValueError, TypeError) as error:
            log.warning("metric %s cannot be read from %s: %s", definition["Name"], output, error)
            continue
        if values:
            found.append((definition["Name"], values[-1], now))
    return found

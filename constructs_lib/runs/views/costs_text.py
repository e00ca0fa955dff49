"""What a period cost, as a table and as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from constructs_lib.runs.verbs.costs import Costs
from constructs_lib.runs.views.money import dollars
from constructs_lib.runs.views.plain_text import columns, one_line, percent

_HEADINGS = ("Training", "Runs", "Succeeded", "Interruptions", "Trained", "Billed", "Savings", "Cost", "On-demand")
_RIGHT = range(1, len(_HEADINGS))


def render_costs(costs: Sequence[Costs]) -> str:
    """Write a table; hours are times instances. Below it stands what is missing, and why."""
    *each, total = costs
    # of one training the sum says the same again
    shown = [*each, total] if len(each) != 1 else each
    lines = columns([_HEADINGS, *map(_row, shown)], right=list(_RIGHT))
    if total.unknown:
        runs = "run" if total.unknown == 1 else "runs"
        why = f": {one_line(total.problem)}" if total.problem else ": a spot job that goes on has no bill yet"
        lines += ["", f"{total.unknown} {runs} without a known cost{why}"]
    lines += ["", "Hours of instances, at on-demand prices; without storage, data and discounts of the account."]
    return "\n".join(lines)


def csv_of(costs: Sequence[Costs]) -> str:
    """Write the same as CSV, with the names of the JSON document; what is not known is empty."""
    documents = [each.as_document() for each in costs]
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(documents[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(documents)
    return text.getvalue()


def _row(costs: Costs) -> tuple[str, ...]:
    document = costs.as_document()
    return (
        one_line(costs.training),
        f"{costs.runs:,}",
        f"{costs.succeeded:,}",
        f"{costs.interruptions:,}",
        f"{costs.trained_hours:,.1f} h",
        f"{costs.billed_hours:,.1f} h",
        percent(costs.savings_percent),
        dollars(document["CostInDollars"]),
        dollars(document["OnDemandCostInDollars"]),
    )

"""Dollars, as people write them, and what a run cost."""

from __future__ import annotations

from constructs_lib.runs.reports.cost import Cost
from constructs_lib.runs.views.plain_text import one_line


def dollars(amount: float | None) -> str:
    """Write `$1,234.50`; what is less than a cent and not nothing as such; `-` when it is not known."""
    if amount is None:
        return "-"
    return "< $0.01" if 0 < amount < 0.005 else f"${amount:,.2f}"


def cost_facts(cost: Cost) -> list[tuple[str, str]]:
    """List what attempts cost, by which prices, or why that is not known."""
    if cost.problem:
        return [("Cost", one_line(f"not known: {cost.problem}"))]
    jobs = "job that goes" if cost.unsettled == 1 else "jobs that go"
    live = f", without {cost.unsettled} {jobs} on" if cost.unsettled else ""
    facts = [("Cost", f"{dollars(cost.dollars)}{live}; on-demand {dollars(cost.on_demand)}")]
    if cost.prices:
        each = ", ".join(f"{name} ${price.dollars_per_hour:g}/h" for name, price in cost.prices.items())
        facts.append(("Prices", one_line(f"{each}{f', as of {cost.as_of}' if cost.as_of else ''}")))
    return facts

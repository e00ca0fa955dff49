"""The counts by topic, as they are printed and as `docs/guides/local.md` has them."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from tests.local.conformance.case import LEVELS, Case, Level

BEGIN, END = "<!-- conformance: written by `make docs` -->\n", "<!-- /conformance -->\n"

_WIDTH = 120

_HEADS = {"agrees": "agree wholly", "history": "differ in history", "wording": "in wording", "result": "in result"}


def counted(levels: Iterable[Level]) -> Counter[Level]:
    """Count."""
    return Counter(levels)


def told(counts: Mapping[str, Counter[Level]]) -> str:
    """Write counts by topic, and their sum, for a terminal."""
    rows = [("", *_HEADS.values())]
    rows += [(topic, *(str(found[level]) for level in LEVELS)) for topic, found in counts.items()]
    rows.append(("in all", *(str(sum(found[level] for found in counts.values())) for level in LEVELS)))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)


def in_markdown(topics: Mapping[str, Sequence[Case]]) -> str:
    """Write the table of `docs/guides/local.md`: the counts by topic, and every case that differs with why."""
    lines = ["| topic | " + " | ".join(_HEADS.values()) + " |", "|---|" + "--:|" * len(LEVELS)]
    for topic, cases in topics.items():
        found = counted(case.differs for case in cases)
        lines.append(f"| {topic} | " + " | ".join(str(found[level] or "") for level in LEVELS) + " |")
    sums = counted(case.differs for cases in topics.values() for case in cases)
    lines.append("| **in all** | " + " | ".join(str(sums[level]) for level in LEVELS) + " |")
    if sums["agrees"] < sum(sums.values()):
        lines += ["", "What differs, and why it does not matter here:", ""]
    same: dict[tuple[str, Level, str], list[str]] = {}
    for topic, cases in topics.items():
        for case in cases:
            if case.differs != "agrees":
                same.setdefault((topic, case.differs, case.why), []).append(case.name)
    for (topic, level, why), names in same.items():
        item = f"- {topic} (in {level}): {'; '.join(names)}. {why[:1].upper()}{why[1:]}."
        lines += textwrap.wrap(item, _WIDTH, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)
    return "\n".join(lines) + "\n"


def with_table(page: str, topics: Mapping[str, Sequence[Case]]) -> str:
    """Return the page with the table written anew between its two marks."""
    before, _, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    assert end, f"the page has no marks {BEGIN!r} … {END!r}"
    return f"{before}{BEGIN}\n{in_markdown(topics)}\n{END}{after}"

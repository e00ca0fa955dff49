"""The tables of permissions in `docs/security.md`: `make docs` writes them.

The rest of the page is written by hand; only what stands between two marks is replaced.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from constructs_lib.cdk.permissions.table import REASONS, Reason, RoleName

FILE = "security.md"
"""The page's name in the directory of the documents."""

_BEGIN = "<!-- {role} role: written by `make docs`; edit job_role.py or state_machine_role.py -->"
_END = "<!-- end of the {role} role -->"


def table(role: RoleName) -> str:
    """Return the table of one role."""
    lines = ["| may | on | why | page |", "|---|---|---|---|"]
    return "\n".join([*lines, *map(_row, REASONS[role])])


def with_tables(page: str) -> str:
    """Return a page with its tables as they are now.

    Args:
        page: The page, which has both marks of each table.

    Raises:
        ValueError: If marks are missing.
    """
    for role in REASONS:
        begin, end = _BEGIN.format(role=role), _END.format(role=role)
        if page.count(begin) != 1 or page.count(end) != 1:
            raise ValueError(f"the page must have the marks {begin!r} and {end!r}, each once; put them back")
        pattern = f"{re.escape(begin)}.*?{re.escape(end)}"
        written = f"{begin}\n\n{table(role)}\n\n{end}"
        page = re.sub(pattern, lambda _, written=written: written, page, flags=re.DOTALL)  # type: ignore[misc]
    return page


def _row(reason: Reason) -> str:
    cells = [
        "<br>".join(f"`{action}`" for action in reason.actions),
        "<br>".join([*(f"`{resource}`" for resource in reason.resources), *_conditions(reason)]),
        reason.why + (f" (with {reason.when})" if reason.when else ""),
        f"[{_label(reason.page)}]({reason.page})",
    ]
    return f"| {' | '.join(cells)} |"


def _conditions(reason: Reason) -> Iterator[str]:
    for condition, value in reason.conditions.items():
        yield f"if `{condition}`" + (f" is `{value}`" if value is not None else " is as deployed")
    if reason.optional:
        yield "and, where the deployment says so, " + ", ".join(
            f"`{condition}`" for condition in sorted(reason.optional)
        )


def _label(page: str) -> str:
    return re.split(r"[/#]", page.partition("#")[0].removesuffix(".html"))[-1]

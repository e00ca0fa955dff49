"""The table in `docs/guides/local.md` of how its Step Functions compares with AWS's: `make docs` writes it."""

from __future__ import annotations

from tests.local.conformance.table import with_table
from tests.local.conformance.topics.all_topics import TOPICS

FILE = "guides/local.md"
"""The page in the directory of the documents."""


def with_counts(page: str) -> str:
    """Return the page with the table written anew."""
    return with_table(page, TOPICS)

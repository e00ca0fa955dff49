"""The table in `docs/local.md` of how the embedded AWS's Step Functions compares with AWS's: `make docs` writes it."""

from __future__ import annotations

from tests.local.conformance.table import with_table
from tests.local.conformance.topics.all_topics import TOPICS

FILE = "local.md"
"""The page's name in the directory of the documents."""


def with_counts(page: str) -> str:
    """Return the page with the table written anew."""
    return with_table(page, TOPICS)

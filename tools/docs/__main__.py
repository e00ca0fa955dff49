"""Write the generated pages anew: `make docs`."""

from __future__ import annotations

from pathlib import Path

from tools.docs import conformance, create_training_job, deadline, execution_input, security

DOCS = Path(__file__).parents[2] / "docs"


def main() -> None:
    """Write every page that comes from a table in the code."""
    (DOCS / create_training_job.FILE).write_text(create_training_job.page(), encoding="utf-8")
    for name, text in execution_input.documents().items():
        (DOCS / name).write_text(text, encoding="utf-8")
    page = DOCS / security.FILE
    page.write_text(security.with_tables(page.read_text(encoding="utf-8")), encoding="utf-8")
    page = DOCS / conformance.FILE
    page.write_text(conformance.with_counts(page.read_text(encoding="utf-8")), encoding="utf-8")
    page = DOCS / deadline.PAGE
    (DOCS / deadline.FILE).write_text(deadline.picture(page.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()

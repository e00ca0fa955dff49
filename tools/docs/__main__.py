"""Write the generated pages anew: `make docs`."""

from __future__ import annotations

from pathlib import Path

from tools.docs import api, conformance, create_training_job, deadline, errors, execution_input, security, sources

DOCS = Path(__file__).parents[2] / "docs"


def written() -> dict[Path, str]:
    """Return the text of every page, or part of a page, that comes from a table in the code or from a docstring."""
    made = {
        create_training_job.FILE: create_training_job.page(),
        errors.FILE: errors.page(),
        **execution_input.documents(),
        **api.documents(),
    }
    texts = {DOCS / name: text for name, text in made.items()}
    for place in sorted(DOCS.rglob("*.md")):
        if place not in texts:
            texts[place] = sources.with_programs(place.read_text(encoding="utf-8"))
    for file, write in ((security.FILE, security.with_tables), (conformance.FILE, conformance.with_counts)):
        texts[DOCS / file] = write(texts[DOCS / file])
    texts[DOCS / deadline.FILE] = deadline.picture(texts[DOCS / deadline.PAGE])
    return texts


def main() -> None:
    """Write every page that is not as it should be."""
    for place, text in written().items():
        if not place.exists() or place.read_text(encoding="utf-8") != text:
            place.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()

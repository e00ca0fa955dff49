"""Where the plain template is: `make template` writes it from the constructs, so that nobody needs CDK to have it."""

from __future__ import annotations

from pathlib import Path

from constructs_lib.runs.aws.errors import RunsError

FILE = Path(__file__).parent / "template.json"


def write_template(place: Path) -> None:
    """Write the template to a file.

    Raises:
        RunsError: The file cannot be written.
    """
    try:
        place.write_text(FILE.read_text(encoding="utf-8"), encoding="utf-8")
    except OSError as error:
        raise RunsError(f"--output {str(place)!r} cannot be written: {error.strerror}") from error

"""Draws the rehearsal of a program that does not survive, as the report of one draws it; `make pictures RECORD=record`.

The program is one of the gallery's; it is played again each time, and so the picture differs each time by a little.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from pathlib import Path

from constructs_lib.local.rehearsal import rehearse
from constructs_lib.local.rehearsal.views.timeline import timeline

FILE = "pictures/rehearsal.svg"
PROGRAMS = Path(__file__).parents[2] / "tests" / "local" / "rehearsal" / "programs"
PROGRAM = "torn/loads_blindly.py"

DARK = (
    "@media(prefers-color-scheme:dark){text{fill:#f0f6fc}.page{fill:#0d1117}.on{fill:#1f4b7a}.end{fill:#3fb950}"
    ".bad{fill:#f85149}.mark{stroke:#79c0ff}.torn{stroke:#d29922}.lost{stroke:#f85149}}"
)


def picture() -> str:
    """Play the program and draw the plays."""
    with tempfile.TemporaryDirectory(prefix="spot-training-picture-") as folder:
        for file in ("lesson.py", PROGRAM):
            shutil.copy(PROGRAMS / file, folder)
        played = rehearse(source=folder, entry_point=Path(PROGRAM).name, grace_seconds=5)
    return with_looks(timeline(played))


def with_looks(drawn: str) -> str:
    """Give a picture that is drawn for a white page a page of its own, in light and in dark."""
    page = '<rect class="page" width="100%" height="100%"/>'
    return re.sub(r"</style>", f".page{{fill:#fff}}{DARK}</style>{page}", drawn, count=1) + "\n"

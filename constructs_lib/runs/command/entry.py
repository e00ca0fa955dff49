"""Where the command `spot-training` begins: before click is known to be there."""

from __future__ import annotations

import sys
from importlib import import_module

from constructs_lib.needed import missing

WRONG = 2
"""As in `exit_status`, which may not be importable here."""


def main() -> None:
    """Run the command; a package that is missing is one sentence with the command that installs it."""
    try:
        command = import_module("constructs_lib.runs.command.main").main
    except ModuleNotFoundError as error:
        said = missing(error)
        if said is None:
            raise
        sys.stderr.write(f"Error: {said}\n")
        sys.exit(WRONG)
    command(prog_name="spot-training")

"""The exit statuses of the commands: one list, which `--help` shows and a test holds `docs/reference/command.md` to."""

from __future__ import annotations

from constructs_lib.runs.reports.report import EXIT_STATUS

WRONG = 2
"""As click gives it to usage errors, too."""

INTERRUPTED = 130
"""As shells have it after Ctrl-C; click's own is 1, which means here that a run has failed."""

MEANINGS = {
    EXIT_STATUS["SUCCEEDED"]: "the run succeeded; without watching, what was asked for is done",
    EXIT_STATUS["FAILED"]: "the run failed; with --explain, it would be refused",
    WRONG: "an argument or the environment is wrong, or AWS cannot be asked",
    EXIT_STATUS["ABORTED"]: "the run was aborted: a person stopped it",
    EXIT_STATUS["TIMED_OUT"]: "the run timed out",
    INTERRUPTED: "Ctrl-C; a run that has begun goes on",
}

EPILOG = "\n".join(["\b", "Exit status:", *(f"  {status:<3}  {meaning}" for status, meaning in MEANINGS.items())])
r"""For `--help`; after `\b`, click leaves the lines as they are."""

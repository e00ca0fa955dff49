"""What a framework image says when its program has failed: the text of `output/failure`, and so of FailureReason."""

from __future__ import annotations

import builtins
from collections.abc import Sequence

EXIT_CODE = 1
"""What the toolkit itself exits with, whatever its program exited with."""

_OUT_OF_MEMORY = 137
_CUT = "…"
_TELLING = (
    *(name for name in dir(builtins) if "Error" in name or "Exception" in name),
    "Invalid requirement",
    "ResourceExhaustedError",
    "OutOfRangeError",
    "InvalidArgumentError",
    "ExecuteUserScriptError",
    "mpirun.real",
    "ORTE",
)
"""What makes a line of output the first one of a message."""


def failure_text(command: Sequence[str], exit_code: int, output: str, most: int) -> str:
    """Return the toolkit's message about a program that has failed and has not written a message itself.

    The toolkit's message begins at the first line that names an error and has every line once. Of a program that names
    none it would have none: then the last line that the program has written stands there. A text that is too long keeps
    its end, where SageMaker keeps its beginning only: there is the line that tells what went wrong.

    Args:
        command: The command.
        exit_code: Its exit code; negative for a signal, as Python has it.
        output: What it has written.
        most: How many characters the text may have.
    """
    told = error_message(output) or last_line(output)
    extra = '\nExtraInfo "OutOfMemory: Process killed by SIGKILL (signal 9)"' if exit_code == _OUT_OF_MEMORY else ""
    head = f'ExecuteUserScriptError:\nExitCode {exit_code}\nErrorMessage "'
    ran = " ".join(command).replace(" -c exec ./", " -c ./", 1)
    tail = f'"{extra}\nCommand "{ran}"'
    if len(head) + len(told) + len(tail) > most:
        room = max(most - len(head) - min(len(tail), most // 3), 0)
        told = shortened(told, room)
    return (head + told + tail)[:most]


def error_message(output: str) -> str:
    """Return the part of a program's output that the toolkit takes for its error message; empty when there is none."""
    lines: list[str] = []
    for line in output.strip().split("\n"):
        if not lines and not any(name in line for name in _TELLING):
            continue
        if line not in lines:
            lines.append(line.strip(" :\n") + "\n")
    return "\n".join(dict.fromkeys(" ".join(lines).split("\n"))).strip()


def last_line(output: str) -> str:
    """Return the last line that is not blank; empty when there is none."""
    return next((line.strip() for line in reversed(output.splitlines()) if line.strip()), "")


def shortened(text: str, most: int) -> str:
    """Return a text's end where it has more characters than it may have."""
    if len(text) <= most:
        return text
    return _CUT + text[len(text) - most + 1 :] if most > 1 else ""

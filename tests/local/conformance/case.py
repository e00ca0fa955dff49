"""What a case is: a machine or a call, and what AWS answered to its like.

The answers are facts from executions that LocalStack's maintainers recorded on AWS (localstack/localstack, below
tests/aws/services/stepfunctions/v2, the cases marked `aws.validated` with their snapshots). Each case names the file
and the test; the machines are written here and only ask the same question.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Level = Literal["agrees", "history", "wording", "result"]
LEVELS: tuple[Level, ...] = ("agrees", "history", "wording", "result")
"""How far an answer is from AWS's, from nearest to farthest: in nothing, in the history's events only, in the words
of a cause, in the status, the output or the error's name."""

ANY = "…"
"""In an expected text: anything. As a key of an expected object: further members."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What came of a machine's run or of a call.

    Attributes:
        status: The execution's status; for a call OK or REFUSED.
        output: The output, or the response.
        error: The error's name, or the code of the refusal.
        cause: The cause, or the message of the refusal.
        events: The types of the history's events between the first and the last, see `events_of`; empty if the case
            does not ask for them.
    """

    status: str
    output: object = None
    error: str | None = None
    cause: str | None = None
    events: str = ""


@dataclass(frozen=True, kw_only=True)
class Case:
    """A question, and AWS's answer.

    Attributes:
        name: What is asked, in a few words; one of its kind in its topic.
        source: The recorded case that has the answer.
        want: The answer.
        machine: The machine to run; JSONata unless it says otherwise. Or else:
        call: An operation of the API with its parameters.
        run_input: The execution's input.
        differs: How the embedded AWS is known to differ.
        why: Why that does not matter here; needed where it differs.
    """

    name: str
    source: str
    want: Answer
    machine: Mapping[str, Any] | None = None
    call: tuple[str, Mapping[str, Any]] | None = None
    run_input: object = field(default_factory=dict)
    differs: Level = "agrees"
    why: str = ""


def gives(output: object, events: str = "") -> Answer:
    """Return the answer of an execution that succeeds."""
    return Answer(status="SUCCEEDED", output=output, events=events)


def fails(error: str | None, cause: str | None = None, events: str = "") -> Answer:
    """Return the answer of an execution that fails."""
    return Answer(status="FAILED", error=error, cause=cause, events=events)


def answers(response: object) -> Answer:
    """Return the answer of a call that is granted."""
    return Answer(status="OK", output=response)


def refuses(code: str, message: str) -> Answer:
    """Return the answer of a call that is refused."""
    return Answer(status="REFUSED", error=code, cause=message)


def distance(want: Answer, got: Answer) -> Level:
    """Say how far an answer is from the expected one."""
    if want.status != got.status or not matches(want.output, got.output) or not matches(want.error, got.error):
        return "result"
    if not matches(want.cause, got.cause):
        return "wording"
    return "history" if want.events and not matches(want.events, got.events) else "agrees"


def matches(want: object, got: object) -> bool:
    """Compare a JSON value to an expected one, see `ANY`."""
    if isinstance(want, str):
        if want == ANY:
            return True
        pattern = ".*".join(re.escape(part) for part in want.split(ANY))
        return isinstance(got, str) and re.fullmatch(pattern, got, re.DOTALL) is not None
    if isinstance(want, dict):
        if not isinstance(got, dict) or (ANY not in want and set(want) != set(got)):
            return False
        return all(key in got and matches(value, got[key]) for key, value in want.items() if key != ANY)
    if isinstance(want, list):
        return (
            isinstance(got, list)
            and len(want) == len(got)
            and all(matches(one, other) for one, other in zip(want, got, strict=True))
        )
    return type(want) is type(got) and want == got


def events_of(types: list[str]) -> str:
    """Write the types of events in short: `Pass+ Pass-` for a state that is entered and left.

    The first and the last, by which the execution begins and ends, are left out: the status says the same.
    """
    return " ".join(re.sub("StateExited$", "-", re.sub("StateEntered$", "+", name)) for name in types[1:-1])

"""Is the result the same as without an interruption?"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from enum import StrEnum

from constructs_lib.local.rehearsal.plays.evidence import Evidence
from constructs_lib.local.rehearsal.plays.record import Play
from constructs_lib.local.rehearsal.questions.answer import Answer, Question
from constructs_lib.local.rehearsal.questions.comes_back import TOO_FAST

QUESTION = Question("same result", "Is the result the same as without an interruption?")
_SEED = (
    "fix its seeds, restore the state of random numbers and of the data's order with the checkpoint, or name what is "
    "to be alike: --metric accuracy --tolerance 0.01"
)


class Alike(StrEnum):
    """How a play's result is to the undisturbed one."""

    BYTES = "bytes"
    METRICS = "metrics"
    DIFFERENT = "different"
    UNKNOWN = "unknown"


def alike(evidence: Evidence, play: Play) -> Alike:
    """Compare a play's result with the undisturbed one; UNKNOWN where the program itself never gives one result."""
    if not play.succeeded:
        return Alike.UNKNOWN
    mine, theirs = play.model, evidence.undisturbed.model
    if mine == theirs and mine:
        return Alike.BYTES
    always = evidence.again is not None and evidence.again.model == theirs and bool(mine or theirs)
    if always and not evidence.program.metrics:
        return Alike.DIFFERENT
    return _by_metrics(evidence, play) if _compared(evidence) else Alike.UNKNOWN


def answer(evidence: Evidence) -> Answer:
    """Answer from the plays that came to their end and whose checkpoints were left whole."""
    ended = [play for play in evidence.whole if play.succeeded]
    if not ended:
        return QUESTION.unclear("no interrupted play came to its end", mend="mend first what fails, or " + TOO_FAST)
    found = {play.script.title: alike(evidence, play) for play in ended}
    different = [play for play in ended if found[play.script.title] is Alike.DIFFERENT]
    if different:
        return QUESTION.bad(*(_difference(evidence, play) for play in different), *_lost(different), mend=_SEED)
    if Alike.UNKNOWN in found.values():
        return _unknown(evidence)
    names = ", ".join(sorted(evidence.undisturbed.model)[:4])
    if set(found.values()) == {Alike.BYTES}:
        return QUESTION.good(f"in {len(ended)} of {len(ended)} plays, byte for byte ({names})")
    values = "; ".join(
        f"{name} {', '.join(f'{_metrics(evidence, play).get(name, 0):g}' for play in ended)}, undisturbed "
        f"{_metrics(evidence, evidence.undisturbed)[name]:g}"
        for name in _compared(evidence)
    )
    return QUESTION.good(f"within {evidence.program.tolerance:g}: {values}")


def _unknown(evidence: Evidence) -> Answer:
    undisturbed = evidence.undisturbed
    if evidence.program.metrics:
        if evidence.again is not None and (apart := _apart(evidence, evidence.again)):
            return QUESTION.unclear(f"two undisturbed plays are as far apart: {', '.join(apart)}", mend=_SEED)
        missing = [name for name in evidence.program.metrics if name not in _metrics(evidence, undisturbed)]
        return QUESTION.unclear(
            f"there is no value of {', '.join(missing) or 'a metric'} in every play",
            mend="print it as '<name>=<number>', or give its expression: --metric 'accuracy=acc: ([0-9.]+)'",
        )
    if not undisturbed.model:
        return QUESTION.unclear(
            "there is no file in /opt/ml/model to compare", mend="write the model to SM_MODEL_DIR, or name a --metric"
        )
    again = evidence.again.model if evidence.again else {}
    names = sorted(name for name in {*again, *undisturbed.model} if again.get(name) != undisturbed.model.get(name))
    return QUESTION.unclear(
        f"two undisturbed plays gave different files already ({', '.join(names[:4])}), so that nothing can be compared",
        mend=_SEED,
    )


def _difference(evidence: Evidence, play: Play) -> str:
    if apart := _apart(evidence, play):
        return f"{play.script.title}: {', '.join(apart)}"
    mine_, theirs_ = play.model, evidence.undisturbed.model
    names = sorted(name for name in {*mine_, *theirs_} if mine_.get(name) != theirs_.get(name))
    return f"{play.script.title}: {', '.join(names[:4])} differs; two undisturbed plays gave the same"


def _lost(different: list[Play]) -> list[str]:
    """Say which of the differing files were written before the interruption already, outside of the checkpoints."""
    written = {
        name
        for play in different
        for launch in play.launches
        if launch.loss is not None
        for name in launch.outside
        if "/model/" in name
    }
    return [f"{name} was begun before the interruption and lost with the instance" for name in sorted(written)]


def _by_metrics(evidence: Evidence, play: Play) -> Alike:
    mine, theirs = _metrics(evidence, play), _metrics(evidence, evidence.undisturbed)
    if any(name not in mine or name not in theirs for name in _compared(evidence)):
        return Alike.UNKNOWN
    if not _apart(evidence, play):
        return Alike.METRICS
    return Alike.UNKNOWN if evidence.again is not None and _apart(evidence, evidence.again) else Alike.DIFFERENT


def _compared(evidence: Evidence) -> Mapping[str, str]:
    """Return the metrics to compare by: those that were named, or the job's own that two undisturbed plays agree on."""
    program, again = evidence.program, evidence.again
    if program.metrics or again is None:
        return program.metrics
    one, other = _metrics(evidence, evidence.undisturbed), _metrics(evidence, again)
    return {
        name: expression
        for name, expression in program.metric_definitions.items()
        if name in one and name in other and abs(one[name] - other[name]) <= program.tolerance
    }


def _apart(evidence: Evidence, play: Play) -> list[str]:
    """Say which metrics are further from the undisturbed play's than they may be."""
    mine, theirs = _metrics(evidence, play), _metrics(evidence, evidence.undisturbed)
    return [
        f"{name} {mine[name]:g} instead of {theirs[name]:g}"
        for name in _compared(evidence)
        if name in mine and name in theirs and abs(mine[name] - theirs[name]) > evidence.program.tolerance
    ]


def _metrics(evidence: Evidence, play: Play) -> dict[str, float]:
    found = {}
    for name, expression in {**evidence.program.metric_definitions, **evidence.program.metrics}.items():
        pattern = expression or rf"\b{re.escape(name)}\W{{1,3}}(-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)"
        values = re.findall(pattern, play.output)
        if values:
            value = values[-1] if isinstance(values[-1], str) else values[-1][0]
            with suppress(ValueError):  # what an expression finds may be no number
                found[name] = float(value)
        elif (number := _in_files(play.model, name)) is not None:
            found[name] = number
    return found


def _in_files(model: Mapping[str, bytes], name: str) -> float | None:
    for file, content in model.items():
        if file.endswith(".json"):
            try:
                document = json.loads(content)
            except ValueError:
                continue
            if isinstance(document, dict) and isinstance(document.get(name), int | float):
                return float(document[name])
    return None

"""Is the result the same as without an interruption?"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
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
    if evidence.program.metrics:
        return _by_metrics(evidence, play)
    if not mine and not theirs:
        return Alike.UNKNOWN
    if evidence.again is None or evidence.again.model != theirs:
        return Alike.UNKNOWN
    return Alike.DIFFERENT


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
        for name in evidence.program.metrics
    )
    return QUESTION.good(f"within {evidence.program.tolerance:g}: {values}")


def _unknown(evidence: Evidence) -> Answer:
    undisturbed = evidence.undisturbed
    if evidence.program.metrics:
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
    if evidence.program.metrics:
        mine, theirs = _metrics(evidence, play), _metrics(evidence, evidence.undisturbed)
        told = [f"{name} {mine[name]:g} instead of {theirs[name]:g}" for name in evidence.program.metrics]
        return f"{play.script.title}: {', '.join(told)}"
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
    if any(name not in mine or name not in theirs for name in evidence.program.metrics):
        return Alike.UNKNOWN
    off = [abs(mine[name] - theirs[name]) > evidence.program.tolerance for name in evidence.program.metrics]
    return Alike.DIFFERENT if any(off) else Alike.METRICS


def _metrics(evidence: Evidence, play: Play) -> dict[str, float]:
    found = {}
    for name, expression in evidence.program.metrics.items():
        pattern = expression or rf"\b{re.escape(name)}\W{{1,3}}(-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)"
        values = re.findall(pattern, play.output)
        if values:
            value = values[-1]
            found[name] = float(value if isinstance(value, str) else value[0])
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

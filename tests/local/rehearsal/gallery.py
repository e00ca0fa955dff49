"""The gallery: what each program must be told, and why."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

SURVIVES, DOES_NOT, UNCLEAR = "survives", "does not survive", "cannot be judged"


@dataclass(frozen=True)
class Exhibit:
    """A program of the gallery.

    Attributes:
        program: Its file.
        verdict: What it must be told.
        because: The questions that decide it, each with words that its evidence has; all others must be good.
        options: Options of the rehearsal.
        plays: The interrupted plays that show it, by their scripts' names; `make gallery` plays all. Defaults to all.
    """

    program: str
    verdict: str
    because: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, object] = field(default_factory=dict)
    plays: Collection[str] = ()

    @property
    def briefly(self) -> Exhibit:
        """The same with the plays that show it, and that are enough for all questions."""
        return replace(self, plays=("after", "writing"))


RIGHT = [
    Exhibit("right/renames.py", SURVIVES, {"torn checkpoint": "under its temporary name"}),
    Exhibit("right/falls_back.py", SURVIVES, {"torn checkpoint": "of"}),
    Exhibit("right/one_file.py", SURVIVES, {"resumes": "line of progress"}),
    Exhibit("right/silent.py", SURVIVES, {"resumes": "6 undisturbed"}),
    Exhibit("right/folders.py", SURVIVES, {"torn checkpoint": "weights.json had"}),
    Exhibit("right/on_sigterm.py", SURVIVES, {"sigterm": "of a checkpoint and ended"}),
    Exhibit("right/ignores_sigterm.py", SURVIVES, {"sigterm": "it went on, and was killed"}, {"grace_seconds": 0.2}),
    Exhibit("right/keeps_two.py", SURVIVES, {"growth": "no more than it needs: 2 checkpoints"}),
    Exhibit("right/by_metric.py", SURVIVES, {"same result": "accuracy"}, {"metrics": ["accuracy"]}),
    Exhibit("right/number_as_ending.py", SURVIVES, {"resumes": "xgboost-checkpoint."}),
    Exhibit("right/made_elsewhere.py", SURVIVES, {"torn checkpoint": "files come into the directory complete"}),
]
WRONG = [
    Exhibit("writes/nothing.py", DOES_NOT, {"writes": "it wrote no file below /opt/ml/checkpoints"}),
    Exhibit("writes/elsewhere.py", DOES_NOT, {"writes": "model/checkpoint.json"}),
    Exhibit("reads/never.py", DOES_NOT, {"reads": "it opened none", "resumes": "it began anew"}),
    Exhibit("reads/other_names.py", DOES_NOT, {"reads": "there were checkpoint-", "resumes": "it began anew"}),
    Exhibit("reads/sometimes.py", DOES_NOT, {"reads": "it opened none", "resumes": "it began anew"}),
    Exhibit("sorts/ignores.py", DOES_NOT, {"resumes": "but the first that it wrote then was checkpoint-3.json"}),
    Exhibit("sorts/as_text.py", DOES_NOT, {"resumes": "but the next it wrote was checkpoint-12.json"}),
    Exhibit(
        "sorts/counts_anew.py", DOES_NOT, {"resumes": "line of progress then tells 1", "same result": "model.json"}
    ),
    Exhibit("sorts/silent_anew.py", DOES_NOT, {"resumes": "6 after it, and 6 undisturbed"}),
    Exhibit("torn/loads_blindly.py", DOES_NOT, {"torn checkpoint": "JSONDecodeError"}),
    Exhibit("torn/overwrites.py", DOES_NOT, {"torn checkpoint": "no other complete checkpoint was there"}),
    Exhibit("torn/begins_anew.py", DOES_NOT, {"torn checkpoint": "it began anew, though an older one was there"}),
    Exhibit("torn/takes_half.py", DOES_NOT, {"torn checkpoint": "it took what was left of it for a whole one"}),
    Exhibit("torn/half_a_folder.py", DOES_NOT, {"torn checkpoint": "FileNotFoundError"}),
    Exhibit("torn/deletes_first.py", DOES_NOT, {"torn checkpoint": "no other complete checkpoint was there"}),
    Exhibit("torn/loads_the_part.py", DOES_NOT, {"torn checkpoint": "JSONDecodeError"}),
    Exhibit("result/forgets_state.py", DOES_NOT, {"same result": "model.json differs"}),
    Exhibit("result/history_outside.py", DOES_NOT, {"same result": "model/history.csv was begun before"}),
    Exhibit("result/needs_vocabulary.py", DOES_NOT, {"comes back": "vocabulary.txt was there before"}),
    Exhibit("result/metric_off.py", DOES_NOT, {"same result": "loss 0.4 instead of 0.1"}, {"metrics": ["loss"]}),
]
UNJUDGED = [
    Exhibit("result/no_seed.py", UNCLEAR, {"same result": "two undisturbed plays gave different files already"}),
    Exhibit("result/one_checkpoint.py", UNCLEAR, {"torn checkpoint": "one checkpoint"}),
]
_TWO = {"instance_count": 2}
HOSTS = [
    Exhibit("hosts/first_writes.py", SURVIVES, {"hosts": "algo-2 wrote 0 files"}, _TWO),
    Exhibit("hosts/each_its_own.py", SURVIVES, {"hosts": "no two hosts one of the same name"}, _TWO),
    Exhibit("hosts/all_write.py", DOES_NOT, {"hosts": "checkpoint-12.json is not the same on all of them"}, _TWO),
]
ALL = [*RIGHT, *WRONG, *UNJUDGED, *HOSTS]
EACH_TIME = {
    "right/renames.py",
    "right/folders.py",
    "right/on_sigterm.py",
    "writes/nothing.py",
    "reads/never.py",
    "sorts/as_text.py",
    "torn/loads_blindly.py",
    "torn/overwrites.py",
    "result/forgets_state.py",
    "hosts/all_write.py",
}
"""One of each kind; `make gallery` plays all, because time is dear."""

WHOLLY = "right/renames.py"
"""The one that is played with every interruption each time."""

EXHIBITS = (
    ALL
    if "GALLERY" in os.environ
    else [one if one.program == WHOLLY else one.briefly for one in ALL if one.program in EACH_TIME]
)

"""A rehearsal as JSON, for a program to read."""

from __future__ import annotations

from typing import Any

from constructs_lib.local.rehearsal.plays.record import LaunchRecord, Play
from constructs_lib.local.rehearsal.rehearsing import Rehearsal
from constructs_lib.local.rehearsal.views.text import plays


def document(rehearsal: Rehearsal) -> dict[str, Any]:
    """Return the verdict, the answers, and the plays with what was seen; times are wall seconds."""
    return {
        "Program": rehearsal.evidence.program.title,
        "Verdict": rehearsal.verdict.value,
        "Survives": rehearsal.survives,
        "Answers": [
            {
                "Name": answer.name,
                "Question": answer.question,
                "Outcome": answer.outcome.value,
                "Evidence": list(answer.evidence),
                **({"Mend": answer.mend} if answer.mend else {}),
            }
            for answer in rehearsal.answers
        ],
        "Plays": [_play(play) for play in plays(rehearsal)],
    }


def _play(play: Play) -> dict[str, Any]:
    return {
        "Name": play.script.name,
        "Title": play.script.title,
        "AsPlanned": play.as_planned,
        "Succeeded": play.succeeded,
        **({"Failure": play.failure} if play.failure else {}),
        "Launches": [_launch(launch) for launch in play.launches],
    }


def _launch(launch: LaunchRecord) -> dict[str, Any]:
    return {
        "Seconds": round(launch.seconds, 3),
        "ExitCode": launch.exit_code,
        **({"Loss": launch.loss.value} if launch.loss else {}),
        **({"Unfinished": launch.tear.text} if launch.tear else {}),
        "Found": dict(launch.found),
        "Read": launch.read if launch.sees_reads else None,
        "Left": dict(launch.left),
        "Outside": dict(launch.outside),
        "Checkpoints": [
            {"Name": item.name, "Began": round(item.began, 3), "Ended": round(item.ended, 3), "Bytes": item.size}
            for item in launch.checkpoints()
        ],
    }

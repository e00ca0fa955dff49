"""What is worth knowing and decides nothing: SIGTERM, files outside, growth."""

from __future__ import annotations

from constructs_lib.local.rehearsal.plays.evidence import Evidence
from constructs_lib.local.rehearsal.plays.record import LaunchRecord
from constructs_lib.local.rehearsal.questions.answer import Answer, Question
from constructs_lib.local.rehearsal.questions.words import once_or_more, time_in_words
from constructs_lib.runs.reports.sizes import size_in_words

SIGTERM = Question("sigterm", "What does it do on SIGTERM?")
OUTSIDE = Question("outside", "What does it write that is lost with the instance?")
GROWTH = Question("growth", "Does the checkpoint directory grow without bound?")
_TERMINATED = 143
_BOUNDED = 5


def sigterm(evidence: Evidence) -> Answer:
    """Tell what it does on SIGTERM; it need not do anything."""
    told = [launch for play in evidence.played for launch in play.launches if launch.asked is not None]
    told = [launch for launch in told if launch.found or launch.left] or told
    if not told:
        return SIGTERM.told("it got none")
    launch = told[-1]
    took = f"{time_in_words(max(launch.seconds - (launch.asked or 0), 0))} later"
    if launch.exit_code == 137:
        return SIGTERM.told(
            f"it went on, and was killed {took}",
            mend="nothing needs to be done; it could save a checkpoint then, SageMaker gives it two minutes",
        )
    if (saved := _written_after(launch)) > 0:
        return SIGTERM.told(f"it wrote {once_or_more(saved, 'file')} of a checkpoint and ended, {took}")
    if launch.exit_code == _TERMINATED:
        return SIGTERM.told(f"it ended at once, without saving ({took}); it need not save")
    return SIGTERM.told(f"it ended with exit code {launch.exit_code}, {took}")


def _written_after(launch: LaunchRecord) -> int:
    files = [file for checkpoint in launch.checkpoints() for file in checkpoint.files]
    return sum(file.ended is not None and file.ended >= (launch.asked or 0) for file in files)


def outside(evidence: Evidence) -> Answer:
    """Tell which files outside of the checkpoint directory an interruption takes."""
    lost = sorted(
        {name for play in evidence.played for launch in play.launches if launch.loss for name in launch.outside}
    )
    if not lost:
        return OUTSIDE.told(
            "nothing was seen below /opt/ml or in its home; other places, such as /tmp, are not looked at"
        )
    return OUTSIDE.told(f"{', '.join(lost[:6])}{' and others' if len(lost) > 6 else ''}")


def growth(evidence: Evidence) -> Answer:
    """Tell how many checkpoints are left in the end."""
    left = evidence.undisturbed.launches[0].left
    written = len(evidence.checkpoints)
    per_checkpoint = max(1, len(evidence.habits.patterns))
    kept = round(len(left) / per_checkpoint)
    size = size_in_words(sum(left.values()))
    if kept >= written and written > _BOUNDED:
        return GROWTH.told(
            f"it keeps all of its {written} checkpoints ({size} in the end); every one is copied down at each return",
            mend="delete old ones, but keep the newest two or three",
        )
    return GROWTH.told(f"no more than it needs: {once_or_more(kept, 'checkpoint')}, {size} in the end")

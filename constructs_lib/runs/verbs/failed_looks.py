"""Looks that fail while something is watched: how long to wait for the next one, and when to give up."""

from __future__ import annotations

from collections.abc import Callable

from constructs_lib.runs.aws.errors import RunsError, error_code, is_passing, sentence

LONGEST_PAUSE_SECONDS = 60.0
LOOKS_FOR_A_NEW_RUN = 5
"""How often a run that has just been started may not be there yet: DescribeExecution is eventually consistent."""

MOST_FAILED_LOOKS = 10
"""How many looks in a row may fail, some five minutes with their pauses, before the watch gives up."""

NO_SUCH_RUN = "ExecutionDoesNotExist"


class FailedLooks:
    """Counts the looks in a row that have failed.

    Args:
        what: What is watched, in a word.
        note: Says something about the watching itself, in one sentence.
        why_not: Says in one sentence why an error that does not pass ends the watch.
        seconds_between_looks: The pause between two looks.
        just_started: Whether what is watched may not be visible yet.
    """

    def __init__(
        self,
        what: str,
        *,
        note: Callable[[str], None],
        why_not: Callable[[Exception], str],
        seconds_between_looks: float,
        just_started: bool,
    ) -> None:
        self._what, self._note, self._why_not = what, note, why_not
        self._between, self._just_started = seconds_between_looks, just_started
        self._failed = 0

    def over(self) -> None:
        """Begin anew: a look has succeeded."""
        self._failed, self._just_started = 0, False

    def pause(self, error: Exception) -> float:
        """Return for how many seconds to wait before the next look.

        Args:
            error: What AWS answered.

        Raises:
            RunsError: If it does not pass, or there were too many in a row.
        """
        self._failed += 1
        if self._just_started and error_code(error) == NO_SUCH_RUN and self._failed < LOOKS_FOR_A_NEW_RUN:
            return self._between
        if not is_passing(error):
            raise RunsError(self._why_not(error)) from error
        if self._failed >= MOST_FAILED_LOOKS:
            raise RunsError(
                f"the {self._what} could not be seen {self._failed} times in a row ({sentence(error)}); it goes on by "
                "itself and can be watched again later"
            ) from error
        self._note(f"looking again: {sentence(error)}")
        return min(LONGEST_PAUSE_SECONDS, self._between * 2.0**self._failed)

"""What SageMaker says of a run's jobs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from constructs_lib.runs.aws.errors import aws_errors, is_no_such_job, is_passing, sentence
from constructs_lib.runs.reports.attempt import ENDED
from constructs_lib.runs.reports.history import is_of_run, newest_of_each

Note = Callable[[str], None]


def say_nothing(_: str) -> None:
    """Let a sentence go."""


class JobBook:
    """What SageMaker says of a run's jobs; one that has ended is asked for once only.

    Args:
        sagemaker: The client.
        execution_arn: The run.
        note: Takes one sentence, if jobs cannot be seen. Defaults to saying nothing.

    Attributes:
        known: DescribeTrainingJob's answers by job name.
        of_others: The jobs among those asked for that other runs have made, or nobody.
    """

    def __init__(self, sagemaker: Any, execution_arn: str, note: Note = say_nothing) -> None:
        self._sagemaker = sagemaker
        self._arn = execution_arn
        self._note = note
        self._may_not = False
        self.of_others: set[str] = set()
        self.known: dict[str, Mapping[str, Any]] = {}

    def read(self, names: Sequence[str]) -> dict[str, Mapping[str, Any]]:
        """Return what is known of these jobs, in this order; one that is not the run's is left out."""
        newest = newest_of_each(names)
        for name in names:
            if self.known.get(name, {}).get("TrainingJobStatus") in ENDED or name in self.of_others or self._may_not:
                continue
            job = self._describe(name)
            if job is not None and is_of_run(job, self._arn):
                self.known[name] = job
            elif job is not None or name not in newest:
                # a run asks for an attempt only when the one before is settled
                self.of_others.add(name)
        self.known = {name: self.known[name] for name in names if name in self.known}
        return self.known

    def _describe(self, name: str) -> Mapping[str, Any] | None:
        try:
            answer: Mapping[str, Any] = self._sagemaker.describe_training_job(TrainingJobName=name)
        except aws_errors() as error:
            if is_passing(error):
                raise
            if is_no_such_job(error):
                return None
            # who may see runs may perhaps not see jobs: the run is worth watching all the same
            self._may_not = True
            self._note(f"training jobs cannot be seen: {sentence(error)}")
            return None
        return answer

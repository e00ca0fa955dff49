"""What a rule is: a check, and the page that it comes from."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from constructs_lib.training_job.rules.reader import Reader

API = "https://docs.aws.amazon.com/sagemaker/latest/APIReference/"
GUIDE = "https://docs.aws.amazon.com/sagemaker/latest/dg/"


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A rule of CreateTrainingJob that its model does not carry.

    Attributes:
        check: Yields what a request has against it, one sentence a problem. It never fails, whatever the request is.
        page: Where AWS says so; where AWS does not, the public thread that shows the service's own answer.
    """

    check: Callable[[Reader], Iterator[str]]
    page: str

    @property
    def name(self) -> str:
        """The rule's name, which is its function's."""
        return str(getattr(self.check, "__name__", ""))

    @property
    def says(self) -> str:
        """The rule in a sentence."""
        return (self.check.__doc__ or "").partition("\n")[0]

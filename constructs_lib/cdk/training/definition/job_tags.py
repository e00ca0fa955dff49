"""The tags of a training's jobs: the author's own, and those that `Tags.of(…)` gives everything in a scope.

Jobs are no resources of the template, so CDK's tags stand in here for them: a construct that CDK may tag, as if it were
an `AWS::SageMaker::TrainingJob`, in the place where the training is.
https://docs.aws.amazon.com/cdk/v2/guide/tagging.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import aws_cdk as cdk
import jsii
from constructs import Construct, IValidation

from constructs_lib.training_job.limits import MAX_TAGS
from constructs_lib.training_job.rules.reader import Reader
from constructs_lib.training_job.rules.refused.tags import RULES
from constructs_lib.training_job.service_model import model_problems
from constructs_lib.training_job.tokens import is_token

_JOB = "AWS::SageMaker::TrainingJob"
"""What `include_resource_types` and `exclude_resource_types` of `Tags.of(…).add(…)` call the jobs."""


def too_many_tags(count: int) -> Iterator[str]:
    """Say that a job has more tags than it may."""
    if count > MAX_TAGS:
        yield (
            f"'tags' and what 'Tags.of' adds must be at most {MAX_TAGS} tags of a job, which gets two more from Step "
            f"Functions, got {count}; leave some out, or keep them from jobs by exclude_resource_types=[{_JOB!r}]"
        )


@jsii.implements(cdk.ITaggable, cdk.IAnyProducer)
class JobTags(Construct):
    """The tags of the jobs, complete when everything has been tagged."""

    def __init__(self, scope: Construct, own: list[Mapping[str, str]]) -> None:
        """Stand in for the jobs.

        Args:
            scope: What the jobs are of.
            own: The author's tags, as CreateTrainingJob has them; they win.
        """
        super().__init__(scope, "JobTags")
        self._own = own
        self._manager: cdk.TagManager | None = None

    @property
    def tags(self) -> cdk.TagManager:
        """What CDK tags; it is asked for only where there are tags."""
        if self._manager is None:
            self._manager = cdk.TagManager(cdk.TagType.KEY_VALUE, _JOB)
            self.node.add_validation(_Checked(self))
        return self._manager

    def later(self) -> str:
        """Return what the definition has for the tags, to be filled in when everything has been tagged."""
        return cdk.Token.as_string(cdk.Lazy.uncached_any(self))

    def produce(self, _: cdk.IResolveContext) -> Any:
        """Return the tags to CDK, when it writes the definition."""
        return self.found()

    def found(self) -> list[Mapping[str, str]] | None:
        """Return the tags as CreateTrainingJob has them, as far as everything has been tagged; none is `None`."""
        inherited = {} if self._manager is None else self._manager.tag_values()
        of_own = {tag["Key"] for tag in self._own}
        further = [{"Key": key, "Value": inherited[key]} for key in sorted(inherited) if key not in of_own]
        return [*self._own, *further] or None


@jsii.implements(IValidation)
class _Checked:
    def __init__(self, tags: JobTags) -> None:
        self._tags = tags

    def validate(self) -> list[str]:
        found = self._tags.found() or []
        request = Reader({"Tags": found}, is_token)
        return [
            *too_many_tags(len(found)),
            *model_problems(found, "TagList", "Tags", is_token),
            *(problem for rule in RULES for problem in rule.check(request)),
        ]

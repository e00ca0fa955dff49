"""What a deployment fixes for all executions of a sweep."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from constructs_lib.training_job.limits import INPUT_LIMITS
from constructs_lib.workflow.figures import sweep_figures_document
from constructs_lib.workflow.settings import RunSettings
from constructs_lib.workflow.sweep.halving import MOST_HALVED, Halving
from constructs_lib.workflow.sweep.names import FOLDER
from constructs_lib.workflow.sweep.objective import Objective, Percent

MOST_ITEMS = 10_000
"""How many runs a sweep may have: its list of places is one variable of Step Functions, which has 256 KiB."""

MAX_INPUT_BYTES = 200_000
"""The largest input of a sweep, which one variable holds."""

CHECKS_AT_ONCE = 40

_OF_ITEMS_ALONE = ("Comment", "ResumeFrom")


@dataclass(frozen=True, kw_only=True)
class SweepSettings:
    """The deployed side of a sweep.

    Args:
        run: What the deployment of the training fixes: every item is checked against it.
        state_machine_arn: The training's state machine; may be a CDK token, as may the bucket and the locations.
        bucket: The bucket of the report, and of a line for each run.
        objective: What the best run has.
        max_concurrency: How many runs are under way at once.
        tolerated_failures: How many runs may fail, or which share of them, before the sweep does.
        halving: The rungs. Defaults to one run for each item.
        quota_patience_seconds: How long an item waits in all for a quota that is used up. Defaults to a day.
        locations: Where `RunsFrom` may be, each `s3://bucket/prefix/`. Defaults to the sweeps' own folder.
    """

    run: RunSettings
    state_machine_arn: str
    bucket: str
    objective: Objective
    max_concurrency: int
    tolerated_failures: int | Percent = 0
    halving: Halving | None = None
    quota_patience_seconds: int = 86400
    locations: Sequence[str] = ()

    def document(self) -> dict[str, Any]:
        """Return the settings as the JSONata functions of the sweep itself read them."""
        fields = [name for name in self.run.document()["InputFields"] if name not in _OF_ITEMS_ALONE]
        return {
            "StateMachineArn": self.state_machine_arn,
            "Bucket": self.bucket,
            "Folder": FOLDER,
            "MetricName": self.objective.metric_name,
            "Type": self.objective.type,
            "CommonFields": fields,
            "Locations": [f"s3://{self.bucket}/{FOLDER}", *self.locations],
            "InputBytes": MAX_INPUT_BYTES,
            "MostItems": MOST_ITEMS if self.halving is None else MOST_HALVED,
            "MostNames": INPUT_LIMITS["HyperParameters"]["Entries"],
            "QuotaPatienceInSeconds": self.quota_patience_seconds,
            **({"Figures": sweep_figures_document(self.run.base_job_name)} if self.run.publish_metrics else {}),
            **({} if self.halving is None else {"Halving": self.halving.document()}),
        }

    def tolerated(self) -> dict[str, int]:
        """Return the members of a Map that say how many of its children may fail."""
        if isinstance(self.tolerated_failures, Percent):
            return {"ToleratedFailurePercentage": self.tolerated_failures.value}
        return {"ToleratedFailureCount": self.tolerated_failures}

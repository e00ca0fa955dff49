"""Of the metrics in CloudWatch the oldest values are forgotten, as CloudWatch forgets them after 15 months.

Reaches into moto/cloudwatch/models.py.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html#metrics-retention
"""

from __future__ import annotations

from typing import Any

from moto.cloudwatch.models import CloudWatchBackend

from constructs_lib.local.moto_adapters.emulation import Emulation
from constructs_lib.local.moto_adapters.patching import Patch


def patches(emulation: Emulation) -> list[Patch]:
    """Forget when values are added."""

    def make(original: Any) -> Any:
        def put_metric_data(self: Any, namespace: str, metric_data: list[dict[str, Any]]) -> None:
            original(self, namespace, metric_data)
            del self.metric_data[: -emulation.kept.metric_data]

        return put_metric_data

    return [
        Patch(owner=CloudWatchBackend, name="put_metric_data", signature="(self, namespace, metric_data)", make=make)
    ]

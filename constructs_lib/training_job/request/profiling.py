"""SageMaker Debugger's profiler: system metrics of a job, and rules that read them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from constructs_lib.training_job.durations import HasMilliseconds, whole_milliseconds
from constructs_lib.training_job.request.debugging import RuleConfiguration
from constructs_lib.training_job.request.rendering import without_absent


@dataclass(frozen=True, kw_only=True)
class Profiler:
    """What SageMaker measures while a job trains.

    See https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ProfilerConfig.html

    Args:
        s3_output_path: Where the metrics go; SageMaker adds `/<job name>/profiler-output/`. Defaults to where models
            go.
        profiling_interval: How often system metrics are taken: 100, 200 or 500 milliseconds, 1 or 5 seconds, or 1
            minute. Defaults to SageMaker's own 500 milliseconds.
        parameters: What is measured of the framework, such as `DataLoaderProfilingConfig`. Defaults to nothing.
        disabled: Whether the profiler is switched off. Defaults to on.
    """

    s3_output_path: str | None = None
    profiling_interval: HasMilliseconds | None = None
    parameters: Mapping[str, str] = field(default_factory=dict)
    disabled: bool = False

    def render(self, default_s3_output_path: str | None = None) -> dict[str, Any]:
        """Return `ProfilerConfig`, with a path where the object has none of its own and measures something."""
        interval = self.profiling_interval
        path = self.s3_output_path or (None if self.disabled else default_s3_output_path)
        return without_absent(
            S3OutputPath=path,
            ProfilingIntervalInMilliseconds=None if interval is None else whole_milliseconds(interval),
            ProfilingParameters=dict(self.parameters),
            DisableProfiler=True if self.disabled else None,
        )


@dataclass(frozen=True, kw_only=True)
class ProfilerRule(RuleConfiguration):
    """A rule that reads the profiler's metrics in a job of its own.

    See https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ProfilerRuleConfiguration.html
    """

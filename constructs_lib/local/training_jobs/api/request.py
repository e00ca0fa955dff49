"""A CreateTrainingJob request that has been validated, read with types."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

DEFAULT_RUNTIME_SECONDS = 24 * 3600
"""MaxRuntimeInSeconds of a job that does not say, as StoppingCondition documents it."""


@dataclass(frozen=True)
class JobRequest:
    """A view of a request; absent members have the values that SageMaker gives them.

    Attributes:
        raw: The request itself.
    """

    raw: Mapping[str, Any]

    @property
    def name(self) -> str:
        """The training job's name."""
        return str(self.raw["TrainingJobName"])

    @property
    def role_arn(self) -> str:
        """The role that the job runs as."""
        return str(self.raw["RoleArn"])

    @property
    def spot(self) -> bool:
        """Whether the job trains on spot capacity."""
        return bool(self.raw.get("EnableManagedSpotTraining", False))

    @property
    def instances(self) -> Sequence[tuple[str, int]]:
        """Instance types with their counts; of a list of preferences the first, which is the one that is taken."""
        resources = self.raw.get("ResourceConfig", {})
        if groups := resources.get("InstanceGroups"):
            return [(str(group["InstanceType"]), int(group["InstanceCount"])) for group in groups]
        if preferences := resources.get("InstancePreferences"):
            count = preferences[0].get("InstanceCount", resources.get("InstanceCount", 1))
            return [(str(preferences[0]["InstanceType"]), int(count))]
        if "InstanceType" in resources:
            return [(str(resources["InstanceType"]), int(resources.get("InstanceCount", 1)))]
        return []

    @property
    def max_runtime(self) -> int:
        """The seconds the job may train in all."""
        return int(self.raw.get("StoppingCondition", {}).get("MaxRuntimeInSeconds", DEFAULT_RUNTIME_SECONDS))

    @property
    def max_wait(self) -> int | None:
        """The seconds a spot job may wait and train in all; `None` on-demand."""
        wait = self.raw.get("StoppingCondition", {}).get("MaxWaitTimeInSeconds")
        return None if wait is None else int(wait)

    @property
    def hyperparameters(self) -> Mapping[str, str]:
        """The hyperparameters, values as they were sent."""
        return dict(self.raw.get("HyperParameters", {}))

    @property
    def environment(self) -> Mapping[str, str]:
        """The container's environment variables."""
        return dict(self.raw.get("Environment", {}))

    @property
    def channels(self) -> Sequence[Mapping[str, Any]]:
        """The input channels."""
        return list(self.raw.get("InputDataConfig", []))

    @property
    def algorithm(self) -> Mapping[str, Any]:
        """The AlgorithmSpecification."""
        return dict(self.raw.get("AlgorithmSpecification", {}))

    @property
    def image(self) -> str:
        """The training image's URI, or the name of the algorithm where that is given instead."""
        return str(self.algorithm.get("TrainingImage") or self.algorithm.get("AlgorithmName", ""))

    @property
    def metric_definitions(self) -> Sequence[Mapping[str, str]]:
        """Names and regular expressions of the metrics in the logs."""
        return list(self.algorithm.get("MetricDefinitions", []))

    @property
    def checkpoint_uri(self) -> str | None:
        """Where checkpoints are kept in S3; `None` when the job keeps none."""
        uri = self.raw.get("CheckpointConfig", {}).get("S3Uri")
        return None if uri is None else str(uri)

    @property
    def checkpoint_path(self) -> str:
        """Where checkpoints are kept in the container."""
        return str(self.raw.get("CheckpointConfig", {}).get("LocalPath") or "/opt/ml/checkpoints")

    @property
    def output(self) -> Mapping[str, Any]:
        """The OutputDataConfig."""
        return dict(self.raw["OutputDataConfig"])

    @property
    def compressed_model(self) -> bool:
        """Whether the model is uploaded as one tar.gz rather than as files."""
        return bool(self.output.get("CompressionType", "GZIP") == "GZIP")

    @property
    def retries(self) -> int:
        """How often the job is started again after an InternalServerError."""
        return int(self.raw.get("RetryStrategy", {}).get("MaximumRetryAttempts", 0))

    @property
    def model_uri(self) -> str:
        """Where the model will be: ModelArtifacts.S3ModelArtifacts."""
        return f"{self.output_uri}/{'model.tar.gz' if self.compressed_model else 'model/'}"

    @property
    def output_uri(self) -> str:
        """The folder of the job's own output."""
        return f"{str(self.output['S3OutputPath']).rstrip('/')}/{self.name}/output"

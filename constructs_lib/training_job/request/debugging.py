"""SageMaker Debugger: tensors that a program saves while it trains, and rules that read them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from constructs_lib.training_job.request.rendering import without_absent


@dataclass(frozen=True, kw_only=True)
class Debugger:
    """What Debugger's hook in the program saves.

    See https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DebugHookConfig.html

    Args:
        s3_output_path: Where tensors and metrics go; SageMaker adds `/<job name>/debug-output/`. Defaults to where
            models go.
        local_path: Where the hook writes them. Defaults to SageMaker's own `/opt/ml/output/tensors/`.
        hook_parameters: Settings of the hook, such as `train.save_interval`. Defaults to none.
        collections: The tensor collections to save, each with its own settings. Defaults to the hook's own.
    """

    s3_output_path: str | None = None
    local_path: str | None = None
    hook_parameters: Mapping[str, str] = field(default_factory=dict)
    collections: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def render(self, default_s3_output_path: str | None = None) -> dict[str, Any]:
        """Return `DebugHookConfig`, with a path where the object has none of its own."""
        return without_absent(
            LocalPath=self.local_path,
            S3OutputPath=self.s3_output_path or default_s3_output_path,
            HookParameters=dict(self.hook_parameters),
            CollectionConfigurations=[
                without_absent(CollectionName=name, CollectionParameters=dict(parameters))
                for name, parameters in self.collections.items()
            ],
        )


@dataclass(frozen=True, kw_only=True)
class RuleConfiguration:
    """What the rules of Debugger and of its profiler have in common.

    Args:
        name: The rule's name, once among all rules of a job.
        image_uri: The image that evaluates the rule; AWS lists its own by Region.
        instance_type: What a rule of your own runs on, such as `ml.t3.medium`. Defaults to SageMaker's choice.
        volume_size_in_gb: The volume of that instance, in GB. Defaults to SageMaker's choice.
        s3_output_path: Where the rule's output goes. Defaults to where models go.
        local_path: Where the rule writes it. Defaults to SageMaker's own `/opt/ml/processing/output/rule/`.
        parameters: Settings of the rule, such as `rule_to_invoke`. Defaults to none.
    """

    name: str
    image_uri: str
    instance_type: str | None = None
    volume_size_in_gb: int | None = None
    s3_output_path: str | None = None
    local_path: str | None = None
    parameters: Mapping[str, str] = field(default_factory=dict)

    def render(self, default_s3_output_path: str | None = None) -> dict[str, Any]:
        """Return the rule's configuration, with a path where the object has none of its own."""
        return without_absent(
            RuleConfigurationName=self.name,
            LocalPath=self.local_path,
            S3OutputPath=self.s3_output_path or default_s3_output_path,
            RuleEvaluatorImage=self.image_uri,
            InstanceType=self.instance_type,
            VolumeSizeInGB=self.volume_size_in_gb,
            RuleParameters=dict(self.parameters),
        )


@dataclass(frozen=True, kw_only=True)
class DebugRule(RuleConfiguration):
    """A rule that reads the saved tensors in a job of its own while the training goes on.

    Debugger's built-in actions, such as stopping the job, do not go together with managed spot training.

    See https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DebugRuleConfiguration.html
    """

"""Limits that SageMaker documents in prose and its API model does not carry, and the ones this library adds.

Source unless said otherwise:
https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_StoppingCondition.html
"""

from __future__ import annotations

MAX_RUNTIME_SECONDS = 28 * 24 * 3600
"""The longest `MaxRuntimeInSeconds`: 28 days."""

MAX_JOB_SECONDS = 30 * 24 * 3600
"""The longest a training job may last in all, waiting included: 30 days."""

DEFAULT_RUNTIME_SECONDS = 24 * 3600
"""What SageMaker takes when `MaxRuntimeInSeconds` is absent: one day."""

MAX_WAIT_WITHOUT_CHECKPOINTS_SECONDS = 3600
"""The longest `MaxWaitTimeInSeconds` for built-in and marketplace algorithms that do not checkpoint: one hour.

https://docs.aws.amazon.com/sagemaker/latest/dg/model-managed-spot-training.html
"""

MAX_ATTEMPTS = 50
"""The most training jobs one run may start: its report then fits the 32,768 characters of a Step Functions cause."""

MAX_BASE_JOB_NAME_LENGTH = 40
"""Leaves room in SageMaker's 63 characters for `-<16 hex digits>-<number>`."""

MAX_TAGS = 48
"""A job may have 50 tags, and Step Functions adds two to those that it starts: `MANAGED_BY_AWS` and
`AWS_STEP_FUNCTIONS_EXECUTION_ARN`."""

DEFAULT_CAPACITY_PATIENCE_SECONDS = 30 * 60
"""How long a spot job may be without an instance where the plan has a further entry, unless it is said."""

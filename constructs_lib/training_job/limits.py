"""Limits that SageMaker documents in prose and its API model does not carry, and the ones this library adds.

Source unless said otherwise:
https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_StoppingCondition.html
"""

from __future__ import annotations

from typing import Any

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

MAX_REQUEST_BYTES = 128 * 1024
"""The largest request that a run may make of its input.

A variable of Step Functions holds 256 KiB. A run's own holds the request, the lines of up to 50 attempts, and a cause
of 32,768 characters; SageMaker's description of the job, which repeats the request, has to fit as well.
https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
"""

MAX_INPUT_BYTES = 160_000
"""The largest input that is checked: what a run may carry of it, and as much again as its other fields may take.

Step Functions ends an expression after a second, and takes 256 KiB in one Assign, the deployed settings included.
https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
"""

INPUT_LIMITS: dict[str, Any] = {
    "HyperParameters": {
        "Entries": 100,
        "NameLength": 256,
        "ValueLength": 2500,
        "LargestNumber": 999_999_999_999_999,
    },
    "Environment": {"Entries": 99, "NameLength": 512, "ValueLength": 512},
    "Capacity": {"Entries": 16},
    "Channels": {"UriLength": 1024},
    "OutputPrefix": {"Length": 256},
    "RequestBytes": MAX_REQUEST_BYTES,
}
"""The limits that the machine's checks and the schema share, by field.

All but the last two are CreateTrainingJob's; a test holds them to its API model. `LargestNumber` is JSONata's: it
writes a number with 15 digits, and a longer one, such as a seed, would not reach the program as it was given. One
variable of the environment is the run's own. `OutputPrefix` leaves room for the bucket and the deployed prefix.
"""

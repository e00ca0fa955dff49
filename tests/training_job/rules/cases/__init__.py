"""What is fine and what is refused, rule by rule, in the order of the table."""

from __future__ import annotations

from tests.training_job.rules.cases.case import Case
from tests.training_job.rules.cases.channel_cases import CHANNELS
from tests.training_job.rules.cases.instance_cases import INSTANCES, STORAGE
from tests.training_job.rules.cases.job_cases import ALGORITHM, DEBUGGING, SERVERLESS_JOBS, STOPPING, TAGS

CASES = (*STOPPING, *ALGORITHM, *INSTANCES, *STORAGE, *CHANNELS, *DEBUGGING, *SERVERLESS_JOBS, *TAGS)

__all__ = ["CASES", "Case"]

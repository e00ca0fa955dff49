"""Rules of CreateTrainingJob that its documentation states in prose: members that exclude or require each other.

One rule a function, one subject a file; `RULES` is the table, each entry with the page that it comes from.

What the prose says and the service's own model contradicts is left to the model: a hyperparameter's value may have
2,500 characters there and 256 in the text, a warm pool's period 21,600 seconds there and 3,600 in the guide.
"""

from __future__ import annotations

from constructs_lib.training_job.rules.refused import (
    algorithm,
    channels,
    debugging,
    instances,
    serverless,
    stopping,
    storage,
    tags,
)
from constructs_lib.training_job.rules.rule import Rule

RULES: tuple[Rule, ...] = (
    *stopping.RULES,
    *algorithm.RULES,
    *instances.RULES,
    *storage.RULES,
    *channels.RULES,
    *debugging.RULES,
    *serverless.RULES,
    *tags.RULES,
)
"""What SageMaker refuses."""

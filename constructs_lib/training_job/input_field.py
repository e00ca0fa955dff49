"""One field of a run's input, as the table of all of them says it, and the fields of a capacity in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class InputField:
    """One field of a run's input.

    Args:
        name: Its name in the input, CreateTrainingJob's own where there is one.
        meaning: What it does, one sentence.
        schema: Its JSON Schema, as far as a schema can know.
        flag: The flag of `spot-training run` that sets it. Defaults to none.
        form: How the flag's value is written. Defaults to none.
        example: A value that a deployment could take.
        rules: What the machine checks beyond the schema, one sentence each. Defaults to nothing.
        members: The members of its entries. Defaults to none.
    """

    name: str
    meaning: str
    schema: Mapping[str, Any]
    example: Any
    flag: str | None = None
    form: str = ""
    rules: tuple[str, ...] = ()
    members: tuple[InputField, ...] = ()


CAPACITY_MEMBERS = (
    InputField(
        name="InstanceType",
        meaning="The ML instance type.",
        schema={"type": "string", "pattern": "^ml\\."},
        example="ml.g5.xlarge",
    ),
    InputField(
        name="InstanceCount",
        meaning="The number of instances; 1 when it is left out.",
        schema={"type": "integer", "minimum": 1},
        example=1,
    ),
    InputField(
        name="Market",
        meaning="Either `spot`, which SageMaker may interrupt, or `on-demand`, at the full price.",
        schema={"enum": ["spot", "on-demand"]},
        example="spot",
    ),
)
"""What an input may say of one capacity."""

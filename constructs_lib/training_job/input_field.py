"""One field of a run's input, as the table of all of them says it."""

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

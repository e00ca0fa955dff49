"""Arguments of another kind than their hints say: a sentence each, with what was given, what is allowed and the fix."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, Protocol

import pytest

from constructs_lib.training_job.capacity.capacity import Capacity
from constructs_lib.training_job.durations import HasSeconds
from constructs_lib.training_job.kinds import checked, kind_problems

TOKEN_NUMBER = -1.8881545897087503e289
SPOT = Capacity.spot("ml.m5.xlarge")


class IRole(Protocol):
    @property
    def role_arn(self) -> str: ...


class Role:
    role_arn = "arn"


class Bundle:
    """What jsii makes of an object that has no class in Python."""

    def __init__(self, *delegates: object) -> None:
        self._delegates = delegates


@pytest.mark.parametrize(
    ("hint", "value"),
    [
        (str, "x"),
        (int, 3),
        (int, TOKEN_NUMBER),
        (float, 3),
        (bool, False),
        (str | None, None),
        (Any, object()),
        (Literal["File", "Pipe"], "File"),
        (Literal["File", "Pipe"], "${Token[Mode.1]}"),
        (Sequence[str], ("a", "b")),
        (Sequence[str], ["#{Token[List.1]}"]),
        (Sequence[Capacity], [SPOT]),
        (Mapping[str, str | int | float | bool] | None, {"a": 1, "b": "x", "c": True}),
        (IRole | Role, Role()),
        (IRole, Role()),
        (IRole, Bundle(object(), Role())),
    ],
)
def test_what_is_of_its_kind_is_fine(hint: Any, value: object) -> None:
    assert list(kind_problems("x", hint, value)) == []


@pytest.mark.parametrize(
    ("hint", "value", "said"),
    [
        (str, 3, "a string, got 3"),
        (int, True, "a whole number, got True"),
        (int, 2.5, "a whole number, got 2.5"),
        (bool | None, "yes", "True or False, got 'yes'"),
        (Literal["File", "Pipe"] | None, "file", "'File' or 'Pipe', got 'file'"),
        (Sequence[str] | None, "a", "a list of strings, got 'a'; put it in a list, […]"),
        (Sequence[str], ["a", None], "a list of strings, got None at [1]"),
        (Sequence[Capacity], SPOT, "a list of Capacity, got a Capacity; put it in a list, […]"),
        (
            Sequence[Capacity],
            ["spot"],
            "a list of Capacity, got 'spot' at [0]; Capacity.spot(\"ml.m5.xlarge\") makes one",
        ),
        (Mapping[str, str], {"a": 1}, "a mapping of names to strings, got 1 for 'a'"),
        (Mapping[str, str] | None, {1: "a"}, "a mapping of names to strings, got 1 as a name"),
        (Mapping[str, Any], ["a"], "a mapping of names to values, got ['a']"),
        (Mapping[str, str | int | float | bool], 3, "a mapping of names to strings, numbers and booleans, got 3"),
        (HasSeconds | None, 3600, "a Duration, got 3600; write Duration.hours(…), .minutes(…) or .seconds(…)"),
        (IRole | Role, "arn", "a Role, got 'arn'; iam.Role.from_role_arn(self, \"Role\", …) gives one by its ARN"),
        (IRole, Bundle(object()), 'a Role, got a Bundle; iam.Role.from_role_arn(self, "Role", …) gives one by its ARN'),
    ],
)
def test_fails_in_one_sentence(hint: Any, value: object, said: str) -> None:
    assert list(kind_problems("x", hint, value)) == [f"'x' must be {said}"]


def test_fails_with_all_keywords_before_the_function_begins() -> None:
    @checked
    def made(*, name: str = "x", count: int | None = None) -> None:
        raise AssertionError((name, count))

    with pytest.raises(ValueError, match=r"^'name' must be a string, got 1\n'count' must be a whole number, got 'x'$"):
        made(name=1, count="x")  # type: ignore[arg-type]

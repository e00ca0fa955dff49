"""Prices: what instances cost on-demand, by Region and type, and of which day that is."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from constructs_lib.training_job.refusal import refuse
from constructs_lib.training_job.service_model import shown

FORM = '{"AsOf": "2026-11-27", "DollarsPerHour": {"eu-west-1": {"ml.g5.xlarge": 1.408}}}'
"""What a file of prices looks like."""

_DAY = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")


@dataclass(frozen=True, kw_only=True)
class Prices:
    """The on-demand prices that are deployed with a training, in US dollars an hour for one instance.

    Make them with `Prices.from_file` of the file that `spot-training --prices` takes, or pass such an object as a dict.
    AWS lists its prices at https://aws.amazon.com/sagemaker/pricing/; nothing renews them but a deployment.

    Attributes:
        as_of: The day of the prices, `2026-11-27`.
        dollars_per_hour: By Region and instance type.

    Raises:
        ValueError: They are of another form.
    """

    as_of: str
    dollars_per_hour: Mapping[str, Mapping[str, float]]

    def __post_init__(self) -> None:
        refuse(_problems({"AsOf": self.as_of, "DollarsPerHour": self.dollars_per_hour}))

    @classmethod
    def from_file(cls, path: str | Path) -> Prices:
        """Read prices from a JSON file: `AsOf`, their day, and `DollarsPerHour`, by Region and instance type.

        Args:
            path: The file.

        Raises:
            ValueError: It cannot be read, or is of another form.
        """
        try:
            document = json.loads(Path(path).read_text(encoding="utf-8"))
        except OSError as error:
            raise ValueError(f"the prices {str(path)!r} cannot be read: {error.strerror}") from error
        except ValueError as error:
            raise ValueError(
                f"'path' must be a JSON file such as {FORM}, and {str(path)!r} is none: {error}"
            ) from error
        return cls.of(document)

    @classmethod
    def of(cls, document: Any) -> Prices:
        """Read prices from an object of the same form as the file.

        Args:
            document: `{"AsOf": "2026-11-27", "DollarsPerHour": {"eu-west-1": {"ml.g5.xlarge": 1.408}}}`.

        Raises:
            ValueError: It is of another form.
        """
        refuse(_problems(document))
        return cls(as_of=document["AsOf"], dollars_per_hour=document["DollarsPerHour"])


def _problems(document: Any) -> Iterator[str]:
    problems = price_problems(document)
    if not problems and not _DAY.fullmatch(document.get("AsOf", "")):
        problems = [f"'AsOf' must be the day of the prices, such as 2026-11-27, got {shown(document.get('AsOf'))}"]
    if problems:
        yield f"'prices' must be such as {FORM}: {'; '.join(problems)}"


def price_problems(document: Any) -> list[str]:
    """List what is not as it must be in an object of prices."""
    if not isinstance(document, dict):
        return ["there is no object"]
    problems = [
        f"{name!r} is none of 'AsOf', 'DollarsPerHour'" for name in document.keys() - {"AsOf", "DollarsPerHour"}
    ]
    if not isinstance(document.get("AsOf", ""), str):
        problems.append(f"'AsOf' must be a day such as 2026-11-27, got {document['AsOf']!r}")
    regions = document.get("DollarsPerHour")
    if not isinstance(regions, dict) or not all(isinstance(types, dict) for types in regions.values()):
        return [*problems, "'DollarsPerHour' must have prices by Region and instance type"]
    return [
        *problems,
        *(
            f"the price of {name!r} in {region!r} must be a number of dollars above nought, got {value!r}"
            for region, types in regions.items()
            for name, value in types.items()
            if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < float("inf")
        ),
    ]

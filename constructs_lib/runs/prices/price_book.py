"""What an instance type costs in a Region, as far as it is known; each type is looked up once."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from constructs_lib.runs.aws.errors import RunsError
from constructs_lib.training_job.capacity.prices import FORM, price_problems


@dataclass(frozen=True, kw_only=True)
class Price:
    """The on-demand price of a training instance.

    Attributes:
        dollars_per_hour: US dollars an hour, for one instance.
        as_of: The day of which it is, `2026-11-27`; empty where nobody says.
    """

    dollars_per_hour: float
    as_of: str


Ask = Callable[[str], Price | None]
"""Takes an instance type; None where there is no price of it. Raises RunsError where it cannot be asked."""


class PriceBook:
    """The prices of one Region.

    Args:
        ask: Where they are from.

    Attributes:
        problem: Why the last price is not known; empty as long as all are.
    """

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._known: dict[str, Price | None] = {}
        self._cannot = False
        self.problem = ""

    def of(self, instance_type: str) -> Price | None:
        """Return the price of an instance type, or None where it is not known; `problem` then says why."""
        if instance_type not in self._known:
            self._known[instance_type] = self._asked(instance_type)
        found = self._known[instance_type]
        if found is None and not self._cannot:
            self.problem = f"there is no price of {instance_type}; pass it with --prices FILE"
        return found

    def _asked(self, instance_type: str) -> Price | None:
        if self._cannot:
            return None
        try:
            return self._ask(instance_type)
        except RunsError as error:
            # what cannot be asked now is not asked for the next type either
            self._cannot = True
            self.problem = str(error)
            return None


def from_file(path: Path, region: str | None) -> PriceBook:
    """Read prices from a file.

    Args:
        path: A JSON file: `AsOf`, the day of the prices, and `DollarsPerHour`, by Region and instance type.
        region: The Region that is meant. Defaults to the only one in the file.

    Raises:
        RunsError: It cannot be read, is of another form, or has several Regions and none is meant; says what to do.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise RunsError(f"--prices {str(path)!r} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise RunsError(f"--prices must be a JSON file such as {FORM}, and {str(path)!r} is none: {error}") from error
    if problems := price_problems(document):
        raise RunsError(f"--prices must be such as {FORM}; in {str(path)!r} {'; '.join(problems)}")
    regions: Mapping[str, Mapping[str, float]] = document["DollarsPerHour"]
    if region is None and len(regions) > 1:
        raise RunsError(f"--prices {str(path)!r} has prices of several Regions ({', '.join(regions)}); pass --region")
    if region is None:
        region = next(iter(regions), "")
    as_of = document.get("AsOf", "")
    prices = {name: Price(dollars_per_hour=value, as_of=as_of) for name, value in regions.get(region, {}).items()}
    return PriceBook(prices.get)

"""Prices kept on this machine, so that AWS is not asked for each report: a file a Region, in its user's directory."""

from __future__ import annotations

import json
import os
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from constructs_lib.runs.prices.price_book import Ask, Price
from constructs_lib.runs.times import Now, utc_now

LONGEST = timedelta(days=7)
"""How long a price is taken for the present one."""


def directory() -> Path:
    """Return where prices are kept: below XDG_CACHE_HOME, or `~/.cache`."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "spot-training" / "prices"


class KeptPrices:
    """The prices of a Region that have been asked for before.

    A file that cannot be read, or a directory that others may write to, is as if there were none.

    Args:
        region: The Region.
        now: The clock by which they grow old. Defaults to this machine's.
    """

    def __init__(self, region: str, now: Now = utc_now) -> None:
        self._path = directory() / f"{region}.json"
        self._now = now

    def or_else(self, ask: Ask) -> Ask:
        """Return how to ask for a price: what is kept and not too old, or else by `ask`, which is then kept."""

        def asked(instance_type: str) -> Price | None:
            kept = self.of(instance_type)
            if kept is not None:
                return kept
            price = ask(instance_type)
            if price is not None:
                self._keep(instance_type, price)
            return price

        return asked

    def of(self, instance_type: str) -> Price | None:
        """Return the price that is kept of an instance type; None where there is none, or an old one."""
        entry: Any = self._read().get(instance_type)
        try:
            asked_at = datetime.fromisoformat(entry["AskedAt"])
            price = Price(dollars_per_hour=float(entry["DollarsPerHour"]), as_of=str(entry["AsOf"]))
            age = self._now() - asked_at
        except (KeyError, TypeError, ValueError):
            return None
        # one from the future was written by a clock that was wrong
        return price if timedelta(0) <= age <= LONGEST and price.dollars_per_hour > 0 else None

    def _read(self) -> dict[str, Any]:
        if not _is_private(self._path.parent):
            return {}
        try:
            document = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return document if isinstance(document, dict) else {}

    def _keep(self, instance_type: str, price: Price) -> None:
        entry = {
            "DollarsPerHour": price.dollars_per_hour,
            "AsOf": price.as_of,
            "AskedAt": self._now().isoformat(timespec="seconds"),
        }
        folder = self._path.parent
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            if not _is_private(folder):
                return
            with tempfile.NamedTemporaryFile("w", dir=folder, suffix=".new", delete=False, encoding="utf-8") as file:
                json.dump({**self._read(), instance_type: entry}, file)
            Path(file.name).replace(self._path)
        except OSError:
            # a full disk or a home that may not be written to: the price is asked for again the next time
            return


def _is_private(folder: Path) -> bool:
    """Say whether a directory is the user's and nobody else may write to it: a price there can be believed."""
    try:
        state = folder.stat()
    except OSError:
        return False
    return not hasattr(os, "getuid") or (state.st_uid == os.getuid() and not state.st_mode & 0o022)

"""Reads a market from text; the forms are in the package's docstring."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path

from constructs_lib.local.spot_market.script import Interruption, Scripted
from constructs_lib.local.spot_market.supply import NEVER, ByInstanceType, SpotMarket, Steady
from constructs_lib.local.spot_market.timeline import Random, Trace


def parse_market(text: str) -> SpotMarket:
    """Read a market from text, in the forms that this module's docstring lists.

    Raises:
        ValueError: If the text is none of them, or a trace cannot be read; the message says what is allowed.
    """
    text = text.strip()
    if re.match(r"[\w.*?\[\]-]+=", text):
        return ByInstanceType([_typed_market(part) for part in text.split(";") if part.strip()])
    kind, colon, details = text.partition(":")
    if kind in ("always", "never") and not colon:
        return Steady(available=kind == "always")
    readers: dict[str, Callable[[str], SpotMarket]] = {"scripted": _scripted, "random": _random, "trace": _trace}
    if kind in readers and details:
        return readers[kind](details)
    raise ValueError(
        f"'market' must be always, never, scripted:<after>+<away>,…, random:seed=<n>,mean_up=<s>,mean_down=<s>, "
        f"trace:<file.json>[,start=<s>] or <instance type pattern>=<market>;…, got {text!r}"
    )


def _typed_market(part: str) -> tuple[str, SpotMarket]:
    pattern, equals, market = part.strip().partition("=")
    if not (pattern and equals and market):
        raise ValueError(f"'market' must have <instance type pattern>=<market> in each part, got {part.strip()!r}")
    return pattern, parse_market(market)


_ENTRY = re.compile(r"(?:(?P<by>checkpoints|step)=)?(?P<after>\d+(?:\.\d+)?)\+(?P<away>never|\d+(?:\.\d+)?)")


def _scripted(details: str) -> SpotMarket:
    first_wait, interruptions = 0.0, []
    for number, entry in enumerate(part.strip() for part in details.split(",")):
        if number == 0 and (wait := re.fullmatch(r"\+(\d+(?:\.\d+)?)", entry)):
            first_wait = float(wait[1])
            continue
        match = _ENTRY.fullmatch(entry)
        if match is None or (match["by"] and not match["after"].isdigit()):
            raise ValueError(
                "'market' scripted entries must be <seconds>+<away>, checkpoints=<n>+<away> or step=<n>+<away> with "
                f"<away> in seconds or never, or +<seconds> at the beginning, got {entry!r} in 'scripted:{details}'"
            )
        away = NEVER if match["away"] == "never" else float(match["away"])
        if match["by"] == "checkpoints":
            interruptions.append(Interruption(away=away, after_checkpoints=int(match["after"])))
        elif match["by"] == "step":
            interruptions.append(Interruption(away=away, after_step=int(match["after"])))
        else:
            interruptions.append(Interruption(away=away, after_seconds=float(match["after"])))
    return Scripted(interruptions, first_wait=first_wait)


def _random(details: str) -> SpotMarket:
    given = dict(part.strip().partition("=")[::2] for part in details.split(","))
    numbers = {name: re.fullmatch(r"\d+(?:\.\d+)?", value) for name, value in given.items()}
    if (
        set(given) != {"seed", "mean_up", "mean_down"}
        or not all(numbers.values())
        or not given["seed"].isdigit()
        or not (float(given["mean_up"]) > 0 and float(given["mean_down"]) > 0)
    ):
        raise ValueError(
            "'market' random needs seed=<whole number>,mean_up=<seconds>,mean_down=<seconds>, the means above 0, "
            f"got 'random:{details}'"
        )
    return Random(seed=int(given["seed"]), mean_up=float(given["mean_up"]), mean_down=float(given["mean_down"]))


def _trace(details: str) -> SpotMarket:
    match = re.fullmatch(r"(?P<file>.+?)(?:,start=(?P<start>[^,]*))?", details)
    file, start = (match["file"], match["start"] or "0") if match else (details, "0")
    if not re.fullmatch(r"\d+(?:\.\d+)?", start):
        raise ValueError(f"'market' trace start must be a number of seconds, got {start!r}")
    try:
        document = json.loads(Path(file).read_text(encoding="utf-8"))
        gap, data = document["metadata"]["gap_seconds"], document["data"]
        counts = _counts(float(gap), data)
    except OSError as error:
        raise ValueError(f"'market' trace {file!r} cannot be read: {error.strerror}; name a readable file") from error
    except (ValueError, TypeError, KeyError) as error:
        raise ValueError(
            f'\'market\' trace {file!r} must hold {{"metadata": {{"gap_seconds": 600}}, "data": [1, 0, …]}}: {error}'
        ) from error
    return Trace(counts, gap_seconds=float(gap), start=float(start))


def _counts(gap: float, data: Sequence[object]) -> list[int]:
    counts = [int(str(n)) for n in data]
    if not counts or not gap > 0 or min(counts) < 0:
        raise ValueError("the gap must be above 0 and the data one count or more, none below 0")
    return counts

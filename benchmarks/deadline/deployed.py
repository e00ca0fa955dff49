"""The deployed machine against the simulator: the same starts in the same markets; `make deadlines` plays them.

    python -m benchmarks.deadline.deployed [TRACES] [--starts 5] [--hours 12] [--speed 400] [--workers 8] [--lookout]

TRACES is a folder of recorded spot markets; without one they are made up, always the same. The runs are played by
`benchmarks/deadline/machine.py`, the simulator is `benchmarks/deadline/replay.py`. Each run is to go through the same
markets in the same order, to cost what the simulator says within 5 %, and not to be late.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import sys
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from benchmarks.deadline.machine import SPEED, Both, Start, play, start
from benchmarks.deadline.markets import Trace, made_up, recorded


def drawn(
    traces: Iterable[Trace], *, each: int, hours: float, speed: float, lookout: bool = False
) -> list[list[Start]]:
    """Draw so many starts in each trace, always the same."""
    numbers = random.Random(0)  # noqa: S311 - a simulation, no secret
    work = round(hours * 3600)
    after = round(work / 0.7)
    found = []
    for trace in traces:
        last = len(trace.up) - 2 * after // trace.gap
        if last < 1:
            raise ValueError(f"'traces' must be longer than two deadlines, got {trace.name}; say fewer --hours")
        places = [numbers.randrange(last) * trace.gap for _ in range(each)]
        found.append([start(trace, at, work=work, after=after, speed=speed, lookout=lookout) for at in places])
    return found


def main() -> int:
    """Read the arguments, play, and say how the two agree."""
    parser = argparse.ArgumentParser(
        prog="benchmarks.deadline.deployed", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("traces", nargs="?", type=Path, help="a folder of traces; without one they are made up")
    parser.add_argument("--starts", type=int, default=5, help="runs in each trace")
    parser.add_argument("--hours", type=float, default=12, help="what training takes, by the clock")
    parser.add_argument("--speed", type=float, default=SPEED, help="clock seconds in a second")
    parser.add_argument("--workers", type=int, default=8, help="how many runs at a time")
    parser.add_argument("--lookout", action="store_true", help="look out for spot capacity while on-demand")
    given = parser.parse_args()
    try:
        traces = recorded(given.traces) if given.traces else made_up(0)
        shares = drawn(traces, each=given.starts, hours=given.hours, speed=given.speed, lookout=given.lookout)
    except ValueError as error:
        parser.error(str(error))
    found: list[Both] = []
    with ProcessPoolExecutor(given.workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        for share in pool.map(play, shares, [given.speed] * len(shares)):
            found += share
            for one in share:
                print(_line(one), flush=True)
    alike, late = sum(one.alike for one in found), sum(one.slack < 0 for one in found)
    print(f"\n{alike} of {len(found)} runs alike, {late} late")
    return 0 if alike == len(found) else 1


def _line(one: Both) -> str:
    told = f"{one.start.trace.name:24} {one.start.at:8}  {one.cost:.3f} {one.simulated.cost:.3f}  "
    markets = " ".join(one.markets)
    same = "" if one.markets == one.simulated.markets else f", simulated: {' '.join(one.simulated.markets)}"
    return f"{told}{'' if one.alike else 'OTHER '}{'' if one.slack >= 0 else 'LATE '}{markets}{same}"


if __name__ == "__main__":
    sys.exit(main())

"""`python -m tests.chaos --seeds 1000`: plays the seeds and says what came of them.

The same seed gives the same story: plan, trouble, what people do and when. What it does not fix is how fast this
machine runs the processes, so that a race may need several tries of its seed to show again.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import time
from concurrent.futures import ProcessPoolExecutor, as_completed

from tests.chaos.app import synthesise
from tests.chaos.campaign import Tally, play

SHARE = 20
"""How many seeds one process plays on one embedded AWS."""


def main() -> int:
    """Play."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--seeds", type=int, help="how many seeds of runs; 100 unless there are sweeps")
    parser.add_argument("--sweeps", type=int, default=0, help="how many seeds of sweeps")
    parser.add_argument("--first", type=int, default=0, help="the first of each")
    parser.add_argument("--seed", type=int, help="this seed alone")
    parser.add_argument("--workers", type=int, default=2, help="how many processes")
    arguments = parser.parse_args()
    many = arguments.seeds if arguments.seeds is not None else 0 if arguments.sweeps else 100
    seeds = range(arguments.first, arguments.first + many)
    sweeps = range(arguments.first, arguments.first + arguments.sweeps)
    if arguments.seed is not None:
        seeds = range(arguments.seed, arguments.seed + 1)
    begun = time.monotonic()
    tally = Tally()
    template = synthesise()
    shares = [(seeds[start : start + SHARE], range(0)) for start in range(0, len(seeds), SHARE)]
    # a sweep takes as long as several runs
    few = SHARE // 4
    shares += [(range(0), sweeps[start : start + few]) for start in range(0, len(sweeps), few)]
    with ProcessPoolExecutor(arguments.workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        for done in as_completed([pool.submit(play, runs, template, sweeps=more) for runs, more in shares]):
            share = done.result()
            tally.add(share)
            print(f"{tally.seeds} seeds, {len(tally.broken)} broken", file=sys.stderr, flush=True)
            # at once, so that a long run need not be waited for
            _tell_broken(share)
    _tell(tally, time.monotonic() - begun)
    return 1 if tally.broken else 0


def _tell(tally: Tally, seconds: float) -> None:
    print(f"{tally.seeds} seeds in {seconds:.0f} s")
    for name, count in sorted(tally.counts.items()):
        print(f"{count:7} {name}")
    _tell_broken(tally)
    print(f"\n{len(tally.broken)} of {tally.seeds} seeds broken")


def _tell_broken(tally: Tally) -> None:
    for again, sentences in sorted(tally.broken.items()):
        print(f"\na seed is broken; again with: python -m tests.chaos {again}")
        for sentence in sentences:
            print(f"  {sentence}", flush=True)


if __name__ == "__main__":
    sys.exit(main())

"""What the simulator does in one run: to be compared with the deployed machine on the same recorded market.

    python -m benchmarks.deadline.replay TRACE.json --start 7200 --work 172800 --deadline 216000 [--lookout]

Times are seconds; `--start` is where in the trace the run begins, as `start=` is of the embedded AWS's `trace:` market.
Prints JSON: the market of each attempt and when it began, what is billed on each, the cost, and the end. That market
begins again at the trace's end while this one has no capacity then, so a run is to end before it.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.deadline.markets import Market, Trace, read
from benchmarks.deadline.policies import Ruled
from benchmarks.deadline.table import Setup
from benchmarks.deadline.world import Job, Name, play
from constructs_lib.workflow.deadline.rule import Parameters


@dataclass(frozen=True, kw_only=True)
class Replayed:
    """One run of the simulator.

    Attributes:
        markets: The market of each attempt.
        begins: When each began, in seconds since the run's start.
        spot_seconds: What is billed of spot, look-outs too.
        demand_seconds: What is billed of on-demand.
        interruptions: How often a spot instance was taken away.
        lookouts: How many look-outs found capacity.
        cost: The cost in that of the same work on on-demand without a changeover.
        end: When it ended.
        late: By how much that is after the deadline.
    """

    markets: list[Name]
    begins: list[int]
    spot_seconds: int
    demand_seconds: int
    interruptions: int
    lookouts: int
    cost: float
    end: int
    late: int


def replay(
    trace: Trace,
    start: int,
    job: Job,
    parameters: Parameters | None = None,
    *,
    lookout: bool = False,
    ratio: float = Setup.ratio,
    looks: Sequence[int] = (),
    switches: Sequence[int] = (),
) -> Replayed:
    """Play one run as the library's rule decides it.

    Args:
        trace: The market.
        start: Where in it the run begins, in seconds: the beginning of one of its gaps.
        job: What the run is, and how the world treats it.
        parameters: What the rule reckons with. Defaults to what the job tells.
        lookout: Whether a look-out is sent while on on-demand.
        ratio: The price of on-demand, in that of spot.
        looks: When the rule is asked, as `play` takes it. Defaults to every poll.
        switches: What passes until there is a job, as `play` takes it. Defaults to nothing.

    Raises:
        ValueError: If `start` is within a gap, or the run does not end before the trace does.
    """
    if start % trace.gap:
        raise ValueError(f"'start' must be a multiple of the trace's gap ({trace.gap} s), got {start}")
    policy = Ruled("rule", job, lookout=lookout, given=parameters)
    run = play(Market(trace, start // trace.gap), job, policy, looks, switches)
    length = len(trace.up) * trace.gap
    if run.end is None or start + run.end > length:
        raise ValueError(f"'start' must leave the run time to end before the trace does ({length} s), got {start}")
    return Replayed(
        markets=[market for _, market in run.attempts],
        begins=[begin for begin, _ in run.attempts],
        spot_seconds=run.spot,
        demand_seconds=run.demand,
        interruptions=run.interruptions,
        lookouts=run.lookouts,
        cost=run.cost(job, ratio),
        end=run.end,
        late=run.late(job),
    )


def main() -> None:
    """Read the arguments, play and print."""
    parser = argparse.ArgumentParser(
        prog="benchmarks.deadline.replay", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("trace", type=Path)
    parser.add_argument("--start", type=int, default=0)
    for name in ("work", "deadline", "changeover", "poll", "lost", "launching"):
        parser.add_argument(f"--{name}", type=int, default=getattr(Job, name))
    parser.add_argument("--lookout", action="store_true")
    given = vars(parser.parse_args())
    file, start, lookout = given.pop("trace"), given.pop("start"), given.pop("lookout")
    try:
        print(json.dumps(asdict(replay(read(file), start, Job(**given), lookout=lookout))))
    except (OSError, ValueError) as error:
        parser.error(str(error))


if __name__ == "__main__":
    main()

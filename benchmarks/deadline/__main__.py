"""What a deadline costs under different rules.

    python -m benchmarks.deadline [TRACES] [--ticks 0:1781] [--starts 20] [--bounded 4]

TRACES is a folder of recorded spot markets, in the format that `benchmarks/deadline/markets.py` tells; without one,
markets are made up, always the same. Costs are in that of the same work on on-demand without a changeover. Runs start
at random moments, always the same for the same seed. Rules are asked every five minutes, or more often to be in step
with a market's gaps. `Greedy` and `Paced` are the library's own rule, `constructs_lib/workflow/deadline/rule.py`.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from benchmarks.deadline.markets import made_up, recorded
from benchmarks.deadline.table import FRACTIONS, Setup, compare, markdown


def main() -> None:
    """Read the arguments, play and print."""
    parser = argparse.ArgumentParser(
        prog="benchmarks.deadline", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("traces", nargs="?", type=Path, help="a folder of traces; without one they are made up")
    parser.add_argument("--ticks", default=":", help="the part of each trace, FROM:TO in its gaps")
    parser.add_argument("--fractions", type=float, nargs="+", default=FRACTIONS, help="work / time to the deadline")
    parser.add_argument("--work", type=float, default=48, help="what training takes, in hours")
    parser.add_argument("--changeover", type=float, default=0.2, help="from capacity to training, in hours")
    parser.add_argument("--ratio", type=float, default=Setup.ratio, help="the price of on-demand, in that of spot")
    parser.add_argument("--starts", type=int, default=Setup.each, help="runs in each trace")
    parser.add_argument("--bounded", type=int, default=Setup.bounded, help="of them with the omniscient bound")
    parser.add_argument(
        "--cautious", action="store_true", help="reckon with the library's defaults, not the world's times"
    )
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    if given.starts < 1 or given.bounded < 0:
        parser.error("--starts must be at least 1 and --bounded at least 0")
    ends = (int(end) if end else None for end in given.ticks.split(":"))
    try:
        traces = recorded(given.traces, slice(*ends)) if given.traces else made_up(given.seed)
        setup = Setup(
            traces=traces,
            work=round(given.work * 60) * 60,
            changeover=round(given.changeover * 60) * 60,
            ratio=given.ratio,
            each=given.starts,
            bounded=min(given.bounded, given.starts),
            seed=given.seed,
            cautious=given.cautious,
        )
        columns = list(compare(setup, given.fractions))
    except ValueError as error:
        parser.error(str(error))
    print(
        f"{len(traces)} markets, {len(traces) * given.starts} runs for each deadline; {given.work:g} h of work, "
        f"a changeover of {given.changeover:g} h, on-demand at {given.ratio:.3f} times the price of spot\n"
    )
    print(markdown(columns))


if __name__ == "__main__":
    main()

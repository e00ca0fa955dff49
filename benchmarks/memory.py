"""What an embedded AWS keeps in memory after many runs: its resident set at the beginning and after so many runs.

Every run trains one job, whose program writes a checkpoint and a few lines. What goes beyond the bounds that
`docs/guides/local.md` states is forgotten, so the figures grow up to there only.

Run it from the top of the repository: `python -m benchmarks.memory`; `--grown` says where the memory was taken.
"""

from __future__ import annotations

import argparse
import gc
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from constructs_lib.local.moto_adapters.emulation import Kept
from tests.support.run_bench import SPOT, RunBench, run_bench

LOOKS = (0, 100, 200, 300, 400, 500, 1000)
AT_ONCE = 3


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=LOOKS[-1], help="how many runs to play")
    parser.add_argument("--kept", type=int, help="how many executions and jobs are kept, to see the bounds sooner")
    parser.add_argument("--grown", action="store_true", help="say where the memory was taken; that is slow")
    arguments = parser.parse_args()
    print(f"{'runs':>6}{'resident':>12}{'a run':>12}")
    kept = arguments.kept
    bounds = Kept() if kept is None else Kept(executions=kept, jobs=kept, log_events=2 * kept, metric_data=11 * kept)
    with (
        run_bench(SPOT, hyperparameters={"steps": "1"}, speed=100.0, kept=bounds) as bench,
        ThreadPoolExecutor(AT_ONCE) as pool,
    ):
        played, before, begun = 0, 0, None
        for runs in [*(look for look in LOOKS if look < arguments.runs), arguments.runs]:
            for status in pool.map(lambda _: _play(bench), range(runs - played)):
                if status != "SUCCEEDED":
                    raise RuntimeError(f"a run ended as {status}")
            gc.collect()
            now = _resident_kib()
            a_run = f"{(now - before) / (runs - played):8.0f} KiB" if runs else ""
            print(f"{runs:6}{now / 1024:8.0f} MiB{a_run:>12}", flush=True)
            if arguments.grown and runs == LOOKS[1]:
                tracemalloc.start(8)
                begun = tracemalloc.take_snapshot()
            played, before = runs, now
        if begun is not None:
            for line in tracemalloc.take_snapshot().compare_to(begun, "lineno")[:40]:
                print(line)


def _play(bench: RunBench) -> str:
    return bench.run().status


def _resident_kib() -> int:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS:")))


if __name__ == "__main__":
    main()

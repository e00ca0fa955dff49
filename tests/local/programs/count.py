"""A training program that counts: one checkpoint a step, resumes from the newest, obeys its hyperparameters.

`--steps` how far to count, `--pause` wall seconds a step, `--on-term` what SIGTERM does: `exit` (Python's own way),
`save` (write one more checkpoint and exit 0), `tear` (write half of one), `ignore`; `--hold` a step at which it waits
to be interrupted or stopped; `--resumes no` begins anew each time, and `--resumes never` keeps nothing either.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import time
from pathlib import Path


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--steps", type=int, default=3)
    parser.add_argument("--pause", type=float, default=0.0)
    parser.add_argument("--hold", type=int, default=-1)
    parser.add_argument("--on-term", choices=["exit", "save", "tear", "ignore"], default="exit")
    parser.add_argument("--resumes", choices=["yes", "no", "never"], default="yes")
    parser.add_argument("--fail", default="")
    return parser.parse_args()


def main() -> None:
    arguments = read_arguments()
    checkpoints = None if arguments.resumes == "never" else checkpoint_directory()
    step = begin = newest(checkpoints) if arguments.resumes == "yes" else 0

    def save(number: int) -> None:
        if checkpoints is not None:
            part = checkpoints / "writing.tmp"
            part.write_text(json.dumps({"step": number}))
            part.rename(checkpoints / f"step-{number}.json")

    def terminate(*_: object) -> None:
        if arguments.on_term == "save":
            save(1000 + step)
            sys.exit(0)
        if arguments.on_term == "tear":
            tear(checkpoints, step + 1)
        print("SIGTERM ignored", flush=True)

    if arguments.on_term != "exit":
        signal.signal(signal.SIGTERM, terminate)

    print(f"begin at {begin}", flush=True)
    while step < arguments.steps:
        step += 1
        time.sleep(arguments.pause)
        save(step)
        print(f"step={step} loss={1 / step:.3f};", flush=True)
        while step == arguments.hold and begin < arguments.hold:
            time.sleep(0.05)
    if arguments.fail:
        fail(arguments.fail)
    Path(os.environ["SM_MODEL_DIR"], "model.json").write_text(json.dumps({"steps": step}))
    Path(os.environ["SM_OUTPUT_DATA_DIR"], "begin.json").write_text(json.dumps({"begin": begin}))


def fail(how: str) -> None:
    if how != "silent":
        Path(os.environ["SM_OUTPUT_DIR"], "failure").write_text("x" * 3000 if how == "long" else how)
    sys.exit(3)


def tear(checkpoints: Path | None, step: int) -> None:
    if checkpoints is not None:
        (checkpoints / f"step-{step}.json").write_text("{")
    sys.exit(1)


def checkpoint_directory() -> Path | None:
    config = Path(os.environ["SM_INPUT_CONFIG_DIR"], "checkpointconfig.json")
    return Path(json.loads(config.read_text())["LocalPath"]) if config.exists() else None


def newest(checkpoints: Path | None) -> int:
    if checkpoints is None:
        return 0
    there = {int(path.stem.split("-")[1]): path for path in checkpoints.glob("step-*.json")}
    return int(json.loads(there[max(there)].read_text())["step"]) if there else 0


if __name__ == "__main__":
    main()

"""The training program of the chaos run: a chain of hashes, so that its model is a function of its seed alone.

It checkpoints by a temporary file and a rename, goes on from the newest checkpoint, and tells where it began and when,
by a clock that all processes of the machine share. Standard library only, so that it starts in a few hundredths of a
second.
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import sys
import time
from pathlib import Path

CORRUPT, TOO_EARLY = 41, 42
"""Exit codes: the checkpoint is not what a run of this seed wrote; it is older than one known to be in S3."""

SLOW_SAVE_SECONDS = 1.0
"""Of the wall: how long a large model's last checkpoint takes, within the grace that the stage gives."""


def state_after(seed: str, steps: int) -> str:
    """Return the state after so many steps: of an uninterrupted run the model."""
    state = seed
    for step in range(1, steps + 1):
        state = next_state(state, step)
    return state


def next_state(state: str, step: int) -> str:
    """Take one step."""
    return hashlib.sha256(f"{state}/{step}".encode()).hexdigest()


def step_of(name: str) -> int:
    """Return the step in a checkpoint's name; 0 for any other file."""
    stem = Path(name).name
    digits = stem.removeprefix("step-").removesuffix(".json")
    return int(digits) if stem == f"step-{digits}.json" and digits.isdecimal() else 0


def main() -> int:  # noqa: C901 - a program is read from top to bottom
    """Train."""
    config = Path(os.environ["SM_INPUT_CONFIG_DIR"])
    told = json.loads((config / "hyperparameters.json").read_text())
    checkpoints = Path(json.loads((config / "checkpointconfig.json").read_text())["LocalPath"])
    seed, steps = told["seed"], int(told["steps"])
    pause, every, keep = float(told["pause"]), int(told["every"]), int(told["keep"])

    newest = max((path for path in checkpoints.glob("step-*.json")), key=lambda path: step_of(path.name), default=None)
    step, state = (0, seed) if newest is None else (step_of(newest.name), json.loads(newest.read_text())["state"])
    print(json.dumps({"begin": step, "at": time.monotonic()}), flush=True)
    if state != state_after(seed, step):
        return CORRUPT
    if step < int(told.get("floor", "0")):
        return TOO_EARLY

    terminated = False

    def terminate(*_: object) -> None:
        nonlocal terminated
        terminated = True

    if told["on-term"] in ("save", "slow"):
        signal.signal(signal.SIGTERM, terminate)
    elif told["on-term"] == "ignore":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)

    def save() -> None:
        part = checkpoints / "writing.part"
        part.write_text(json.dumps({"state": state}))
        part.rename(checkpoints / f"step-{step}.json")
        for old in sorted(checkpoints.glob("step-*.json"), key=lambda path: step_of(path.name))[:-keep]:
            old.unlink()

    while step < steps:
        time.sleep(pause)
        if terminated and told["on-term"] == "slow":
            time.sleep(SLOW_SAVE_SECONDS)
        step += 1
        state = next_state(state, step)
        if terminated or step % every == 0:
            save()
        if terminated:
            return 0
    print(f"loss={int(state[:6], 16) / 16**6:.6f};", flush=True)
    Path(os.environ["SM_MODEL_DIR"], "model.txt").write_text(state)
    return 0


if __name__ == "__main__":
    sys.exit(main())

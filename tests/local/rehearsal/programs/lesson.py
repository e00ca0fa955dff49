"""What all programs here train: a number, in eighteen steps; how they keep it is each program's own."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

BASE = Path(os.environ["SAGEMAKER_BASE_DIR"])
CHECKPOINTS, MODEL = BASE / "checkpoints", BASE / "model"
STEPS, EVERY = 18, 3


def learn(state: int, step: int) -> int:
    """Take a step; it takes a while."""
    time.sleep(0.03)
    return (state * 1103515245 + step) % (1 << 31)


def due(step: int) -> bool:
    """Whether a checkpoint is due after a step."""
    return step % EVERY == 0


def tell(step: int) -> None:
    """Print a line of progress."""
    print(f"step {step} of {STEPS}", flush=True)


def save(path: Path, **values: object) -> None:
    """Write values in place: half a file, if the instance goes meanwhile."""
    path.write_text(json.dumps({**values, "weights": [0.5] * 100}))


def save_whole(path: Path, **values: object) -> None:
    """Write values to a temporary name, and rename."""
    temporary = path.with_name(f"{path.name}.part")
    save(temporary, **values)
    temporary.replace(path)


def load(path: Path) -> tuple[int, int]:
    """Read step and state."""
    values = json.loads(path.read_text())
    return values["step"], values["state"]


def newest(pattern: str = "checkpoint-*.json") -> list[Path]:
    """List checkpoints by their numbers, the newest first."""
    return sorted(CHECKPOINTS.glob(pattern), key=lambda path: int(path.stem.rpartition("-")[2]), reverse=True)


def finish(state: int, **more: object) -> None:
    """Write the model."""
    (MODEL / "model.json").write_text(json.dumps({"state": state, **more}))

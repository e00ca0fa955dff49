"""Trains a small neural network to read handwritten digits, and survives losing its instance at any moment."""

from __future__ import annotations

import argparse
import json
import math
import os
import re
import signal
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import NamedTuple

# one thread, so that sums are added in the same order on any machine
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

CHECKPOINT = re.compile(r"checkpoint-(\d{8})\.npz")
KEPT = 3
TEST_ROWS = 297
SHIFTS = [(down, right) for down in (-1, 0, 1) for right in (-1, 0, 1)]


class Digits(NamedTuple):
    """Images, one a row, and the digits they show."""

    train_images: Array
    train_labels: NDArray[np.int64]
    test_images: Array
    test_labels: NDArray[np.int64]


class Model:
    """Two layers, trained by stochastic gradient descent with momentum."""

    def __init__(self, hidden: int, seed: int) -> None:
        random = np.random.default_rng(seed)
        self.values: dict[str, Array] = {
            "w1": random.normal(0, 0.1, (64, hidden)),
            "b1": np.zeros(hidden),
            "w2": random.normal(0, 0.1, (hidden, 10)),
            "b2": np.zeros(10),
        }
        self.speeds = {name: np.zeros_like(value) for name, value in self.values.items()}

    def learn(self, images: Array, labels: NDArray[np.int64], rate: float) -> float:
        """Take one step down the gradient; return the loss before it."""
        hidden = np.maximum(images @ self.values["w1"] + self.values["b1"], 0)
        scores = hidden @ self.values["w2"] + self.values["b2"]
        scores -= scores.max(axis=1, keepdims=True)
        chances = np.exp(scores)
        chances /= chances.sum(axis=1, keepdims=True)
        rows = np.arange(len(labels))
        loss = -float(np.log(chances[rows, labels]).mean())
        chances[rows, labels] -= 1
        chances /= len(labels)
        back = (chances @ self.values["w2"].T) * (hidden > 0)
        slopes = {
            "w1": images.T @ back,
            "b1": back.sum(axis=0),
            "w2": hidden.T @ chances,
            "b2": chances.sum(axis=0),
        }
        for name, slope in slopes.items():
            self.speeds[name] = 0.9 * self.speeds[name] - rate * slope
            self.values[name] += self.speeds[name]
        return loss

    def accuracy(self, images: Array, labels: NDArray[np.int64]) -> float:
        """Return the share of images that are read right."""
        hidden = np.maximum(images @ self.values["w1"] + self.values["b1"], 0)
        return float((np.argmax(hidden @ self.values["w2"] + self.values["b2"], axis=1) == labels).mean())


def load_data(directory: Path) -> Digits:
    """Read whatever one file the channel has: CDK names an uploaded file after its hash."""
    files = [path for path in sorted(directory.iterdir()) if path.name.endswith((".gz", ".csv"))]
    if len(files) != 1:
        raise SystemExit(f"expected one .csv or .gz file in {directory}, found {len(files)}")
    table = np.loadtxt(files[0], delimiter=",")
    order = np.random.default_rng(0).permutation(len(table))
    images, labels = table[order, :64] / 16, table[order, 64].astype(np.int64)
    return Digits(images[TEST_ROWS:], labels[TEST_ROWS:], images[:TEST_ROWS], labels[:TEST_ROWS])


def batches(data: Digits, size: int, seed: int, epoch: int) -> Iterator[tuple[Array, NDArray[np.int64]]]:
    """Yield an epoch's batches: every image in nine positions, in an order that only seed and epoch decide."""
    squares = data.train_images.reshape(-1, 8, 8)
    padded = np.pad(squares, ((0, 0), (1, 1), (1, 1)))
    images = np.concatenate([padded[:, 1 - y : 9 - y, 1 - x : 9 - x].reshape(-1, 64) for y, x in SHIFTS])
    labels = np.tile(data.train_labels, len(SHIFTS))
    order = np.random.default_rng([seed, epoch]).permutation(len(labels))
    for start in range(0, len(order), size):
        chosen = order[start : start + size]
        yield images[chosen], labels[chosen]


def write_atomically(path: Path, arrays: dict[str, Array]) -> None:
    """Write a file that is complete or not there, whenever the instance is lost."""
    temporary = path.with_name(f".{path.name}.part")
    with temporary.open("wb") as file:
        np.savez(file, **arrays)  # type: ignore[arg-type]
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def save_checkpoint(directory: Path, model: Model, step: int) -> None:
    """Keep the newest few checkpoints; what is deleted here SageMaker deletes in S3."""
    speeds = {f"speed_{name}": value for name, value in model.speeds.items()}
    write_atomically(directory / f"checkpoint-{step:08d}.npz", {**model.values, **speeds})
    for _, path in checkpoints(directory)[KEPT:]:
        path.unlink()


def save_progress(directory: Path, fraction: float) -> None:
    """Say how much of the work the newest checkpoint holds; a run with a deadline reads it."""
    temporary = directory / ".progress.json.part"
    temporary.write_text(json.dumps({"fraction": fraction}) + "\n")
    temporary.replace(directory / "progress.json")


def checkpoints(directory: Path) -> list[tuple[int, Path]]:
    """List the checkpoints, the newest first."""
    found = [(int(match[1]), path) for path in directory.iterdir() if (match := CHECKPOINT.fullmatch(path.name))]
    return sorted(found, reverse=True)


def resume(directory: Path, model: Model) -> int:
    """Load the newest checkpoint that can be read; return its step, or 0."""
    for step, path in checkpoints(directory):
        try:
            with np.load(path) as stored:
                values = {name: stored[name] for name in model.values}
                speeds = {name: stored[f"speed_{name}"] for name in model.speeds}
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            print(f"cannot read {path.name}: {error}; trying an older one", flush=True)
            continue
        model.values, model.speeds = values, speeds
        return step
    return 0


def train(arguments: argparse.Namespace) -> None:
    """Train from wherever the last attempt stopped to the end."""
    stop = StopRequest()
    data = load_data(arguments.train)
    arguments.checkpoints.mkdir(parents=True, exist_ok=True)
    model = Model(arguments.hidden, arguments.seed)
    done = resume(arguments.checkpoints, model)
    print(f"resumed from step {done}" if done else "started from step 0", flush=True)

    steps = arguments.epochs * math.ceil(len(data.train_labels) * len(SHIFTS) / arguments.batch_size)
    step = 0
    for epoch in range(arguments.epochs):
        losses = []
        for images, labels in batches(data, arguments.batch_size, arguments.seed, epoch):
            step += 1
            if step <= done:
                continue
            losses.append(model.learn(images, labels, arguments.learning_rate))
            if stop.asked or step % arguments.checkpoint_steps == 0:
                save_checkpoint(arguments.checkpoints, model, step)
                save_progress(arguments.checkpoints, step / steps)
            if stop.asked:
                print(f"stopped at step {step}", flush=True)
                sys.exit(128 + signal.SIGTERM)
        if losses:
            accuracy = model.accuracy(data.test_images, data.test_labels)
            print(f"epoch={epoch + 1} step={step} loss={np.mean(losses):.4f} accuracy={accuracy:.4f}", flush=True)

    arguments.model_dir.mkdir(parents=True, exist_ok=True)
    write_atomically(arguments.model_dir / "model.npz", model.values)
    metrics = {"accuracy": model.accuracy(data.test_images, data.test_labels), "steps": step}
    (arguments.model_dir / "metrics.json").write_text(json.dumps(metrics) + "\n")
    print(f"finished at step {step}", flush=True)


class StopRequest:
    """Remembers that SageMaker asked the program to stop; it has two minutes from then."""

    def __init__(self) -> None:
        self.asked = False
        signal.signal(signal.SIGTERM, self._remember)

    def _remember(self, signum: int, frame: FrameType | None) -> None:
        self.asked = True


def parse_arguments() -> argparse.Namespace:
    """Read hyperparameters from the command line, and paths from the environment that SageMaker sets."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--epochs", type=int, default=80)
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument("--learning-rate", type=float, default=0.02)
    parser.add_argument("--hidden", type=int, default=512)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--checkpoint-steps", type=int, default=422, help="steps between two checkpoints")
    environment = os.environ.get
    parser.add_argument("--train", type=Path, default=environment("SM_CHANNEL_TRAIN", "/opt/ml/input/data/train"))
    parser.add_argument("--model-dir", type=Path, default=environment("SM_MODEL_DIR", "/opt/ml/model"))
    parser.add_argument("--checkpoints", type=Path, default=checkpoint_directory())
    return parser.parse_args()


def checkpoint_directory() -> str:
    """Return where SageMaker keeps the checkpoints of this job."""
    config = Path(os.environ.get("SM_INPUT_CONFIG_DIR", "/opt/ml/input/config")) / "checkpointconfig.json"
    if not config.is_file():
        return "/opt/ml/checkpoints"
    return str(json.loads(config.read_text())["LocalPath"])


if __name__ == "__main__":
    train(parse_arguments())

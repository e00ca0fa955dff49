"""Counts, writes checkpoints, goes on from them, tells what it sees, and fails or holds as it is told."""

import argparse
import json
import os
import sys
import time
from pathlib import Path

parser = argparse.ArgumentParser()
parser.add_argument("--steps", type=int, default=3)
parser.add_argument("--hold", type=float, default=0.0)
parser.add_argument("--settle", type=float, default=0.0)
parser.add_argument("--fail", type=int, default=0)
parser.add_argument("--token", default="")
told = parser.parse_args()

checkpoints = Path("/opt/ml/checkpoints")
if "SM_INPUT_CONFIG_DIR" in os.environ:
    config = Path(os.environ["SM_INPUT_CONFIG_DIR"], "checkpointconfig.json")
    checkpoints = Path(json.loads(config.read_text())["LocalPath"]) if config.is_file() else checkpoints
model = Path(os.environ.get("SM_MODEL_DIR", "/opt/ml/model"))
(model / "model.txt").write_text("what there is so far")
done = [int(path.stem.partition("-")[2]) for path in checkpoints.glob("step-*.json")]
for step in range(max(done, default=0) + 1, told.steps + 1):
    (checkpoints / f"step-{step}.json").write_text(str(step))
    print(f"step {step}", flush=True)
    # a launch that goes on from a checkpoint does not hold
    time.sleep(told.hold if told.hold and not done and step == 1 else 0.3)
if board := os.environ.get("LIVE_BOARD"):
    Path(board).mkdir(parents=True, exist_ok=True)
    Path(board, "events.txt").write_text("TensorBoard data, so to say")
time.sleep(told.settle)
channels = [Path(value) for name, value in os.environ.items() if name.startswith("SM_CHANNEL_")]
seen = {
    "token": told.token,
    "channels": {path.name: sorted(file.name for file in path.rglob("*") if file.is_file()) for path in channels},
    "checkpoints": sorted(path.name for path in checkpoints.iterdir()),
}
(checkpoints / "seen.json").write_text(json.dumps(seen))
if told.fail:
    sys.exit(3)

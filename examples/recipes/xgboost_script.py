"""XGBoost in script mode, with its own checkpoint callback, which counts from nought in each launch.

https://xgboost.readthedocs.io/en/stable/python/callbacks.html
"""

import os
from pathlib import Path

import numpy as np
import xgboost as xgb

CHECKPOINTS = Path(os.environ.get("SAGEMAKER_BASE_DIR", "/opt/ml"), "checkpoints")
ROUNDS = int(os.environ.get("SM_HP_ROUNDS", "60"))


class KeepWhole(xgb.callback.TrainingCheckPoint):
    """The callback writes in place; here a file gets its name when it is whole."""

    def after_iteration(self, model: xgb.Booster, epoch: int, evals_log: dict) -> bool:
        """Save every `interval` rounds, under the number of all rounds so far."""
        if model.num_boosted_rounds() % self._iterations == 0:
            part = CHECKPOINTS / f"model_{model.num_boosted_rounds()}.part.ubj"
            model.save_model(part)
            part.replace(CHECKPOINTS / f"model_{model.num_boosted_rounds()}.ubj")
        return False


def newest() -> xgb.Booster | None:
    """The newest checkpoint that can be read."""
    there = [path for path in CHECKPOINTS.glob("model_*.ubj") if ".part" not in path.name]
    for path in sorted(there, key=lambda path: int(path.stem.rpartition("_")[2]), reverse=True):
        try:
            return xgb.Booster(model_file=path)
        except xgb.core.XGBoostError:
            print(f"{path.name} cannot be read, trying the one before", flush=True)
    return None


def main() -> None:
    """Train the rounds that are missing."""
    data = np.random.default_rng(0).normal(size=(20000, 30))
    matrix = xgb.DMatrix(data, label=data[:, :4].prod(axis=1) > 0)
    before = newest()
    done = before.num_boosted_rounds() if before else 0
    model = xgb.train(
        {"objective": "binary:logistic", "nthread": 2, "seed": 1},
        matrix,
        num_boost_round=ROUNDS - done,
        xgb_model=before,
        evals=[(matrix, "train")],
        callbacks=[KeepWhole(CHECKPOINTS, interval=10)],
    )
    model.save_model(Path(os.environ["SM_MODEL_DIR"], "model.json"))


main()

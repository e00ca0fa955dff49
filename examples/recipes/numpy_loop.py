"""A loop of one's own with scikit-learn: everything that training needs to go on is in the checkpoint.

https://scikit-learn.org/stable/model_persistence.html
"""

import os
import pickle
from pathlib import Path

import numpy as np
from sklearn.linear_model import SGDClassifier

CHECKPOINTS = Path(os.environ.get("SAGEMAKER_BASE_DIR", "/opt/ml"), "checkpoints")
EPOCHS = int(os.environ.get("SM_HP_EPOCHS", "12"))


def save(epoch: int, model: SGDClassifier, order: np.random.Generator) -> None:
    """Write beside the name, then rename: half a checkpoint never has a checkpoint's name."""
    part = CHECKPOINTS / "writing.part"
    part.write_bytes(pickle.dumps((epoch, model, order)))
    part.replace(CHECKPOINTS / f"checkpoint-{epoch}.pkl")
    for old in sorted(CHECKPOINTS.glob("checkpoint-*.pkl"), key=number)[:-3]:
        old.unlink()


def number(path: Path) -> int:
    """The epoch in a checkpoint's name, as a number: as text, 9 comes after 10."""
    return int(path.stem.rpartition("-")[2])


def main() -> None:
    """Train, from the newest checkpoint that can be read."""
    begun, model, order = 0, SGDClassifier(loss="log_loss", random_state=1), np.random.default_rng(1)
    for path in sorted(CHECKPOINTS.glob("checkpoint-*.pkl"), key=number, reverse=True):
        try:
            begun, model, order = pickle.loads(path.read_bytes())  # noqa: S301 - this program wrote it
            break
        except (EOFError, pickle.UnpicklingError):
            print(f"{path.name} cannot be read, trying the one before", flush=True)
    data = np.random.default_rng(0).normal(size=(20000, 40))
    labels = (data[:, :5].sum(axis=1) > 0).astype(int)
    for epoch in range(begun + 1, EPOCHS + 1):
        for rows in np.array_split(order.permutation(len(data)), 40):
            model.partial_fit(data[rows], labels[rows], classes=[0, 1])
        print(f"epoch {epoch} accuracy={model.score(data, labels):.4f}", flush=True)
        save(epoch, model, order)
    np.save(Path(os.environ["SM_MODEL_DIR"], "coefficients.npy"), model.coef_)


main()

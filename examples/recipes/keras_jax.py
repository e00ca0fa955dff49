"""Keras 3 on JAX: a checkpoint for each epoch, with the optimizer, written whole.

BackupAndRestore keeps one file only, which it writes in place; a torn one loses everything, so it is not used here.
https://keras.io/api/callbacks/backup_and_restore/
"""

import os
from pathlib import Path

os.environ["KERAS_BACKEND"] = "jax"
import keras
import numpy as np

CHECKPOINTS = Path(os.environ.get("SAGEMAKER_BASE_DIR", "/opt/ml"), "checkpoints")
EPOCHS = int(os.environ.get("SM_HP_EPOCHS", "12"))


class Keep(keras.callbacks.Callback):
    """Saves after each epoch, and keeps the last three."""

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        """Write beside the name, then rename."""
        part = CHECKPOINTS / "writing.part.keras"
        self.model.save(part)
        part.replace(CHECKPOINTS / f"epoch-{epoch + 1}.keras")
        for old in there()[3:]:
            old.unlink()


def there() -> list[Path]:
    """The checkpoints, the newest first."""
    return sorted(CHECKPOINTS.glob("epoch-*.keras"), key=lambda path: int(path.stem.rpartition("-")[2]), reverse=True)


def begin() -> tuple[int, keras.Model]:
    """The newest checkpoint that can be read, or a new model."""
    for path in there():
        try:
            return int(path.stem.rpartition("-")[2]), keras.saving.load_model(path)
        except (OSError, ValueError, KeyError) as error:
            print(f"{path.name} cannot be read ({error}), trying the one before", flush=True)
    keras.utils.set_random_seed(1)
    model = keras.Sequential([keras.Input((20,)), keras.layers.Dense(16, activation="relu"), keras.layers.Dense(1)])
    model.compile(optimizer="adam", loss="mse")
    return 0, model


def main() -> None:
    """Train the epochs that are missing; the order of the data is the same in each."""
    done, model = begin()
    data = np.random.default_rng(0).normal(size=(4000, 20)).astype("float32")
    target = data[:, :3].sum(axis=1)
    model.fit(
        data, target, epochs=EPOCHS, initial_epoch=done, batch_size=64, shuffle=False, verbose=2, callbacks=[Keep()]
    )
    np.savez(Path(os.environ["SM_MODEL_DIR"], "weights.npz"), *model.get_weights())


main()

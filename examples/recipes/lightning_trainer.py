"""PyTorch Lightning: ModelCheckpoint writes, `ckpt_path` goes on; its file is chosen here, for the newest may be torn.

https://lightning.ai/docs/pytorch/stable/common/checkpointing_basic.html
"""

import os
import pickle
from pathlib import Path

import lightning
import torch
from lightning.pytorch.callbacks import ModelCheckpoint

CHECKPOINTS = Path(os.environ.get("SAGEMAKER_BASE_DIR", "/opt/ml"), "checkpoints")
EPOCHS = int(os.environ.get("SM_HP_EPOCHS", "10"))


class Regression(lightning.LightningModule):
    """Two layers."""

    def __init__(self) -> None:
        """Make the layers."""
        super().__init__()
        self.layers = torch.nn.Sequential(torch.nn.Linear(20, 32), torch.nn.ReLU(), torch.nn.Linear(32, 1))

    def training_step(self, batch: list[torch.Tensor], _: int) -> torch.Tensor:
        """Return the loss."""
        return torch.nn.functional.mse_loss(self.layers(batch[0]), batch[1])

    def configure_optimizers(self) -> torch.optim.Optimizer:
        """Return Adam."""
        return torch.optim.Adam(self.parameters())


def newest() -> Path | None:
    """The newest checkpoint that can be read."""
    numbered = {int(path.stem.partition("=")[2]): path for path in CHECKPOINTS.glob("epoch=*.ckpt")}
    for _, path in sorted(numbered.items(), reverse=True):
        try:
            torch.load(path, weights_only=False)
        except (OSError, RuntimeError, EOFError, pickle.UnpicklingError):
            print(f"{path.name} cannot be read, trying the one before", flush=True)
        else:
            return path
    return None


def main() -> None:
    """Train; an epoch's order of the data follows from nothing but its number."""
    lightning.seed_everything(1, verbose=False)
    data = torch.randn(4000, 20, generator=torch.Generator().manual_seed(0))
    batches = torch.utils.data.DataLoader(
        torch.utils.data.TensorDataset(data, data[:, :3].sum(dim=1, keepdim=True)), batch_size=64
    )
    keep = ModelCheckpoint(CHECKPOINTS, filename="{epoch}", save_top_k=-1)
    trainer = lightning.Trainer(
        max_epochs=EPOCHS, accelerator="cpu", callbacks=[keep], logger=False, enable_progress_bar=False
    )
    model = Regression()
    trainer.fit(model, batches, ckpt_path=newest(), weights_only=False)
    torch.save(model.state_dict(), Path(os.environ["SM_MODEL_DIR"], "model.pt"))


main()

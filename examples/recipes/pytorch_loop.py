"""A loop of one's own with PyTorch: weights, optimizer, epoch and random numbers in one file.

https://docs.pytorch.org/tutorials/recipes/recipes/saving_and_loading_a_general_checkpoint.html
"""

import os
import pickle
from pathlib import Path

import torch

CHECKPOINTS = Path(os.environ.get("SAGEMAKER_BASE_DIR", "/opt/ml"), "checkpoints")
EPOCHS = int(os.environ.get("SM_HP_EPOCHS", "12"))
torch.manual_seed(1)
torch.set_num_threads(1)


def there() -> list[Path]:
    """The checkpoints, the newest first."""
    return sorted(CHECKPOINTS.glob("epoch-*.pt"), key=lambda path: int(path.stem.rpartition("-")[2]), reverse=True)


def newest() -> dict | None:
    """The newest checkpoint that can be read."""
    for path in there():
        try:
            return torch.load(path, weights_only=True)
        except (OSError, RuntimeError, EOFError, pickle.UnpicklingError):
            print(f"{path.name} cannot be read, trying the one before", flush=True)
    return None


def main() -> None:
    """Train the epochs that are missing."""
    data = torch.randn(32000, 20, generator=torch.Generator().manual_seed(0))
    target = data[:, :3].sum(dim=1, keepdim=True)
    model = torch.nn.Sequential(torch.nn.Linear(20, 32), torch.nn.ReLU(), torch.nn.Linear(32, 1))
    optimizer = torch.optim.Adam(model.parameters())
    done = 0
    if (state := newest()) is not None:
        done = state["epoch"]
        model.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
        torch.set_rng_state(state["random"])
    for epoch in range(done + 1, EPOCHS + 1):
        for rows in torch.randperm(len(data)).split(64):
            loss = torch.nn.functional.mse_loss(model(data[rows]), target[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        print(f"epoch {epoch} loss={loss.item():.5f}", flush=True)
        state = {"epoch": epoch, "model": model.state_dict(), "optimizer": optimizer.state_dict()}
        part = CHECKPOINTS / "writing.part"
        torch.save({**state, "random": torch.get_rng_state()}, part)
        part.replace(CHECKPOINTS / f"epoch-{epoch}.pt")
        for old in there()[3:]:
            old.unlink()
    torch.save(model.state_dict(), Path(os.environ["SM_MODEL_DIR"], "model.pt"))


main()

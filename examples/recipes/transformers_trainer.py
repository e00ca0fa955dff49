"""Hugging Face Trainer: a folder for each checkpoint, whose last file tells that it is whole.

https://huggingface.co/docs/transformers/main_classes/trainer
"""

import os
import pickle
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from transformers import PretrainedConfig, PreTrainedModel, Trainer, TrainingArguments, set_seed

CHECKPOINTS = Path(os.environ.get("SAGEMAKER_BASE_DIR", "/opt/ml"), "checkpoints")


class Regression(PreTrainedModel):
    """Two layers, as the Trainer wants a model: it returns its loss."""

    config_class = PretrainedConfig

    def __init__(self, config: PretrainedConfig) -> None:
        """Make the layers."""
        super().__init__(config)
        self.layers = torch.nn.Sequential(torch.nn.Linear(20, 32), torch.nn.ReLU(), torch.nn.Linear(32, 1))
        self.post_init()

    def forward(self, x: torch.Tensor, labels: torch.Tensor | None = None) -> dict[str, torch.Tensor]:
        """Return the loss."""
        return {"loss": torch.nn.functional.mse_loss(self.layers(x), labels)}


def newest() -> str | None:
    """The newest checkpoint whose files can all be read; the Trainer itself takes the newest, whole or not."""
    for folder in sorted(CHECKPOINTS.glob("checkpoint-*"), key=lambda path: int(path.name[11:]), reverse=True):
        try:
            with safe_open(folder / "model.safetensors", "pt"):
                pass
            for name in ("optimizer.pt", "scheduler.pt", "rng_state.pth"):
                torch.load(folder / name, weights_only=False)
            if (folder / "trainer_state.json").read_text().rstrip().endswith("}"):
                return str(folder)
        except (OSError, RuntimeError, EOFError, pickle.UnpicklingError, SafetensorError):
            pass
        print(f"{folder.name} cannot be read, trying the one before", flush=True)
    return None


def main() -> None:
    """Train 600 steps, with a checkpoint every 75."""
    set_seed(1)  # before the model is made, which the Trainer's own seed comes too late for
    data = torch.randn(2400, 20, generator=torch.Generator().manual_seed(0))
    rows = [{"x": row, "labels": row[:3].sum(dim=0, keepdim=True)} for row in data]
    arguments = TrainingArguments(
        str(CHECKPOINTS), max_steps=600, save_steps=75, save_total_limit=3, per_device_train_batch_size=32, seed=1,
        use_cpu=True, report_to=[], disable_tqdm=True, logging_steps=75,
    )  # fmt: skip
    trainer = Trainer(Regression(PretrainedConfig()), arguments, train_dataset=rows)
    trainer.train(resume_from_checkpoint=newest())
    trainer.save_model(os.environ["SM_MODEL_DIR"])


main()

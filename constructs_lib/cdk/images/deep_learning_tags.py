"""The Deep Learning Containers that AWS publishes for training on SageMaker: repositories and tags, as data.

From https://aws.github.io/deep-learning-containers/reference/available_images/ and its history, and for three of the
Hugging Face images https://github.com/aws/sagemaker-python-sdk, `image_uri_config/huggingface.json`, as of 2026-11-23.
Newest first. Images before PyTorch 1.13 and TensorFlow 2.12 are left to `from_deep_learning_container`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

DeepLearningFramework = Literal[
    "autogluon",
    "huggingface-pytorch",
    "huggingface-pytorch-neuronx",
    "huggingface-tensorflow",
    "pytorch",
    "pytorch-neuronx",
    "tensorflow",
]
"""The frameworks; their version is the one of AutoGluon, PyTorch or TensorFlow."""

Accelerator = Literal["cpu", "gpu", "neuronx"]

PUBLISHED: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "autogluon": {
        "autogluon-training": (
            "1.5.0-cpu-py312-ubuntu22.04",
            "1.5.0-gpu-py312-cu126-ubuntu22.04",
            "1.4.0-cpu-py311-ubuntu22.04",
            "1.4.0-gpu-py311-cu124-ubuntu22.04",
            "1.3.1-cpu-py311-ubuntu22.04",
            "1.3.1-gpu-py311-cu124-ubuntu22.04",
            "1.3.0-cpu-py311-ubuntu22.04",
            "1.3.0-gpu-py311-cu124-ubuntu22.04",
            "1.2.0-cpu-py311-ubuntu22.04",
            "1.2.0-gpu-py311-cu124-ubuntu22.04",
            "1.1.1-cpu-py311-ubuntu20.04",
            "1.1.1-gpu-py311-cu121-ubuntu20.04",
            "1.1.0-cpu-py310-ubuntu20.04",
            "1.1.0-gpu-py310-cu118-ubuntu20.04",
            "1.0.0-cpu-py310-ubuntu20.04",
            "1.0.0-gpu-py310-cu118-ubuntu20.04",
        ),
    },
    "huggingface-pytorch": {
        "huggingface-pytorch-training": (
            "2.9.0-transformers5.3.0-gpu-py312-cu130-ubuntu22.04",
            "2.8.0-transformers4.56.2-gpu-py312-cu129-ubuntu22.04",
            "2.7.1-transformers4.55.0-gpu-py312-cu128-ubuntu22.04",
            "2.5.1-transformers4.49.0-gpu-py311-cu124-ubuntu22.04",
            "2.3.0-transformers4.48.0-gpu-py311-cu121-ubuntu20.04",
            "2.3.0-transformers4.46.1-gpu-py311-cu121-ubuntu20.04",
            "2.1.0-transformers4.36.0-gpu-py310-cu121-ubuntu20.04",
            "2.0.0-transformers4.28.1-gpu-py310-cu118-ubuntu20.04",
            "1.13.1-transformers4.26.0-gpu-py39-cu117-ubuntu20.04",
        ),
    },
    "huggingface-pytorch-neuronx": {
        "huggingface-pytorch-training-neuronx": (
            "2.8.0-transformers4.55.4-neuronx-py310-sdk2.26.0-ubuntu22.04",
            "2.7.0-transformers4.51.0-neuronx-py310-sdk2.24.1-ubuntu22.04",
            "2.1.2-transformers4.48.1-neuronx-py310-sdk2.20.0-ubuntu20.04",
            "1.13.1-transformers4.36.2-neuronx-py310-sdk2.18.0-ubuntu20.04",
            "1.13.1-transformers4.34.1-neuronx-py310-sdk2.15.0-ubuntu20.04",
        ),
    },
    "huggingface-tensorflow": {
        "huggingface-tensorflow-training": ("2.6.3-transformers4.17.0-gpu-py38-cu112-ubuntu20.04",),
    },
    "pytorch": {
        # since 2.11 in a repository for every use; Python is not in the tags, it is 3.12
        "pytorch": (
            "2.13.0-cpu-amzn2023-sagemaker",
            "2.13.0-cu133-amzn2023-sagemaker",
            "2.12.1-cpu-amzn2023-sagemaker",
            "2.12.1-cu130-amzn2023-sagemaker",
            "2.11.0-cpu-amzn2023-sagemaker",
            "2.11.0-cu130-amzn2023-sagemaker",
        ),
        "pytorch-training": (
            "2.10.0-cpu-py313-ubuntu22.04-sagemaker",
            "2.10.0-gpu-py313-cu130-ubuntu22.04-sagemaker",
            "2.9.0-cpu-py312-ubuntu22.04-sagemaker",
            "2.9.0-gpu-py312-cu130-ubuntu22.04-sagemaker",
            "2.8.0-cpu-py312-ubuntu22.04-sagemaker",
            "2.8.0-gpu-py312-cu129-ubuntu22.04-sagemaker",
            "2.7.1-cpu-py312-ubuntu22.04-sagemaker",
            "2.7.1-gpu-py312-cu128-ubuntu22.04-sagemaker",
            "2.6.0-cpu-py312-ubuntu22.04-sagemaker",
            "2.6.0-gpu-py312-cu126-ubuntu22.04-sagemaker",
            "2.5.1-cpu-py311-ubuntu22.04-sagemaker",
            "2.5.1-gpu-py311-cu124-ubuntu22.04-sagemaker",
            "2.4.0-cpu-py311-ubuntu22.04-sagemaker",
            "2.4.0-gpu-py311-cu124-ubuntu22.04-sagemaker",
            "2.3.0-cpu-py311-ubuntu20.04-sagemaker",
            "2.3.0-gpu-py311-cu121-ubuntu20.04-sagemaker",
            "2.2.0-cpu-py310-ubuntu20.04-sagemaker",
            "2.2.0-gpu-py310-cu121-ubuntu20.04-sagemaker",
            "2.1.0-cpu-py310-ubuntu20.04-sagemaker",
            "2.1.0-gpu-py310-cu121-ubuntu20.04-sagemaker",
            "2.0.1-cpu-py310-ubuntu20.04-sagemaker",
            "2.0.1-gpu-py310-cu121-ubuntu20.04-sagemaker",
            "2.0.1-gpu-py310-cu118-ubuntu20.04-sagemaker",
            "2.0.0-cpu-py310-ubuntu20.04-sagemaker",
            "2.0.0-gpu-py310-cu118-ubuntu20.04-sagemaker",
            "1.13.1-cpu-py39-ubuntu20.04-sagemaker",
            "1.13.1-gpu-py39-cu117-ubuntu20.04-sagemaker",
        ),
    },
    "pytorch-neuronx": {
        "pytorch-training-neuronx": (
            "2.9.0-neuronx-py312-sdk2.30.0-ubuntu24.04",
            "2.9.0-neuronx-py312-sdk2.29.1-ubuntu24.04",
            "2.9.0-neuronx-py312-sdk2.29.0-ubuntu24.04",
            "2.9.0-neuronx-py312-sdk2.28.0-ubuntu24.04",
            "2.9.0-neuronx-py312-sdk2.27.1-ubuntu24.04",
            "2.8.0-neuronx-py311-sdk2.26.1-ubuntu22.04",
            "2.8.0-neuronx-py311-sdk2.26.0-ubuntu22.04",
            "2.7.0-neuronx-py310-sdk2.25.0-ubuntu22.04",
            "2.7.0-neuronx-py310-sdk2.24.1-ubuntu22.04",
            "2.7.0-neuronx-py310-sdk2.24.0-ubuntu22.04",
            "2.6.0-neuronx-py310-sdk2.23.0-ubuntu22.04",
            "2.5.1-neuronx-py310-sdk2.22.0-ubuntu22.04",
            "2.5.1-neuronx-py310-sdk2.21.1-ubuntu22.04",
            "2.5.1-neuronx-py310-sdk2.21.0-ubuntu22.04",
        ),
    },
    "tensorflow": {
        "tensorflow-training": (
            "2.21.0-cpu-py312-amzn2023-sagemaker",
            "2.21.0-gpu-py312-cu129-amzn2023-sagemaker",
            "2.19.0-cpu-py312-ubuntu22.04-sagemaker",
            "2.19.0-gpu-py312-cu125-ubuntu22.04-sagemaker",
            "2.18.0-cpu-py310-ubuntu22.04-sagemaker",
            "2.18.0-gpu-py310-cu125-ubuntu22.04-sagemaker",
            "2.16.2-cpu-py310-ubuntu20.04-sagemaker",
            "2.16.2-gpu-py310-cu123-ubuntu20.04-sagemaker",
            "2.14.1-cpu-py310-ubuntu20.04-sagemaker",
            "2.14.1-gpu-py310-cu118-ubuntu20.04-sagemaker",
            "2.13.0-cpu-py310-ubuntu20.04-sagemaker",
            "2.13.0-gpu-py310-cu118-ubuntu20.04-sagemaker",
            "2.12.0-cpu-py310-ubuntu20.04-sagemaker",
            "2.12.0-gpu-py310-cu118-ubuntu20.04-sagemaker",
        ),
    },
}
"""The tags by framework and repository."""

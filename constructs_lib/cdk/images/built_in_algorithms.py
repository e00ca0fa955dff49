"""SageMaker's built-in algorithms: where each one's image is, and what it can do.

Repositories and tags: https://github.com/aws/sagemaker-python-sdk, `image_uri_config/<algorithm>.json`, and for XGBoost
and scikit-learn https://aws.github.io/deep-learning-containers/reference/available_images/, as of 2026-11-23.
Which ones checkpoint: https://docs.aws.amazon.com/sagemaker/latest/dg/model-managed-spot-training.html.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal

from constructs_lib.training_job.refusal import quoted
from constructs_lib.training_job.service_model import closest
from constructs_lib.training_job.tokens import is_token

BuiltInAlgorithm = Literal[
    "blazingtext",
    "factorization-machines",
    "forecasting-deepar",
    "image-classification",
    "ipinsights",
    "kmeans",
    "knn",
    "lda",
    "linear-learner",
    "ntm",
    "object-detection",
    "object2vec",
    "pca",
    "randomcutforest",
    "semantic-segmentation",
    "seq2seq",
    "sklearn",
    "xgboost",
]
"""The names of the built-in algorithms, as sagemaker-python-sdk has them."""


@dataclass(frozen=True, kw_only=True)
class AlgorithmImage:
    """The image of one version of an algorithm."""

    registry: str
    """Whose account holds it: a key of `ACCOUNTS`."""

    repository: str
    tag: str

    checkpoints: bool | None
    """Whether it writes checkpoints; None where that is up to the program that it runs."""

    takes_source: bool
    """Whether it runs a program that is given to it."""


def _only(registry: str, repository: str, *, checkpoints: bool = False) -> dict[str, AlgorithmImage]:
    image = AlgorithmImage(
        registry=registry, repository=repository, tag="1", checkpoints=checkpoints, takes_source=False
    )
    return {"1": image}


def _xgboost(tag: str) -> AlgorithmImage:
    # https://docs.aws.amazon.com/sagemaker/latest/dg/xgboost.html: an algorithm, and a framework for a script too
    return AlgorithmImage(
        registry="Frameworks", repository="sagemaker-xgboost", tag=tag, checkpoints=True, takes_source=True
    )


def _sklearn(tag: str) -> AlgorithmImage:
    return AlgorithmImage(
        registry="Frameworks", repository="sagemaker-scikit-learn", tag=tag, checkpoints=None, takes_source=True
    )


ALGORITHMS: Final[Mapping[str, Mapping[str, AlgorithmImage]]] = {
    "blazingtext": _only("TextAndVision", "blazingtext"),
    "factorization-machines": _only("Vectors", "factorization-machines"),
    "forecasting-deepar": _only("Forecasting", "forecasting-deepar"),
    "image-classification": _only("TextAndVision", "image-classification", checkpoints=True),
    "ipinsights": _only("Vectors", "ipinsights"),
    "kmeans": _only("Vectors", "kmeans"),
    "knn": _only("Vectors", "knn"),
    "lda": _only("Topics", "lda"),
    "linear-learner": _only("Vectors", "linear-learner", checkpoints=True),
    "ntm": _only("Vectors", "ntm"),
    "object-detection": _only("TextAndVision", "object-detection", checkpoints=True),
    "object2vec": _only("Vectors", "object2vec"),
    "pca": _only("Vectors", "pca"),
    "randomcutforest": _only("Vectors", "randomcutforest"),
    "semantic-segmentation": _only("TextAndVision", "semantic-segmentation", checkpoints=True),
    "seq2seq": _only("TextAndVision", "seq2seq"),
    "sklearn": {
        "0.20.0": _sklearn("0.20.0-cpu-py3"),
        "0.23-1": _sklearn("0.23-1-cpu-py3"),
        "1.0-1": _sklearn("1.0-1-cpu-py3"),
        "1.2-1": _sklearn("1.2-1-cpu-py3"),
        "1.4-2": _sklearn("1.4-2-cpu-py3"),
        "1.4-2-py312": _sklearn("1.4-2-py312"),
        "1.9-0": _sklearn("1.9-0"),
    },
    "xgboost": {
        # XGBoost 0.72 in truth; deprecated, and no framework yet
        **_only("FirstXGBoost", "xgboost"),
        "0.90-1": _xgboost("0.90-1-cpu-py3"),
        "0.90-2": _xgboost("0.90-2-cpu-py3"),
        "1.0-1": _xgboost("1.0-1-cpu-py3"),
        "1.2-1": _xgboost("1.2-1"),
        "1.2-2": _xgboost("1.2-2"),
        "1.3-1": _xgboost("1.3-1"),
        "1.5-1": _xgboost("1.5-1"),
        "1.7-1": _xgboost("1.7-1"),
        "3.0-5": _xgboost("3.0-5"),
        "3.2-0": _xgboost("3.2-0"),
    },
}
"""Each algorithm's versions, oldest first."""


def algorithm_image(algorithm: str, version: str | None) -> AlgorithmImage:
    """Return the image of a built-in algorithm.

    Args:
        algorithm: A key of `ALGORITHMS`.
        version: One of its versions. None means the only one. A token becomes the tag as it is, in the repository of
            the newest version.

    Raises:
        ValueError: There is no such algorithm or version, or there are several versions and none was given.
    """
    versions = ALGORITHMS.get(algorithm)
    if versions is None:
        raise ValueError(
            f"'algorithm' must be one of {quoted(ALGORITHMS)}, got {algorithm!r}{closest(algorithm, ALGORITHMS)}; for "
            "another image use TrainingImage.from_registry or TrainingImage.from_framework"
        )
    newest = list(versions)[-1]
    if version is None and len(versions) == 1:
        return versions[newest]
    if version is None:
        raise ValueError(
            f"'version' of {algorithm!r} is required, because its versions do not train the same model; use one of "
            f"{quoted(versions)}"
        )
    if is_token(version):
        return replace(versions[newest], tag=version)
    if version not in versions:
        raise ValueError(
            f"'version' of {algorithm!r} must be {_one_of(versions)}, got {version!r}{closest(version, versions)}; "
            "for a newer one use TrainingImage.from_registry"
        )
    return versions[version]


def _one_of(names: Mapping[str, object]) -> str:
    return f"one of {quoted(names)}" if len(names) > 1 else quoted(names)

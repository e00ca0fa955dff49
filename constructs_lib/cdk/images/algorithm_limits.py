"""What SageMaker's built-in algorithms refuse: data, each row with its page.

One table has modes, file types, instances and what is parallel:
https://docs.aws.amazon.com/sagemaker/latest/dg/common-info-all-im-models.html. That metric definitions cannot be
overridden, XGBoost's in script mode neither, and that some train on GPU types only, is what CreateTrainingJob answers:
https://github.com/awslabs/mlspace/pull/52 and https://github.com/aws/amazon-sagemaker-examples/issues/1951.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from constructs_lib.cdk.images.accounts import ACCOUNTS
from constructs_lib.cdk.images.built_in_algorithms import ALGORITHMS
from constructs_lib.cdk.images.names import ecr_repository

_GUIDE = "https://docs.aws.amazon.com/sagemaker/latest/dg/"

_RECORDS = "application/x-recordio-protobuf"
_RECORDS_OR_CSV = (_RECORDS, "text/csv")


@dataclass(frozen=True, kw_only=True)
class AlgorithmLimits:
    """What one algorithm does not do."""

    name: str
    page: str
    gpu_only: bool = False
    """Whether it trains on instance types with a GPU only."""
    single_instance: bool = False
    """Whether it trains on one instance only, whatever the type."""
    pipe: bool = True
    """Whether it reads channels in Pipe mode."""
    content_types: tuple[str, ...] | None = None
    """What it reads, where the guide has the whole list; a content type may have parameters behind it."""
    resumes: bool = True
    """Whether an algorithm that writes checkpoints also finds them again by itself."""


def _row(name: str, page: str, **limits: bool | tuple[str, ...]) -> AlgorithmLimits:
    return AlgorithmLimits(name=name, page=f"{_GUIDE}{page}.html", **limits)  # type: ignore[arg-type]


ALGORITHM_LIMITS: Final[Mapping[str, AlgorithmLimits]] = {
    row.name: row
    for row in (
        # on one instance where that has a GPU; on several by the mode `batch_skipgram`
        _row("blazingtext", "blazingtext"),
        _row("factorization-machines", "fact-machines", content_types=(_RECORDS,)),
        _row("forecasting-deepar", "deepar", pipe=False),
        _row("image-classification", "image-classification", gpu_only=True),
        _row("ipinsights", "ip-insights", pipe=False, content_types=("text/csv",)),
        _row("kmeans", "k-means", content_types=_RECORDS_OR_CSV),
        _row("knn", "k-nearest-neighbors", content_types=_RECORDS_OR_CSV),
        _row("lda", "lda", single_instance=True, content_types=_RECORDS_OR_CSV),
        _row("linear-learner", "linear-learner", content_types=_RECORDS_OR_CSV),
        # text/plain is its vocabulary, in the channel `auxiliary`
        _row("ntm", "ntm", content_types=(*_RECORDS_OR_CSV, "text/plain")),
        _row("object-detection", "object-detection", gpu_only=True),
        _row("object2vec", "object2vec", single_instance=True, pipe=False),
        _row("pca", "pca", content_types=_RECORDS_OR_CSV),
        _row("randomcutforest", "randomcutforest", content_types=_RECORDS_OR_CSV),
        _row("semantic-segmentation", "semantic-segmentation", gpu_only=True, single_instance=True),
        _row("seq2seq", "seq-2-seq", gpu_only=True, single_instance=True, pipe=False),
        _row(
            "xgboost",
            "xgboost",
            content_types=(_RECORDS, "application/x-parquet", "text/csv", "text/libsvm", "text/x-libsvm"),
        ),
    )
}
"""Each algorithm's limits; scikit-learn is a framework, and has none."""

_RESUMING_XGBOOST = ("0.90-1", "0.90-2", "1.0-1", "1.2-1", "1.2-2", "1.3-1", "1.5-1")
"""The versions whose own loader matches the checkpoints that they write.

From 1.7-1 the public source (https://github.com/aws/sagemaker-xgboost-container, `checkpointing.py`) writes names with
an extension, and looks for names without one.
"""


def limits_of(algorithm: str, version: str | None) -> AlgorithmLimits | None:
    """Return the limits of a version of an algorithm; nothing where there are none.

    Args:
        algorithm: A key of `ALGORITHMS`.
        version: One of its versions, or what is not known yet. None is the only one.
    """
    limits = ALGORITHM_LIMITS.get(algorithm)
    if limits is None or algorithm != "xgboost":
        return limits
    if version == "1":
        return replace(limits, pipe=False)
    return replace(limits, resumes=version in _RESUMING_XGBOOST)


def limits_of_uri(uri: str) -> AlgorithmLimits | None:
    """Return the limits of an image that is named by its URI; nothing where it is none of SageMaker's algorithms."""
    repository = ecr_repository(uri)
    if repository is None:
        return None
    for algorithm, versions in ALGORITHMS.items():
        for image in versions.values():
            of_it = image.repository == repository["name"]
            if of_it and repository["account"] in ACCOUNTS[image.registry].values():
                tag = uri.rpartition(":")[2]
                named = next((name for name, each in versions.items() if tag in (each.tag, name)), None)
                return limits_of(algorithm, named)
    return None

"""Every live check; and of the other rows of docs/about/assumptions.md, why they have none."""

from __future__ import annotations

from tests.live.checks import sagemaker, step_functions
from tests.live.checks.check import Check

CHECKS: tuple[Check, ...] = (*step_functions.CHECKS, *sagemaker.CHECKS)
"""The checks, in the order of being made."""

_INTERRUPTION = "a spot interruption cannot be ordered"
_ANSWERED = "it is known, as the row's evidence says"
_NOT_YET = "no live check yet"
_DEARER = "no live check yet: it takes a further deployment or a dearer type"

NONE: dict[str, str] = {
    **dict.fromkeys(("sm-interrupted", "sm-sigterm", "sm-sigterm-reaches", "ev-interrupted"), _INTERRUPTION),
    **dict.fromkeys(
        ("local-deletes-last", "img-xgboost-resumes", "sm-back-as-training", "sm-training-stretches"), _INTERRUPTION
    ),
    **dict.fromkeys(
        (
            "sfn-states-all", "sfn-on-entry", "sfn-scopes", "sfn-branch-fails", "sfn-sdk-errors", "sfn-functions",
            "sfn-timeout", "sfn-log-group", "sm-one-region", "sm-metrics-fixed", "sm-images-ecr", "sm-decodes",
            "sm-debugger-closed", "req-sdk-create", "req-model-counts", "net-efa-rules", "cw-no-timestamp",
        ),
        _ANSWERED,
    ),
    **dict.fromkeys(
        (
            "sfn-distributed-name", "sfn-list-tags", "sfn-version-context", "s3-list-prefix", "s3-model-key",
            "sm-metrics-namespace", "sm-token-text", "sm-list-lags", "sm-stopped-why",
            "local-markers", "log-error-cause", "img-built-in-pull", "kms-condition-names", "sfn-console-page",
            "sfn-branch-stops", "s3-progress-body", "sm-price-list", "sm-spot-bill",
        ),
        _NOT_YET,
    ),
    **dict.fromkeys(
        (
            "sfn-jsonpath-parallel", "sfn-asset-text", "s3-object-key", "s3-write-key", "sm-marketplace-metrics",
            "sm-debug-agent", "req-local-storage", "req-spot-without", "req-groups", "req-manifest-pipe",
            "req-tensorboard", "req-regex-dialect", "img-xgboost-source", "img-algorithm-limits", "img-content-types",
            "img-scikit-tags", "img-file-systems", "img-lustre-path", "img-accelerators", "net-subnet-condition",
            "kms-log-context", "kms-create-grant", "kms-alias-compared", "net-efa-single",
            "sm-on-demand-start",
        ),
        _DEARER,
    ),
}  # fmt: skip
"""The rows without a check."""

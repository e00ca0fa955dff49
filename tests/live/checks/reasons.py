"""Of the rows of docs/about/assumptions.md without a live check, why they have none."""

from __future__ import annotations

_INTERRUPTION = "a spot interruption cannot be ordered"
_ANSWERED = "it is known, as the row's evidence says"
_SWEEP = "it takes a sweep beside the training of the live stack, and two short jobs of ml.m5.large: some 5 cents"

NONE: dict[str, str] = {
    **dict.fromkeys(("sm-interrupted", "sm-sigterm", "sm-sigterm-reaches", "ev-interrupted"), _INTERRUPTION),
    **dict.fromkeys(
        ("local-deletes-last", "img-xgboost-resumes", "sm-back-as-training", "sm-training-stretches"), _INTERRUPTION
    ),
    **dict.fromkeys(
        (
            "sfn-on-entry", "sfn-scopes", "sfn-branch-fails", "sfn-sdk-errors", "sfn-functions",
            "sfn-timeout", "sfn-log-group", "sm-one-region", "sm-metrics-fixed", "sm-images-ecr", "sm-decodes",
            "sm-debugger-closed", "req-sdk-create", "req-model-counts", "net-efa-rules", "cw-no-timestamp",
        ),
        _ANSWERED,
    ),
    **dict.fromkeys(
        (
            "sfn-selector-variables", "sfn-threshold-stops", "sfn-child-transitions", "sfn-children-arns",
            "sfn-started-before", "sfn-nested-cause", "sfn-csv-lines", "sfn-children-key", "sfn-child-events",
        ),
        _SWEEP,
    ),
    "sfn-console-page": "no call tells it: a person has to open the page that `spot-training open` prints",
    "sm-spot-bill": "a bill comes a day later at the earliest, and its lines are of the whole account",
    "sm-marketplace-metrics": "it takes a subscription to an algorithm of AWS Marketplace, whose terms a person takes",
    "sm-debug-agent": (
        "a shell takes a person, the session manager's plug-in and one more machine, with `remote_debug`: ten "
        "minutes of ml.m5.large, 4 cents"
    ),
    "img-xgboost-source": (
        "one more training, on XGBoost 0.90-1 with a program for its Python 3.5 or so: ml.m5.large, a few cents"
    ),
    "img-algorithm-limits": (
        "the algorithm's own container refuses, so that it takes a job of LDA on two instances with data in RecordIO: "
        "ml.m5.large twice, some 5 cents"
    ),
    "img-content-types": "it takes a job for each algorithm and type that the guide does not list: dozens of jobs",
    "img-file-systems": (
        "it takes an EFS with a mount target and an FSx for Lustre beside it, whose smallest has 1.2 TB: more than "
        "$0.20 an hour, and a quarter of an hour until it is there"
    ),
    "img-lustre-path": "it takes an FSx for Lustre, whose smallest has 1.2 TB: more than $0.20 an hour",
    "img-accelerators": (
        "whether a container runs is seen on an instance only: a job with an image of some 10 GB made for GPUs on "
        "ml.m5.large, a few cents; and one on a type with a GPU, ml.g4dn.xlarge, whose quota is 0 in new accounts"
    ),
    "img-built-in-pull": (
        "it takes a job of a built-in algorithm in the name of a role without `ecr` actions, with data in a form that "
        "the algorithm reads: one more role, and some 2 cents of ml.m5.large"
    ),
    "net-efa-single": "the smallest type with such an adapter is ml.c5n.18xlarge, about $5 an hour",
}  # fmt: skip
"""The rows without a check."""

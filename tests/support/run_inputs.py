"""Inputs of a run, arbitrary and nearly right, as hypothesis draws them."""

from __future__ import annotations

import os
from typing import Any

from hypothesis import strategies as st

EXAMPLES = int(os.environ.get("PROPERTY_EXAMPLES", "100"))
"""How many cases a property is tried on; a long run sets more."""

TEXT = st.text(max_size=12)
NUMBERS = st.one_of(
    st.integers(),
    st.integers(min_value=-2, max_value=8000),
    st.sampled_from([0.5, -0.5, 1.0, 3600.0, 1e300, -1e300, 1e-300, 10**15, 10**15 - 1, 2**63, 10**30]),
)
JSON: st.SearchStrategy[Any] = st.recursive(
    st.one_of(st.none(), st.booleans(), NUMBERS, TEXT),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXT, inner, max_size=3)),
    max_leaves=8,
)
URIS = st.one_of(
    st.sampled_from(
        [
            "s3://data-bucket/train/", "s3://data-bucket/train/x/", "s3://data-bucket/train", "s3://data-bucket/trainer/",
            "s3://data-bucket/test/../x", "s3://data-bucket", "s3://Data/x", "s3://other-bucket/x", "data-bucket/x", "",
        ]
    ),
    TEXT.map(lambda text: f"s3://data-bucket/train/{text}"),
)  # fmt: skip
SECONDS = st.one_of(
    st.sampled_from([1, 60, 3600, 3601, 7200, 7201, 2419200, 2419201, 2592000, 2592001, 0, -1]), NUMBERS
)
CAPACITY = st.fixed_dictionaries(
    {
        "InstanceType": st.sampled_from(["ml.m5.xlarge", "ml.g5.xlarge", "ml.c5.xlarge", "m5", ""]),
        "Market": st.sampled_from(["spot", "on-demand", "Spot"]),
    },
    optional={"InstanceCount": st.one_of(st.integers(min_value=-1, max_value=4), JSON)},
)
FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "Comment": JSON,
    "HyperParameters": st.dictionaries(TEXT, st.one_of(TEXT, st.booleans(), NUMBERS), max_size=5),
    "Environment": st.dictionaries(
        st.one_of(st.from_regex("[a-zA-Z_][a-zA-Z0-9_]{0,8}", fullmatch=True), TEXT), TEXT, max_size=5
    ),
    "MaxRuntimeInSeconds": SECONDS,
    "MaxWaitTimeInSeconds": SECONDS,
    "Capacity": st.lists(CAPACITY, max_size=3),
    "Channels": st.dictionaries(st.one_of(st.sampled_from(["train", "test", "val"]), TEXT), URIS, max_size=3),
    "ImageTag": st.one_of(st.sampled_from(["1.5", "nightly-1", "nightly", "-x", "", "x" * 129]), TEXT),
    "OutputPrefix": st.one_of(st.sampled_from(["a/b", "a//b", "../x", "/a", "a/", "", "x" * 257]), TEXT),
    "ResumeFrom": st.one_of(st.sampled_from(["run-0", "a/b", "", "x" * 80, "x" * 81, ".x"]), TEXT),
}
NEARLY_RIGHT: st.SearchStrategy[Any] = st.fixed_dictionaries({}, optional=FIELDS)
BENT: st.SearchStrategy[Any] = st.fixed_dictionaries(
    {}, optional={name: st.one_of(strategy, JSON) for name, strategy in FIELDS.items()}
)
INPUTS: st.SearchStrategy[Any] = st.one_of(
    NEARLY_RIGHT,
    BENT,
    st.builds(lambda fields, more: {**more, **fields}, NEARLY_RIGHT, st.dictionaries(TEXT, JSON, max_size=2)),
    JSON,
)
"""Anything that could be given to a run, most of it near to what a run takes."""

"""Serverless jobs, which customise or evaluate a model of SageMaker's hub."""

from __future__ import annotations

import re
from collections.abc import Iterator

from constructs_lib.training_job.rules.reader import Reader
from constructs_lib.training_job.rules.rule import API, Rule

_LONGEST_SEQUENCE = 1024


def evaluations_have_a_type(request: Reader) -> Iterator[str]:
    """An evaluation says which it is."""
    job = request.member("ServerlessJobConfig")
    if job.text("JobType") == "Evaluation" and job.lacks("EvaluationType"):
        yield "'ServerlessJobConfig.EvaluationType' is required where 'JobType' is 'Evaluation'"


def sequences_have_a_length(request: Reader) -> Iterator[str]:
    """A sequence has 1K to 1024K tokens."""
    length = request.text("ServerlessJobConfig.SequenceLength")
    digits = re.fullmatch(r"([0-9]{1,49})K", length) if length is not None else None
    if digits and not 1 <= int(digits.group(1)) <= _LONGEST_SEQUENCE:
        yield f"'ServerlessJobConfig.SequenceLength' must be from 1K to {_LONGEST_SEQUENCE}K, got {length!r}"


_PAGE = f"{API}API_ServerlessJobConfig.html"

RULES = (
    Rule(check=evaluations_have_a_type, page=_PAGE),
    Rule(check=sequences_have_a_length, page=_PAGE),
)

"""Every live check."""

from __future__ import annotations

from tests.live.checks import conditions, guarded, lists, probed, requests, sagemaker, seen, step_functions
from tests.live.checks.check import Check

CHECKS: tuple[Check, ...] = (
    *step_functions.CHECKS,
    *sagemaker.CHECKS,
    *seen.CHECKS,
    *probed.CHECKS,
    *guarded.CHECKS,
    *requests.CHECKS,
    *conditions.CHECKS,
    *lists.CHECKS,
)
"""The checks, in the order of being made."""

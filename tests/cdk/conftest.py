"""What the tests of the constructs build in."""

from __future__ import annotations

import aws_cdk as cdk
import pytest


@pytest.fixture
def stack() -> cdk.Stack:
    """Give an env-agnostic stack under no flags."""
    return cdk.Stack(cdk.App(), "Stack")

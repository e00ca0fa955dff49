"""The plain template with parameters given to it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from constructs_lib.runs.synthesised.plain.shipped import FILE
from tests.support.cloudformation import DeployedTemplate

NEEDED = {"Image": "123456789012.dkr.ecr.us-east-1.amazonaws.com/churn:1.4", "DataBucket": "data-bucket"}
"""The parameters that have no default."""


def shipped() -> dict[str, Any]:
    template: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return template


def with_parameters(names: Mapping[str, str] | None = None, /, **given: str) -> DeployedTemplate:
    """Resolve the template; a parameter that is not given is as by default."""
    template = shipped()
    for name, value in {**NEEDED, **given}.items():
        template["Parameters"][name]["Default"] = value
    return DeployedTemplate(template, names)

"""Warning of a template that comes near to what CloudFormation takes.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from weakref import WeakKeyDictionary

import aws_cdk as cdk

_LARGE_TEMPLATE = "spot-training-constructs:large-template"
_MOST_IN_TEMPLATE = 500_000
"""A template may have 1 MB, and what is around a definition takes a third of what the definition takes."""

_in_template: WeakKeyDictionary[cdk.Stack, int] = WeakKeyDictionary()


def warn_of_large_template(stack: cdk.Stack, definition: Mapping[str, Any]) -> None:
    """Add a definition to those that stand in a stack's template, and warn when there is hardly room for more.

    Args:
        stack: The stack.
        definition: A state machine's definition.
    """
    before = _in_template.get(stack, 0)
    # a text of JSON in JSON: its quotes are escaped; what is not known yet is short
    size = _in_template[stack] = before + len(json.dumps(json.dumps(definition, default=str)))
    if before <= _MOST_IN_TEMPLATE < size:
        cdk.Annotations.of(stack).add_warning_v2(
            _LARGE_TEMPLATE,
            f"the definitions of this stack's trainings take more than {_MOST_IN_TEMPLATE // 1000} kB of its template, "
            "which may have 1 MB in all; pass 'definition_as_asset=True' to have them in files of their own",
        )

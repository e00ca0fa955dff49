"""The state machine as plain dicts, its JSONata in `.jsonata` files, and its IAM statements as dicts.

Pure: imports no construct library and calls no AWS.
"""

from __future__ import annotations

from constructs_lib.workflow.definition import run_branch, run_definition, state_names
from constructs_lib.workflow.expressions import expression, library
from constructs_lib.workflow.figures import NAMESPACE as METRICS_NAMESPACE
from constructs_lib.workflow.settings import Patience, RunSettings
from constructs_lib.workflow.statements import executions_arn, jobs_arn, run_statements

__all__ = [
    "METRICS_NAMESPACE",
    "Patience",
    "RunSettings",
    "executions_arn",
    "expression",
    "jobs_arn",
    "library",
    "run_branch",
    "run_definition",
    "run_statements",
    "state_names",
]

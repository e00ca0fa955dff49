"""The adapters of Step Functions, in the order they are put in: of two around one thing, the later is outermost."""

from __future__ import annotations

from constructs_lib.local.moto_adapters.step_functions.api import (
    aliases,
    definitions,
    executions,
    history,
    map_runs,
    redrives,
    state_tests,
    version_calls,
    versions,
)
from constructs_lib.local.moto_adapters.step_functions.expressions import (
    context_object,
    grammar,
    invalid_paths,
    json_paths,
    jsonata_expressions,
    places,
    string_literals,
)
from constructs_lib.local.moto_adapters.step_functions.states import (
    choices,
    distributed_maps,
    error_names,
    item_readers,
    maps,
    parallels,
    steps,
    waits,
)
from constructs_lib.local.moto_adapters.step_functions.states.failing import attempts, causes, item_arrays, origins
from constructs_lib.local.moto_adapters.step_functions.tasks import (
    aws_sdk_task,
    own_clients,
    start_execution,
    sync_task,
    task_tokens,
)

ADAPTERS = (
    aliases,
    attempts,
    aws_sdk_task,
    causes,
    choices,
    context_object,
    definitions,
    distributed_maps,
    error_names,
    executions,
    history,
    invalid_paths,
    item_arrays,
    item_readers,
    json_paths,
    jsonata_expressions,
    grammar,
    map_runs,
    maps,
    origins,
    own_clients,
    parallels,
    places,
    redrives,
    start_execution,
    state_tests,
    steps,
    string_literals,
    sync_task,
    task_tokens,
    version_calls,
    versions,
    waits,
)
"""The adapters."""

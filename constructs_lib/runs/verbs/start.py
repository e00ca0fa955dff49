"""Starting a run."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from constructs_lib.runs.aws.clients import Clients
from constructs_lib.runs.aws.errors import RunsError, aws_errors, error_code, is_passing, sentence
from constructs_lib.runs.execution_input import input_text
from constructs_lib.training_job.input_fields import RUN_NAME_PATTERN

_RUN_NAME = re.compile(RUN_NAME_PATTERN)


def start_run(
    clients: Clients,
    state_machine_arn: str,
    run_input: Mapping[str, Any] | None = None,
    name: str | None = None,
    *,
    what: str = "run",
) -> str:
    """Start a run, or whatever else an execution is.

    https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html

    Args:
        clients: The AWS clients.
        state_machine_arn: The state machine's ARN.
        run_input: The run's input, over the deployed settings. Defaults to the deployed settings alone.
        name: The run's name, new for 90 days: 1 to 80 letters, digits, dots, hyphens and underscores. Defaults to one
            made of the time and a random part. A run always has a name of ours: a start that is sent twice,
            because its answer got lost, is then still one run.
        what: What problems call it. Defaults to a run.

    Returns:
        The execution's ARN.

    Raises:
        RunsError: If the name is taken or not valid, or if AWS refuses; says what to do.
    """
    chosen = new_run_name() if name is None else name
    if not _RUN_NAME.fullmatch(chosen):
        raise RunsError(
            f"--name must be 1 to 80 letters, digits, dots, hyphens and underscores, the first no dot, got {chosen!r}"
        )
    text = input_text(dict(run_input or {}))
    try:
        started = clients.sfn.start_execution(stateMachineArn=state_machine_arn, name=chosen, input=text)
    except aws_errors() as error:
        code = error_code(error)
        if code == "ExecutionAlreadyExists":
            raise RunsError(f"there has been a {what} {chosen!r} in the last 90 days; pass another --name") from error
        if code == "StateMachineDoesNotExist":
            raise RunsError(f"there is no state machine {state_machine_arn}; deploy it, or check the Region") from error
        if is_passing(error):
            # the answer may have got lost and not the request
            raise RunsError(
                f"{sentence(error)}; if the {what} was started all the same, its name is {chosen}"
            ) from error
        raise RunsError(sentence(error)) from error
    return str(started["executionArn"])


def new_run_name() -> str:
    """Make a name that sorts by time and that nobody else has."""
    return f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(3)}"

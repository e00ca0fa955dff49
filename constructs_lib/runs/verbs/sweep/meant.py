"""Whether a name is that of a run or of a sweep: the command takes either."""

from __future__ import annotations

from collections.abc import Callable

from constructs_lib.runs.aws.clients import Clients
from constructs_lib.runs.aws.errors import RunsError, aws_errors, error_code, sentence
from constructs_lib.runs.aws.state_machine import execution_arn, machine_of
from constructs_lib.runs.verbs.sweep.deployed import read_sweep, reads_like_a_sweep

_NO_SUCH = ("ExecutionDoesNotExist", "InvalidArn")


def sweep_meant(
    clients: Clients, name: str | None, run: Callable[[], str], sweep_machine: Callable[[], str]
) -> tuple[str, bool]:
    """Return the ARN of the execution that is meant, and whether it is a sweep's.

    A name is first that of a run. One that no run has may be a sweep's; what a run then says of it stays the answer
    where it is none.

    Args:
        clients: The AWS clients.
        name: The name or the ARN that was given; None for the newest run.
        run: Finds the ARN of the run.
        sweep_machine: Finds the ARN of the sweep's state machine.

    Raises:
        RunsError: If neither can be found, or AWS cannot be asked.
    """
    try:
        arn, problem = run(), None
    except RunsError as error:
        if name is None or name.startswith("arn:") or not name.strip():
            raise
        arn, problem = "", error
    run_input = _input_of(clients, arn) if arn else None
    if run_input is not None:
        return arn, reads_like_a_sweep(run_input) and read_sweep(clients, machine_of(arn)) is not None
    if name is not None and not name.startswith("arn:"):
        try:
            of_sweep = execution_arn(sweep_machine(), name)
        except RunsError:
            of_sweep = ""  # there is no sweep: what is said of the run is the answer
        if of_sweep and _input_of(clients, of_sweep) is not None:
            return of_sweep, True
    if problem is not None:
        raise problem
    return arn, False


def _input_of(clients: Clients, arn: str) -> str | None:
    """Return the input of an execution; None where there is no such execution."""
    try:
        return str(clients.sfn.describe_execution(executionArn=arn).get("input") or "{}")
    except aws_errors() as error:
        if error_code(error) in _NO_SUCH:
            return None
        raise RunsError(sentence(error)) from error

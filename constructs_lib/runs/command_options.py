"""The options that the commands share, and what they lead to."""

from __future__ import annotations

import functools
import shlex
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import click

from constructs_lib.runs.clients import Clients
from constructs_lib.runs.errors import RunsError, plain_errors
from constructs_lib.runs.lazy_group import Problem
from constructs_lib.runs.state_machine import DEFAULT_STACK, execution_arn, find_state_machine, region_of

Command = TypeVar("Command", bound=Callable[..., Any])


@dataclass(frozen=True, kw_only=True)
class Target:
    """Which AWS and which state machine a command is for."""

    region: str | None
    profile: str | None
    endpoint_url: str | None
    stack: str
    state_machine: str | None

    def connect(self, run: str | None = None) -> Clients:
        """Make the clients.

        Args:
            run: The run that is meant. An ARN says which Region it is in, as that of a state machine does. Defaults to
                the Region of the options or the environment.
        """
        named = region_of(run or "") or region_of(self.state_machine or "")
        return Clients.connect(self.region or named, self.profile, self.endpoint_url)

    def machine(self, clients: Clients) -> str:
        """Return the state machine's ARN."""
        return find_state_machine(clients, self.state_machine, self.stack)

    def run(self, clients: Clients, run: str | None) -> str:
        """Return the ARN of a run by its name or ARN; of the newest one if it is None.

        Raises:
            RunsError: If the name is none, or if there is no run yet.
        """
        if run is not None and run.startswith("arn:"):
            if ":execution:" not in run:
                raise RunsError(f"RUN must be the name of a run or the ARN of its execution, got {run!r}")
            return run
        if run is not None and not run.strip():
            # a shell variable without a value must not come to mean the newest run
            raise RunsError(f"RUN must be the name of a run or the ARN of its execution, got {run!r}")
        machine = self.machine(clients)
        if run is not None:
            return execution_arn(machine, run)
        with plain_errors():
            newest = clients.sfn.list_executions(stateMachineArn=machine, maxResults=1)["executions"]
        if not newest:
            raise RunsError("there is no run yet; start one with: spot-training run")
        return str(newest[0]["executionArn"])

    def again(self, verb: str, run: str) -> str:
        """Return the command line that does something else with a run, for somebody to copy."""
        words = ["spot-training", verb, run]
        options = {
            "--stack": None if self.stack == DEFAULT_STACK else self.stack,
            "--state-machine": self.state_machine,
            "--region": self.region,
            "--profile": self.profile,
            "--endpoint-url": self.endpoint_url,
        }
        for option, value in options.items():
            words += [option, value] if value is not None else []
        return shlex.join(words)


def target_options(command: Command) -> Command:
    """Add the options that say which AWS and which state machine; they arrive as one argument `target`."""

    @functools.wraps(command)
    def with_target(**options: Any) -> Any:
        names = ("region", "profile", "endpoint_url", "stack", "state_machine")
        return command(target=Target(**{name: options.pop(name) for name in names}), **options)

    decorated: Any = with_target
    for option in reversed(_TARGET_OPTIONS):
        decorated = option(decorated)
    return decorated  # type: ignore[no-any-return]


_TARGET_OPTIONS = (
    click.option("--stack", default=DEFAULT_STACK, show_default=True, help="The stack; its output StateMachineArn."),
    click.option("--state-machine", metavar="ARN|NAME", help="The state machine itself, instead of --stack."),
    click.option("--region", help="The AWS Region. [default: AWS_REGION, or the profile's]"),
    click.option("--profile", help="The named profile. [default: AWS_PROFILE]"),
    click.option("--endpoint-url", metavar="URL", help="Where AWS is. [default: AWS_ENDPOINT_URL, or AWS itself]"),
)


@contextmanager
def one_sentence() -> Iterator[None]:
    """Turn a RunsError into a Problem."""
    try:
        yield
    except RunsError as error:
        raise Problem(str(error)) from error

"""The options that the commands share, and what they lead to."""

from __future__ import annotations

import functools
import shlex
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from typing import Any, TypeVar

import click
from click.core import ParameterSource

from constructs_lib.runs.aws.clients import Clients
from constructs_lib.runs.aws.errors import RunsError, plain_errors
from constructs_lib.runs.aws.state_machine import (
    every_state_machine,
    execution_arn,
    find_state_machine,
    find_sweep_machine,
    region_of,
)
from constructs_lib.runs.command.group.lazy_group import Problem
from constructs_lib.runs.execution_input import InputFlags

Command = TypeVar("Command", bound=Callable[..., Any])


@dataclass(frozen=True, kw_only=True)
class Target:
    """Which AWS and which state machine a command is for."""

    region: str | None
    profile: str | None
    endpoint_url: str | None
    stack: str | None
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
        """Return the state machine's ARN.

        Raises:
            RunsError: If there is no such state machine, or two of the command line's options name one.
        """
        return find_state_machine(clients, *self._named())

    def sweep_machine(self, clients: Clients) -> str:
        """Return the ARN of the sweep's state machine.

        Raises:
            RunsError: If there is no such state machine, or two of the command line's options name one.
        """
        return find_sweep_machine(clients, *self._named())

    def _named(self) -> tuple[str | None, str | None]:
        """Return the state machine and the stack that are named, at most one of them.

        Raises:
            RunsError: If two of the command line's options name one.
        """
        if self.stack is None or self.state_machine is None:
            return self.state_machine, self.stack
        # what is typed goes before what the environment and pyproject.toml say
        typed = [name for name in ("stack", "state_machine") if is_typed(name)]
        if len(typed) > 1:
            raise RunsError("--stack and --state-machine both say which state machine; leave one out")
        return (None, self.stack) if typed == ["stack"] else (self.state_machine, None)

    def machines(self, clients: Clients, *, every: bool) -> list[str]:
        """Return the ARN of the state machine, or those of all that a `SpotTraining` made.

        Raises:
            RunsError: If there is none, or a state machine is named on the command line and all are asked for.
        """
        if not every:
            return [self.machine(clients)]
        if named := [name for name in ("stack", "state_machine") if is_typed(name)]:
            raise RunsError(f"--all asks for every state machine; leave --{named[0].replace('_', '-')} out")
        return every_state_machine(clients)

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

    def again(self, *words_of_verb: str) -> str:
        """Return the command line that does something else, such as `watch` with a run, for somebody to copy."""
        words = ["spot-training", *words_of_verb]
        options = {
            "--stack": self.stack if self.state_machine is None or is_typed("stack") else None,
            "--state-machine": self.state_machine if self.stack is None or not is_typed("stack") else None,
            "--region": self.region,
            "--profile": self.profile,
            "--endpoint-url": self.endpoint_url,
        }
        for option, value in options.items():
            words += [option, value] if value is not None else []
        return shlex.join(words)


def target_options(command: Command) -> Command:
    """Add the options that say which AWS and which state machine; they arrive as one argument `target`."""
    return together("target", Target, _TARGET_OPTIONS)(command)


def input_options(command: Command) -> Command:
    """Add the flags that make up a run's input; they arrive as one argument `flags`."""
    return together("flags", InputFlags, _INPUT_OPTIONS)(command)


def together(argument: str, made: type[Any], options: Sequence[Callable[[Any], Any]]) -> Callable[[Command], Command]:
    """Return a decorator that adds options, which arrive as one argument.

    Args:
        argument: The argument's name.
        made: The dataclass that holds the options, each by its own name.
        options: What click adds, in the order of --help.
    """
    names = [each.name for each in fields(made)]

    def decorate(command: Command) -> Command:
        @functools.wraps(command)
        def with_one(**given: Any) -> Any:
            return command(**{argument: made(**{name: given.pop(name) for name in names})}, **given)

        decorated: Any = with_one
        for option in reversed(options):
            decorated = option(decorated)
        return decorated  # type: ignore[no-any-return]

    return decorate


_INPUT_OPTIONS = (
    click.option("--hyperparameter", multiple=True, metavar="NAME=VALUE", help="A hyperparameter; repeatable."),
    click.option("--environment", multiple=True, metavar="NAME=VALUE", help="An environment variable; repeatable."),
    click.option("--channel", multiple=True, metavar="NAME=S3URI", help="A channel's data; repeatable."),
    click.option(
        "--capacity",
        multiple=True,
        metavar="MARKET:TYPE[:COUNT]",
        help="An entry of the capacity plan, such as spot:ml.g5.xlarge:2; repeatable, in the order of trying.",
    ),
    click.option("--max-runtime", metavar="TIME", help="The training budget over all attempts, such as 4h."),
    click.option("--max-wait", metavar="TIME", help="The longest that a spot job may last, waiting included."),
    click.option("--deadline", metavar="TIME", help="When the run is to have ended, such as 2026-11-30T08:00:00Z."),
    click.option("--deadline-in", metavar="TIME", help="The same from its start on, such as 60h."),
    click.option("--expected-runtime", metavar="TIME", help="How long it trains at most, for its deadline."),
    click.option("--image-tag", metavar="TAG", help="The tag of the image, in the deployed image's repository."),
    click.option("--output-prefix", metavar="PREFIX", help="Where models go, below the deployed prefix."),
    click.option("--resume-from", metavar="RUN", help="Go on from the checkpoints of an earlier run."),
)
"""The flags of the fields in constructs_lib/training_job/input_fields.py; a test holds them to that table."""

_TARGET_OPTIONS = (
    click.option(
        "--stack",
        envvar="SPOT_TRAINING_STACK",
        help="The stack that has the state machine. [default: SPOT_TRAINING_STACK, or the only such state machine]",
    ),
    click.option("--state-machine", metavar="ARN|NAME", help="The state machine itself, instead of --stack."),
    click.option("--region", help="The AWS Region. [default: AWS_REGION, or the profile's]"),
    click.option("--profile", help="The named profile. [default: AWS_PROFILE]"),
    click.option("--endpoint-url", metavar="URL", help="Where AWS is. [default: AWS_ENDPOINT_URL, or AWS itself]"),
)


def is_typed(option: str) -> bool:
    """Say whether an option stands on the command line."""
    context = click.get_current_context()
    return context.get_parameter_source(option) is ParameterSource.COMMANDLINE


def say(text: str) -> None:
    """Write progress or a problem, to standard error."""
    click.echo(text, err=True)


@contextmanager
def one_sentence() -> Iterator[None]:
    """Turn a RunsError into a Problem."""
    try:
        yield
    except RunsError as error:
        raise Problem(str(error)) from error

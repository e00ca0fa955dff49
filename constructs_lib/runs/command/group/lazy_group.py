"""A click group with further groups that stand in other rooms, each imported only when somebody asks for it."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from constructs_lib.needed import missing
from constructs_lib.runs.aws.errors import RunsError
from constructs_lib.runs.command.exit_status import INTERRUPTED, WRONG
from constructs_lib.runs.command.group.settings import settings

FURTHER = {
    "local": "constructs_lib.local.command.main",
    "rehearse": "constructs_lib.local.command.rehearse",
}
"""The further commands, each with the module that has it: of rooms that import this one, so it must not import them."""


_AS_JSON = "spot-training.as_json"


class Problem(click.ClickException):
    """A wrong argument or environment, in one sentence."""

    exit_code = WRONG


class LazyGroup(click.Group):
    """A group that has the groups in `FURTHER` besides its own commands."""

    def invoke(self, ctx: click.Context) -> Any:
        """Invoke a command; Ctrl-C ends it with a status of its own, a missing extra with a sentence."""
        try:
            return self._invoked(ctx)
        except click.ClickException as error:
            if ctx.meta.get(_AS_JSON):
                # for a program, which reads standard output; the sentence for a person follows
                click.echo(json.dumps({"Problem": error.format_message(), "ExitStatus": error.exit_code}))
            raise
        except KeyboardInterrupt:
            click.echo(err=True)
            ctx.exit(INTERRUPTED)

    def _invoked(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except ModuleNotFoundError as error:
            said = missing(error)
            if said is None:
                raise
            raise Problem(said) from error

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """Make the context, with what pyproject.toml says as the defaults of every command's options."""
        try:
            known = settings(Path.cwd())
        except (RunsError, OSError) as error:
            raise Problem(str(error)) from error
        as_json = "--json" in args
        extra.setdefault("default_map", dict.fromkeys(self.commands, known))
        context = super().make_context(info_name, args, parent, **extra)
        context.meta[_AS_JSON] = as_json
        return context

    def list_commands(self, ctx: click.Context) -> list[str]:
        """List the names of all commands."""
        return sorted({*super().list_commands(ctx), *FURTHER})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command; this imports it if it is a further one."""
        if cmd_name not in FURTHER:
            return super().get_command(ctx, cmd_name)
        command: click.Command = getattr(import_module(FURTHER[cmd_name]), cmd_name)
        return command

"""A click group that gets further commands from installed packages, and imports one only when it is called."""

from __future__ import annotations

from importlib.metadata import EntryPoint, entry_points
from typing import Any

import click

ENTRY_POINTS = "spot_training.commands"
"""The entry-point group that further commands come from."""


class Problem(click.ClickException):
    """A wrong argument or environment: one sentence, and the exit status that click gives usage errors too."""

    exit_code = 2


INTERRUPTED = 130
"""The exit status after Ctrl-C, as shells have it; click's own is 1, which means here that a run has failed."""


class LazyGroup(click.Group):
    """A group whose further commands are the entry points of `spot_training.commands`."""

    def invoke(self, ctx: click.Context) -> Any:
        """Invoke a command; Ctrl-C ends it with a status of its own."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            click.echo(err=True)
            ctx.exit(INTERRUPTED)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """List the names of all commands."""
        return sorted({*super().list_commands(ctx), *(point.name for point in _points())})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command; this imports it if it is a further one.

        Raises:
            Problem: If it needs a package that is not installed.
        """
        own = super().get_command(ctx, cmd_name)
        point = next((point for point in _points() if point.name == cmd_name), None)
        if own is not None or point is None:
            return own
        try:
            command = point.load()
        except ModuleNotFoundError as error:
            extra = f"spot-training-constructs[{cmd_name}]"
            raise Problem(f"'{cmd_name}' needs the package {error.name!r}; run: pip install '{extra}'") from error
        if not isinstance(command, click.Command):
            raise Problem(f"'{cmd_name}' of {point.value!r} is not a command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands for --help, without importing a further one."""
        own = set(super().list_commands(ctx))
        rows = []
        for name in self.list_commands(ctx):
            command = self.commands[name] if name in own else None
            rows.append((name, command.get_short_help_str(80) if command else f"More commands: see '{name} --help'."))
        with formatter.section("Commands"):
            formatter.write_dl(rows)


def _points() -> list[EntryPoint]:
    return list(entry_points(group=ENTRY_POINTS))

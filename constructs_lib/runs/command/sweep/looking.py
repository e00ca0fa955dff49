"""What the commands do when it is a sweep that is meant: watch it, write its report, draw it, stop it."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import NoReturn

import click

from constructs_lib.runs.aws.clients import Clients
from constructs_lib.runs.aws.console import execution_url
from constructs_lib.runs.aws.errors import RunsError
from constructs_lib.runs.aws.state_machine import run_name_of
from constructs_lib.runs.command.exit_status import INTERRUPTED
from constructs_lib.runs.command.options import Target, one_sentence, say
from constructs_lib.runs.reports.sweep.report import SweepReport
from constructs_lib.runs.verbs.sweep.meant import sweep_meant
from constructs_lib.runs.verbs.sweep.show import items_of
from constructs_lib.runs.verbs.sweep.stop import stop_sweep
from constructs_lib.runs.verbs.sweep.watch import watch_sweep
from constructs_lib.runs.views.plain_text import WIDTH
from constructs_lib.runs.views.sweep.plot import check_plotting, sweep_plot
from constructs_lib.runs.views.sweep.progress_text import sweep_view_on
from constructs_lib.runs.views.sweep.report_text import render_sweep

plot_option = click.option(
    "--plot",
    type=click.Path(),
    metavar="FILE",
    help="Of a sweep, write a page with pictures too: the objective by trial and by cost, and the hyperparameters.",
)


def meant(target: Target, clients: Clients, name: str | None) -> tuple[str, bool]:
    """Return the ARN of the execution that is meant, and whether it is a sweep's.

    Raises:
        RunsError: If there is none, or AWS cannot be asked.
    """
    return sweep_meant(clients, name, lambda: target.run(clients, name), lambda: target.sweep_machine(clients))


def check_plot(plot: str | None) -> None:
    """See to it that a picture can be drawn and written, before anything is waited for.

    Raises:
        RunsError: If it cannot; says what to do.
    """
    if plot is None:
        return
    check_plotting()
    path = Path(plot)
    if path.is_dir() or not path.absolute().parent.is_dir():
        raise RunsError(f"--plot must be a file in a directory that is there, got {plot!r}")


def watch_to_end(
    target: Target,
    clients: Clients,
    arn: str,
    *,
    again: str,
    interval: float,
    as_json: bool,
    plot: str | None = None,
    just_started: bool = False,
) -> NoReturn:
    """Watch a sweep to its end, write its report, and exit as it has ended."""
    try:
        with one_sentence(), sweep_view_on(sys.stderr, now=clients.now) as view:
            report = watch_sweep(clients, arn, view, seconds_between_looks=interval, just_started=just_started)
    except KeyboardInterrupt:
        say(f"sweep {run_name_of(arn)} goes on")
        say(f"come back with: {target.again('watch', again)}")
        say(f"stop it with:   {target.again('stop', again)}")
        sys.exit(INTERRUPTED)
    with one_sentence():
        write_sweep(clients, arn, report, plot=plot, as_json=as_json)
    if report.status in ("ABORTED", "TIMED_OUT"):
        say(f"make sure that none of its runs is left with: {target.again('stop', again)}")
    sys.exit(report.exit_status)


def write_sweep(clients: Clients, arn: str, report: SweepReport, *, plot: str | None, as_json: bool) -> None:
    """Write a sweep's report with its console page, and its picture where one is wanted.

    Raises:
        RunsError: If the picture cannot be made or written.
    """
    url = execution_url(arn)
    if as_json:
        click.echo(json.dumps({**report.as_document(), "ConsoleUrl": url}, indent=2))
    else:
        click.echo(render_sweep(report, _width()))
        click.echo(f"\nConsole  {url}")
    if plot is None:
        return
    sweep, lines, contents = items_of(clients, arn)
    try:
        Path(plot).write_text(sweep_plot(report.name, sweep.metric, sweep.kind, lines, contents), encoding="utf-8")
    except OSError as error:
        raise RunsError(f"--plot {plot!r} cannot be written: {error.strerror}") from error
    say(f"wrote {plot}")


def _width() -> int:
    """Return how wide the report may be: as wide as the terminal, where there is one."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else WIDTH


def stop_and_tell(clients: Clients, arn: str, *, as_json: bool) -> None:
    """Stop a sweep and everything that it started, and tell what that was.

    Raises:
        RunsError: If AWS cannot be asked, or something does not end.
    """
    stopped = stop_sweep(clients, arn, say=say)
    if as_json:
        click.echo(json.dumps(stopped.as_document()))
        return
    click.echo(f"sweep {stopped.name}: {stopped.status}; no run and no training job of it is live")
    for run in stopped.runs:
        click.echo(f"  run {run.run_name}  {run.status}")
        for job, status in run.jobs.items():
            click.echo(f"    {job}  {status}")

"""The commands that look at several runs: `list` and `costs`."""

from __future__ import annotations

import json
import shutil
import sys
from datetime import datetime

import click

from constructs_lib.runs.aws.errors import RunsError
from constructs_lib.runs.command.options import Target, one_sentence, target_options
from constructs_lib.runs.command.pricing import price_book, prices_option
from constructs_lib.runs.reports.report import EXIT_STATUS
from constructs_lib.runs.times import parse_moment
from constructs_lib.runs.verbs.costs import costs_of
from constructs_lib.runs.verbs.listing import Wanted, runs_of
from constructs_lib.runs.views.costs_text import csv_of, render_costs
from constructs_lib.runs.views.counting import Counting
from constructs_lib.runs.views.runs_text import render_runs

_every = click.option("--all", "every", is_flag=True, help="The runs of all such state machines of the Region.")
_until = click.option("--until", metavar="TIME", help="Only runs that started before, such as 7d or 2026-11-30.")
_as_json = click.option("--json", "as_json", is_flag=True, help="Write the result as JSON.")


@click.command("list")
@click.option("--limit", type=click.IntRange(1, 1000), default=10, show_default=True, help="How many at most.")
@click.option(
    "--status",
    type=click.Choice(["RUNNING", *EXIT_STATUS], case_sensitive=False),
    help="Only runs of this status.",
)
@click.option("--since", metavar="TIME", help="Only runs that started then or later, such as 30d or 2026-11-01.")
@_until
@_every
@_as_json
@target_options
def list_(
    target: Target,
    *,
    limit: int,
    status: str | None,
    since: str | None,
    until: str | None,
    every: bool,
    as_json: bool,
) -> None:
    """List the latest runs, with what each took and saved.

    A list that is longer than the terminal is shown page by page.
    """
    with one_sentence():
        clients = target.connect()
        machines = target.machines(clients, every=every)
        begin, end = period(since, until, clients.now())
        wanted = Wanted(most=limit, status=status.upper() if status else None, since=begin, until=end)
        with Counting(sys.stderr, "runs") as looked:
            listed = list(runs_of(clients, machines, wanted, looked=looked))
    if as_json:
        click.echo(json.dumps([entry.as_document() for entry in listed], indent=2))
        return
    write_in_pages(render_runs(listed))


@click.command()
@click.option("--since", metavar="TIME", default="30d", show_default=True, help="Runs that started then or later.")
@_until
@_every
@prices_option
@click.option("--csv", "as_csv", is_flag=True, help="Write the result as CSV.")
@_as_json
@target_options
def costs(
    target: Target,
    *,
    since: str,
    until: str | None,
    every: bool,
    prices: str | None,
    as_csv: bool,
    as_json: bool,
) -> None:
    """Add up what the runs of a period took, cost and saved.

    Each run costs a call. Runs that go on are counted with what they have taken until now.
    """
    with one_sentence():
        if as_csv and as_json:
            raise RunsError("--csv and --json both say how to write; leave one out")
        clients = target.connect()
        machines = target.machines(clients, every=every)
        book = price_book(clients, prices, machines)
        begin, end = period(since, until, clients.now())
        with Counting(sys.stderr, "runs") as looked:
            wanted = Wanted(most=None, since=begin, until=end)
            found = costs_of(runs_of(clients, machines, wanted, live_too=True, looked=looked), book)
    if as_json:
        *each, total = [entry.as_document() for entry in found]
        click.echo(json.dumps({"Trainings": each, "All": total}, indent=2))
    else:
        click.echo(csv_of(found) if as_csv else render_costs(found), nl=not as_csv)


def write_in_pages(text: str) -> None:
    """Write a text to standard output; page by page in a terminal that is not as high."""
    if sys.stdout.isatty() and text.count("\n") >= shutil.get_terminal_size().lines:
        click.echo_via_pager(text)
    else:
        click.echo(text)


def period(since: str | None, until: str | None, now: datetime) -> tuple[datetime | None, datetime | None]:
    """Read a period.

    Raises:
        RunsError: A moment is none, or the period ends before it begins.
    """
    begin = None if since is None else parse_moment(since, "--since", now)
    end = None if until is None else parse_moment(until, "--until", now)
    if begin is not None and end is not None and begin >= end:
        raise RunsError(f"--since must be before --until, got {since!r} and {until!r}")
    return begin, end

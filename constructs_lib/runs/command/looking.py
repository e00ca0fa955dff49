"""The commands that look at a run and change nothing: `show`, `logs` and `open`."""

from __future__ import annotations

import json
import sys
from datetime import timedelta
from pathlib import Path

import click

from constructs_lib.runs.aws.clients import Clients
from constructs_lib.runs.aws.console import execution_url
from constructs_lib.runs.aws.errors import RunsError
from constructs_lib.runs.aws.state_machine import machine_of, run_name_of
from constructs_lib.runs.command.options import Target, one_sentence, say, target_options
from constructs_lib.runs.command.pricing import price_book, prices_option
from constructs_lib.runs.command.sweep.looking import check_plot, meant, plot_option, write_sweep
from constructs_lib.runs.prices.price_book import PriceBook
from constructs_lib.runs.reports.cost import Cost
from constructs_lib.runs.reports.report import Report
from constructs_lib.runs.times import parse_duration, utc_now
from constructs_lib.runs.verbs.details import look_closely
from constructs_lib.runs.verbs.logs import Wanted, last_lines, read_logs
from constructs_lib.runs.verbs.show import show_run
from constructs_lib.runs.verbs.sweep.show import show_sweep
from constructs_lib.runs.views.choose import show_report
from constructs_lib.runs.views.html.run_page import run_page
from constructs_lib.runs.views.plain_text import printable

_as_json = click.option("--json", "as_json", is_flag=True, help="Write the result as JSON.")


@click.command()
@click.argument("run_name", metavar="[RUN]", required=False)
@click.option(
    "--html", "page", type=click.Path(), metavar="FILE", help="Write a page with a picture of the run, instead."
)
@plot_option
@_as_json
@prices_option
@target_options
def show(
    target: Target, *, run_name: str | None, prices: str | None, page: str | None, plot: str | None, as_json: bool
) -> None:
    """Show the report of a run or a sweep, running or ended.

    RUN is its name or its execution's ARN; without it, the newest run is shown. The exit status is 0, however the run
    has ended.
    """
    with one_sentence():
        check_plot(plot)
        clients = target.connect(run_name)
        arn, is_sweep = meant(target, clients, run_name)
        if is_sweep and page is not None:
            raise RunsError(f"--html draws a run, and {run_name_of(arn)!r} is a sweep; pass --plot for a picture of it")
        if is_sweep:
            write_sweep(clients, arn, show_sweep(clients, arn), plot=plot, as_json=as_json)
            return
        if plot is not None:
            raise RunsError(f"--plot draws a sweep, and {run_name_of(arn)!r} is a run; pass --html for a page of it")
        book = price_book(clients, prices, [machine_of(arn)])
        if page is None:
            write_report(clients, arn, show_run(clients, arn, now=clients.now), book, as_json=as_json)
        else:
            _write_page(clients, arn, Path(page), book)


@click.command()
@click.argument("run_name", metavar="[RUN]", required=False)
@click.option("--follow", "-f", is_flag=True, help="Go on with new lines until the run has ended.")
@click.option("--attempt", type=click.IntRange(min=1), help="Only of this attempt. [default: all, in order]")
@click.option("--host", metavar="NAME", help="Only of this host, such as algo-2. [default: all]")
@click.option("--since", metavar="TIME", help="Only what is not older, such as 10m. [default: everything]")
@click.option("--json", "as_json", is_flag=True, help="Write each line as JSON.")
@target_options
def logs(
    target: Target,
    *,
    run_name: str | None,
    follow: bool,
    attempt: int | None,
    host: str | None,
    since: str | None,
    as_json: bool,
) -> None:
    """Write what the containers of a run have written, over all attempts, in order.

    RUN is its name or its execution's ARN; without it, the newest run is meant. Where there are several attempts or
    hosts, each line begins with its own.
    """
    with one_sentence():
        begin = None if since is None else utc_now() - timedelta(seconds=parse_duration(since, "--since"))
        clients = target.connect(run_name)
        arn, is_sweep = meant(target, clients, run_name)
        if is_sweep:
            raise RunsError(
                f"{run_name_of(arn)!r} is a sweep, and each of its runs has lines of its own; name one of them, which "
                "are called by the sweep's name, a hyphen and their own; see: spot-training list"
            )
        several = attempt is None
        for line in read_logs(clients, arn, Wanted(attempt=attempt, host=host, since=begin), follow=follow):
            if as_json:
                click.echo(json.dumps(line.as_document(), ensure_ascii=False))
            else:
                click.echo(f"{f'{line.attempt} {line.host}  ' if several else ''}{printable(line.text)}")


@click.command("open")
@click.argument("run_name", metavar="[RUN]", required=False)
@target_options
def open_(target: Target, *, run_name: str | None) -> None:
    """Open the page of a run or a sweep in the AWS console in the browser, and print its address.

    RUN is its name or its execution's ARN; without it, the newest run is meant.
    """
    with one_sentence():
        clients = target.connect(run_name)
        # an ARN says which it is, and the newest run is one
        is_named = run_name is not None and not run_name.startswith("arn:")
        arn = meant(target, clients, run_name)[0] if is_named else target.run(clients, run_name)
        url = execution_url(arn)
    click.echo(url)
    if click.launch(url) != 0:
        say("no browser could be started; open the address by hand")


def _write_page(clients: Clients, arn: str, path: Path, prices: PriceBook) -> None:
    details = look_closely(clients, arn)
    text = run_page(details, Cost.of(details.report.attempts, prices))
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise RunsError(f"--html {str(path)!r} cannot be written: {error.strerror}") from error
    say(f"wrote {path}")


def write_report(clients: Clients, arn: str, report: Report, prices: PriceBook, *, as_json: bool) -> None:
    """Write a run's report with its cost and its console page; of a failed run, with what its program wrote last."""
    lines = last_lines(clients, report)
    cost = Cost.of(report.attempts, prices)
    url = execution_url(arn)
    if as_json:
        further = {**cost.as_document(), "ConsoleUrl": url, **({"LastLines": lines} if lines else {})}
        click.echo(json.dumps({**report.as_document(), **further}, indent=2))
        return
    show_report(report, sys.stdout, cost)
    click.echo(f"\nConsole  {url}")
    if lines:
        click.echo("\nThe program wrote last:")
        for line in lines:
            click.echo(f"    {printable(line)}")

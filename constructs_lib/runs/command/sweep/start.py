"""The command `sweep`: starts a sweep from flags, a file or standard input, and watches it if it is told to."""

from __future__ import annotations

import json
import sys

import click

from constructs_lib.runs.aws.console import execution_url
from constructs_lib.runs.aws.errors import RunsError
from constructs_lib.runs.command.exit_status import EPILOG, INTERRUPTED
from constructs_lib.runs.command.options import (
    Target,
    input_options,
    one_sentence,
    say,
    target_options,
    together,
)
from constructs_lib.runs.command.sweep.looking import check_plot, plot_option, watch_to_end
from constructs_lib.runs.execution_input import InputFlags
from constructs_lib.runs.verbs.start import new_run_name, start_run
from constructs_lib.runs.verbs.sweep.deployed import deployed_sweep
from constructs_lib.runs.verbs.sweep.flags import SweepFlags
from constructs_lib.runs.verbs.sweep.given import sweep_input
from constructs_lib.runs.verbs.watch import SECONDS_BETWEEN_LOOKS
from constructs_lib.workflow.sweep.settings import MOST_ITEMS

_SWEEP_OPTIONS = (
    click.option(
        "--grid",
        multiple=True,
        metavar="NAME=VALUE,…",
        help="The values of a hyperparameter, such as lr=0.1,0.01; repeatable, for every combination.",
    ),
    click.option(
        "--random",
        multiple=True,
        metavar="NAME=KIND:…",
        help="What a hyperparameter is drawn from, such as lr=loguniform:1e-4:1e-1, depth=int:2:8 or "
        "act=choice:relu:tanh; uniform and logint, too; repeatable.",
    ),
    click.option("--count", type=click.IntRange(1, MOST_ITEMS), help="How many runs are drawn, with --random."),
    click.option("--seed", type=int, help="The same draws for the same seed. [default: the sweep's name]"),
    click.option("--runs-from", metavar="S3URI", help="A .jsonl or .csv file in S3 with a run on each line."),
)


@click.command(epilog=EPILOG)
@click.option("--name", help="The sweep's name, new for 90 days. [default: the time and a random part]")
@click.option(
    "--input",
    "input_file",
    type=click.Path(),
    metavar="FILE|-",
    help="The input as JSON, or a run on each line as JSON Lines; flags go over it.",
)
@together("sweep_flags", SweepFlags, _SWEEP_OPTIONS)
@input_options
@click.option("--watch", is_flag=True, help="Watch the sweep to its end.")
@plot_option
@click.option(
    "--interval",
    type=click.FloatRange(min=0.1, max=3600),
    default=SECONDS_BETWEEN_LOOKS,
    show_default=True,
    help="Seconds between two looks.",
)
@click.option("--json", "as_json", is_flag=True, help="Write the result as JSON.")
@target_options
def sweep(
    target: Target,
    *,
    flags: InputFlags,
    sweep_flags: SweepFlags,
    name: str | None,
    input_file: str | None,
    watch: bool,
    plot: str | None,
    interval: float,
    as_json: bool,
) -> None:
    """Start a sweep: many runs of one training.

    The runs are those of a grid, of draws, of a list or of a file. The other flags are common to all of them.
    """
    with one_sentence():
        # all that can be wrong with the input is said before AWS is asked for anything
        document = sweep_input(sweep_flags, flags, input_file, sys.stdin.buffer)
        if plot is not None and not watch:
            raise RunsError("--plot draws what has ended; pass --watch, too, or draw it later with: spot-training show")
        check_plot(plot)
        clients = target.connect()
        machine = deployed_sweep(clients, target.sweep_machine(clients)).machine
        chosen = new_run_name() if name is None else name
        try:
            arn = start_run(clients, machine, document, chosen, what="sweep")
        except KeyboardInterrupt:
            say(f"if the sweep was started all the same, stop it with: {target.again('stop', chosen)}")
            sys.exit(INTERRUPTED)
    if watch:
        say(f"started sweep {chosen}")
        watch_to_end(
            target, clients, arn, again=chosen, interval=interval, as_json=as_json, plot=plot, just_started=True
        )
    elif as_json:
        click.echo(json.dumps({"SweepName": chosen, "ExecutionArn": arn, "ConsoleUrl": execution_url(arn)}))
    else:
        click.echo(f"started sweep {chosen}")
        click.echo(f"watch it with: {target.again('watch', chosen)}")
        click.echo(f"Console  {execution_url(arn)}")

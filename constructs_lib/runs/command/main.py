"""The command `spot-training`: start, watch and stop runs; what looks at them stands beside it.

Results go to standard output; progress and problems to standard error.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import NoReturn

import click

from constructs_lib.runs.aws.clients import Clients
from constructs_lib.runs.aws.errors import RunsError
from constructs_lib.runs.aws.state_machine import is_of_a_sweep, machine_of, run_name_of
from constructs_lib.runs.command.doctor import doctor
from constructs_lib.runs.command.exit_status import EPILOG, INTERRUPTED
from constructs_lib.runs.command.explain_options import ASSEMBLY, Explaining, explain_options
from constructs_lib.runs.command.group.lazy_group import LazyGroup
from constructs_lib.runs.command.listing import costs, list_
from constructs_lib.runs.command.looking import logs, open_, show, write_report
from constructs_lib.runs.command.options import Target, input_options, is_typed, one_sentence, say, target_options
from constructs_lib.runs.command.pricing import max_cost_option, price_book, priced_input, prices_option
from constructs_lib.runs.command.sweep.looking import meant, stop_and_tell, watch_to_end
from constructs_lib.runs.command.sweep.start import sweep
from constructs_lib.runs.execution_input import InputFlags, merge, read_input
from constructs_lib.runs.prices.price_book import PriceBook
from constructs_lib.runs.synthesised.assembly import newest_template
from constructs_lib.runs.synthesised.conditions import defaults_of
from constructs_lib.runs.synthesised.operator_policy import operator_policy
from constructs_lib.runs.synthesised.plain.shipped import FILE, write_template
from constructs_lib.runs.synthesised.policy import policies
from constructs_lib.runs.synthesised.template import Template
from constructs_lib.runs.verbs.start import new_run_name, start_run
from constructs_lib.runs.verbs.stop import stop_run
from constructs_lib.runs.verbs.watch import SECONDS_BETWEEN_LOOKS, watch_run
from constructs_lib.runs.views.choose import view_on
from constructs_lib.version import VERSION
from constructs_lib.workflow.names import SETTINGS

_as_json = click.option("--json", "as_json", is_flag=True, help="Write the result as JSON.")
_interval = click.option(
    "--interval",
    type=click.FloatRange(min=0.1, max=3600),
    default=SECONDS_BETWEEN_LOOKS,
    show_default=True,
    help="Seconds between two looks.",
)


@click.group(cls=LazyGroup, epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(VERSION, prog_name="spot-training")
def main() -> None:
    """Train models on SageMaker's managed spot capacity."""


@main.command(epilog=EPILOG)
@click.option("--name", help="The run's name, new for 90 days. [default: the time and a random part]")
@click.option("--input", "input_file", type=click.Path(), metavar="FILE|-", help="The input as JSON; flags go over it.")
@input_options
@click.option("--watch", is_flag=True, help="Watch the run to its end.")
@explain_options
@prices_option
@max_cost_option
@_interval
@_as_json
@target_options
def run(
    target: Target,
    *,
    flags: InputFlags,
    explaining: Explaining,
    name: str | None,
    input_file: str | None,
    prices: str | None,
    max_cost: float | None,
    watch: bool,
    interval: float,
    as_json: bool,
) -> None:
    """Start a run.

    With --explain nothing is started: the request that would be sent is printed, from what 'cdk synth' wrote, without
    AWS.
    """
    with one_sentence():
        # all that can be wrong with the input is said before AWS is asked for anything
        asked = flags.document()
        given = {} if input_file is None else read_input(input_file, sys.stdin.buffer)
        document = merge(given, asked)
        explaining.check(watch=watch)
        if explaining.explain:
            sys.exit(explaining.show(target, document, name, prices, max_cost))
        clients = target.connect()
        machine = target.machine(clients)
        if is_of_a_sweep(clients, machine):
            raise RunsError(
                f"{run_name_of(machine)!r} is the state machine of a sweep; start a sweep with: "
                f"{target.again('sweep')}, or pass the --state-machine of a training"
            )
        book = price_book(clients, prices, [machine])
        if watch or max_cost is not None:
            document = priced_input(clients, machine, document, book, max_cost)
        chosen = new_run_name() if name is None else name
        try:
            arn = start_run(clients, machine, document, chosen)
        except KeyboardInterrupt:
            say(f"if the run was started all the same, stop it with: {target.again('stop', chosen)}")
            sys.exit(INTERRUPTED)
    if watch:
        say(f"started run {chosen}")
        _watch(target, clients, arn, book, again=chosen, interval=interval, as_json=as_json, just_started=True)
    elif as_json:
        click.echo(json.dumps({"RunName": chosen, "ExecutionArn": arn}))
    else:
        click.echo(f"started run {chosen}")
        click.echo(f"watch it with: {target.again('watch', chosen)}")


@main.command(epilog=EPILOG)
@click.argument("run_name", metavar="[RUN]", required=False)
@prices_option
@_interval
@_as_json
@target_options
def watch(target: Target, *, run_name: str | None, prices: str | None, interval: float, as_json: bool) -> None:
    """Watch a run or a sweep to its end.

    RUN is its name or its execution's ARN; without it, the newest run is watched.
    """
    with one_sentence():
        clients = target.connect(run_name)
        arn, is_sweep = meant(target, clients, run_name)
        book = price_book(clients, prices, [] if is_sweep else [machine_of(arn)])
    if is_sweep:
        watch_to_end(target, clients, arn, again=run_name or run_name_of(arn), interval=interval, as_json=as_json)
    _watch(target, clients, arn, book, again=run_name or run_name_of(arn), interval=interval, as_json=as_json)


@main.command()
@click.argument("run_name", metavar="RUN")
@_as_json
@target_options
def stop(target: Target, *, run_name: str, as_json: bool) -> None:
    """Stop a run or a sweep and make sure that no training job of it is left.

    RUN is its name or its execution's ARN. Of a sweep the runs that it started are stopped, too. What has ended is only
    checked. Checkpoints stay: a new run goes on with --resume-from RUN.
    """
    try:
        with one_sentence():
            clients = target.connect(run_name)
            arn, is_sweep = meant(target, clients, run_name)
            if is_sweep:
                stop_and_tell(clients, arn, as_json=as_json)
                return
            stopped = stop_run(clients, arn, say=say)
    except KeyboardInterrupt:
        say("what was told to stop goes on stopping; check with the same command")
        sys.exit(INTERRUPTED)
    if as_json:
        click.echo(json.dumps(stopped.as_document()))
        return
    click.echo(f"run {stopped.run_name}: {stopped.status}; no training job of it is live")
    for job, status in stopped.jobs.items():
        click.echo(f"  {job}  {status}")


@main.command()
@click.option(
    "--template",
    type=click.Path(),
    metavar="FILE",
    help="The synthesised template. [default: the newest in cdk.out with a training]",
)
@click.option(
    "--stack",
    envvar="SPOT_TRAINING_STACK",
    help="The stack whose template it is, also in a stage. [default: SPOT_TRAINING_STACK, or any]",
)
@click.option("--operator", is_flag=True, help="Print the policy of who uses this command, instead.")
def policy(*, template: str | None, stack: str | None, operator: bool) -> None:
    """Print what the roles of a training are allowed, and what others must allow, as JSON, without AWS.

    With --operator: what somebody must be allowed who finds, starts, watches, lists and stops runs with this command.
    """
    with one_sentence():
        if template is not None and stack is not None and is_typed("stack"):
            raise RunsError("--stack is for finding the template, got --template too; leave one out")
        path = Path(template) if template is not None else newest_template(Path(ASSEMBLY), SETTINGS, stack)
        read = Template.read(path, {})
        # what an operator may do goes by names in a definition, which parameters may be a part of
        defaults = defaults_of(read.document) if operator else {}
        found = operator_policy(Template.read(path, defaults)) if operator else policies(read)
        click.echo(json.dumps(found, indent=2, ensure_ascii=False))
        say(f"read from {path}" + (", with the defaults of its parameters" if defaults else ""))


@main.command()
@click.option("--output", type=click.Path(), metavar="FILE", help="Write it there. [default: standard output]")
def template(*, output: str | None) -> None:
    """Write a CloudFormation template with parameters, for whoever deploys a training without Python and CDK.

    It needs no AWS, no CDK and no Node, and its stack neither assets nor CDK's bootstrap. CloudFormation takes a
    template of this size from S3 only.
    """
    with one_sentence():
        if output is None:
            click.echo(FILE.read_text(encoding="utf-8"), nl=False)
            return
        write_template(Path(output))
        say(f"wrote {output}")


def _watch(
    target: Target,
    clients: Clients,
    arn: str,
    prices: PriceBook,
    *,
    again: str,
    interval: float,
    as_json: bool,
    just_started: bool = False,
) -> NoReturn:
    try:
        with one_sentence(), view_on(sys.stderr, now=clients.now) as view:
            outcome = watch_run(
                clients,
                arn,
                view,
                seconds_between_looks=interval,
                now=clients.now,
                just_started=just_started,
                prices=prices,
            )
    except KeyboardInterrupt:
        say(f"run {run_name_of(arn)} goes on")
        say(f"come back with: {target.again('watch', again)}")
        say(f"stop it with:   {target.again('stop', again)}")
        sys.exit(INTERRUPTED)
    write_report(clients, arn, outcome.report, prices, as_json=as_json)
    if live := ", ".join(outcome.report.live_jobs):
        say(f"{live} had not ended yet; make sure with: {target.again('stop', again)}")
    if outcome.report.may_be_resumed:
        say(f"go on from its checkpoints with: {target.again('run', '--resume-from', outcome.report.run_name)}")
    sys.exit(outcome.exit_status)


for command in (sweep, list_, costs, show, logs, open_, doctor):
    main.add_command(command)

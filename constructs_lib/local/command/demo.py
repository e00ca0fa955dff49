"""What `spot-training local demo` does: a run that loses its instance, and one that does not, compared."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from constructs_lib.local.command.models import compare, model_files
from constructs_lib.local.command.resumes import ResumeBook
from constructs_lib.local.embedded_aws import EmbeddedAws
from constructs_lib.local.errors import LocalError
from constructs_lib.local.spot_market.supply import SpotMarket, Steady, Supply
from constructs_lib.local.spot_market.text import parse_market
from constructs_lib.runs.aws.clients import Clients
from constructs_lib.runs.reports.report import Report
from constructs_lib.runs.verbs.start import start_run
from constructs_lib.runs.verbs.watch import watch_run
from constructs_lib.runs.views.choose import show_report, view_on
from constructs_lib.runs.views.plain_text import percent, seconds_and_words

DEFAULT_MARKET = "scripted:checkpoints=5+60,checkpoints=4+30"
"""Twice the instance is lost: by the program's own progress, so that it is the same story on any machine."""

SPEED = 10.0
"""Waiting for capacity should be seen, not suffered."""

_SECONDS_BETWEEN_LOOKS = 0.5
_OUTPUT = "StateMachineArn"


def run_demo(
    app_dir: Path | None, market: str, python: str = sys.executable, install_requirements: bool = False
) -> int:
    """Tell the whole story on standard output.

    Args:
        app_dir: The CDK app, whose stack has an output StateMachineArn; the one here if None.
        market: When spot capacity exists, for the first run.
        python: The interpreter of the training program. Defaults to the one that runs this.
        install_requirements: Whether the source's requirements.txt is installed. Defaults to not.

    Returns:
        0 when the first run was interrupted, resumed, and gave the model that the second gave.

    Raises:
        LocalError: If the story cannot begin; says what to do.
    """
    console = Console(file=sys.stdout, highlight=False, soft_wrap=True)
    place = app_dir or default_app()
    changing = ChangingMarket(parse_market(market))
    with _step(console, "Starting an AWS on this machine"):
        aws = EmbeddedAws(market=changing, speed=SPEED, python=python, install_requirements=install_requirements)
    with aws:
        with _step(console, f"Deploying {place} by the real CDK CLI"):
            machine = state_machine_of(aws.deploy(place))
        book = ResumeBook(aws.client("s3"))
        aws.training_jobs.subscribe(book.see)
        aws.listen(book.hear)

        console.print(f"\n[bold]A run with {{}}[/bold]: its spot instance will be taken away ({market})")
        first = _run(aws, machine, console)
        changing.market = Steady(available=True)
        console.print("\n[bold]The same again, undisturbed[/bold]: this is what the model should be")
        second = _run(aws, machine, console)
        return _conclude(aws, book, first, second, console)


class ChangingMarket:
    """A market that can be exchanged; a job keeps the one that it was created under."""

    def __init__(self, market: SpotMarket) -> None:
        self.market = market

    def supply(self, instance_type: str, instance_count: int, now: float) -> Supply:
        """Ask the market of the moment."""
        return self.market.supply(instance_type, instance_count, now)


def default_app() -> Path:
    """Return the app in the working directory, or else the example, of the checkout or of the installed package.

    Raises:
        LocalError: If there is neither.
    """
    # the package is built with the example in it; see setup.py
    for place in (Path.cwd(), Path(__file__).resolve().parents[3], Path(__file__).resolve().parents[1] / "example"):
        if (place / "cdk.json").is_file():
            return place
    raise LocalError("there is no cdk.json here; name the directory of a CDK app with --app")


def state_machine_of(outputs: dict[str, dict[str, str]]) -> str:
    """Return the state machine that a stack names in its outputs.

    Raises:
        LocalError: If none does.
    """
    for found in outputs.values():
        if _OUTPUT in found:
            return found[_OUTPUT]
    stacks = ", ".join(outputs) or "no stack"
    raise LocalError(f"no stack of the app has an output {_OUTPUT} ({stacks}); add one with the state machine's ARN")


def _run(aws: EmbeddedAws, machine: str, console: Console) -> Report:
    clients = Clients(
        sfn=aws.client("stepfunctions"),
        sagemaker=aws.client("sagemaker"),
        cloudformation=aws.client("cloudformation"),
        s3=aws.client("s3"),
        logs=aws.client("logs"),
    )
    with view_on(sys.stdout, now=aws.clock.now) as view:
        execution = start_run(clients, machine)
        outcome = watch_run(clients, execution, view, seconds_between_looks=_SECONDS_BETWEEN_LOOKS, now=aws.clock.now)
    console.print()
    show_report(outcome.report, sys.stdout)
    return outcome.report


def _conclude(aws: EmbeddedAws, book: ResumeBook, first: Report, second: Report, console: Console) -> int:
    """Compare the two runs; say it; return the exit status."""
    if not (first.model and second.model):
        for report in (first, second):
            for attempt in report.attempts:
                if attempt.job_name and not report.model:
                    console.print(aws.training_jobs.log(attempt.job_name)[-2000:], markup=False)
        console.print("\nA run gave no model; its report above says why")
        return 1
    s3 = aws.client("s3")
    comparison = compare(model_files(s3, first.model), model_files(s3, second.model))
    resumes = [resume for attempt in first.attempts if attempt.job_name for resume in book.of(attempt.job_name)]
    saved = percent(first.savings_percent)
    facts = [
        ("Interruptions", str(first.interruptions)),
        ("Resumed from step", ", then ".join(resume.text for resume in resumes) or "-"),
        ("Trained", f"{seconds_and_words(first.training_seconds)}; undisturbed {_seconds(second.training_seconds)}"),
        ("Billed", f"{seconds_and_words(first.billable_seconds)}, by an assumed discount {saved} less"),
        ("Model", first.model),
        ("The same model", f"yes, {comparison.text}" if comparison.same else f"NO: {comparison.text}"),
    ]
    _show_facts(console, facts)
    if not first.interruptions:
        console.print("\nThe run was not interrupted; choose another --market")
    anew = [resume for resume in resumes if not resume.resumed]
    if anew:
        console.print(
            "\nIt did not go on from its newest checkpoint; spot-training rehearse tells what the program does, and "
            "what to mend"
        )
    return 0 if comparison.same and first.interruptions and not anew else 1


def _show_facts(console: Console, facts: list[tuple[str, str]]) -> None:
    console.print("\nWhat happened", style="bold")
    if not console.is_terminal:
        width = max(len(name) for name, _ in facts)
        for name, value in facts:
            console.print(f"{name.ljust(width)}  {value}", markup=False)
        return
    table = Table(show_header=False, box=None, pad_edge=False)
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in facts:
        table.add_row(name, Text(value))
    console.print(table)


def _seconds(value: float | None) -> str:
    return "-" if value is None else f"{value:g} s"


@contextmanager
def _step(console: Console, what: str) -> Iterator[None]:
    """Show that something goes on, and how long it took."""
    began = time.monotonic()
    if console.is_terminal:
        with console.status(f"{what} …"):
            yield
    else:
        console.print(f"{what} …", markup=False)
        yield
    console.print(f"{what}: done in {time.monotonic() - began:.1f} s", markup=False)

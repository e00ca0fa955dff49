"""The command `spot-training rehearse`: does a training program survive an interruption?"""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path

import click

from constructs_lib.local.command.main import one_sentence, python_option, requirements_option
from constructs_lib.runs.command.group.lazy_group import Problem

_EPILOG = """\b
Exit status:
  0    it survives
  1    it does not; the report says why, and what to do
  2    it cannot be judged; the report says what to add. Also: an argument or the environment is wrong
  130  Ctrl-C"""
_path = click.Path(path_type=Path)


@click.command(epilog=_EPILOG)
@click.argument("source", type=_path, required=False)
@click.option("--entry-point", default="", metavar="FILE", help="The file in SOURCE that trains. [default: train.py]")
@click.option("--program", metavar="CMD", help="What an image would run, instead of SOURCE: 'python /path/train.py'.")
@click.option("--channel", "channels", multiple=True, metavar="NAME=PATH", help="Data, a file or folder; repeatable.")
@click.option(
    "--hyperparameter",
    "hyperparameters",
    multiple=True,
    metavar="NAME=VALUE",
    help="As on SageMaker; repeatable. Cut a long training short with it: epochs=2.",
)
@click.option("--environment", multiple=True, metavar="NAME=VALUE", help="A variable for the program; repeatable.")
@click.option(
    "--checkpoints",
    metavar="PATH",
    help="Where the program keeps its checkpoints. [default: /opt/ml/checkpoints]",
)
@click.option(
    "--instance-count",
    type=int,
    metavar="N",
    help="Also play it on N hosts at the same time: do they overwrite one another's checkpoints? [default: 1]",
)
@click.option(
    "--deploy",
    type=_path,
    metavar="DIR",
    help="Instead of SOURCE: the program, data and settings of the CDK app in DIR; other options go over them.",
)
@click.option("--training", metavar="NAME", help="With --deploy: which training, by its base job name, of several.")
@click.option("--stack", metavar="NAME", help="With --deploy: the stack that it is in.")
@click.option(
    "--metric",
    "metrics",
    multiple=True,
    metavar="NAME[=REGEX]",
    help="What must be alike in the end, where the model's files cannot be; from NAME=<number> in the output, a JSON"
    " file of the model, or the first group of REGEX. Repeatable.",
)
@click.option("--tolerance", type=float, default=0.0, show_default=True, help="How far metrics may differ.")
@click.option(
    "--grace",
    type=click.FloatRange(min=0, max=120),
    default=30.0,
    show_default=True,
    help="Seconds from SIGTERM to SIGKILL; SageMaker's are 120.",
)
@click.option(
    "--interruptions-per-day",
    type=click.FloatRange(min=0, min_open=True),
    default=1.0,
    show_default=True,
    help="For what a month costs; an instance type's own rate is in the EC2 Spot Instance Advisor.",
)
@python_option
@requirements_option
@click.option("--report", type=_path, metavar="FILE", help="Write a page with a picture: out.html.")
@click.option("--junit", type=_path, metavar="FILE", help="Write JUnit XML, for CI.")
@click.option("--json", "as_json", is_flag=True, help="Write the result as JSON.")
def rehearse(
    *,
    source: Path | None,
    deploy: Path | None,
    training: str | None,
    stack: str | None,
    entry_point: str,
    program: str | None,
    channels: tuple[str, ...],
    hyperparameters: tuple[str, ...],
    environment: tuple[str, ...],
    checkpoints: str | None,
    instance_count: int | None,
    metrics: tuple[str, ...],
    tolerance: float,
    grace: float,
    interruptions_per_day: float,
    python: str,
    install_requirements: bool,
    report: Path | None,
    junit: Path | None,
    as_json: bool,
) -> None:
    """Does your training program survive losing its spot instance?

    A spot instance is cheap because it may be taken away at any moment; SageMaker then starts your program again, on
    another instance, with nothing of before but the files in its checkpoint directory. This finds out what your program
    makes of that.

    SOURCE is the folder of your training program. It is played on this machine the way SageMaker would run it, first
    undisturbed and then again and again with its instance taken away: before its first checkpoint, right after one,
    while one is being written, late, and twice in a row. You are told what it did each time, and what to mend.

    Nothing of your program needs to be changed, and no AWS account is needed. It takes at most eight times as long as
    the program itself: make a long training short with --hyperparameter, but let it write six checkpoints or more.

    \b
    spot-training rehearse train/ --channel train=data/ --hyperparameter epochs=3
    spot-training rehearse --program 'python train.py' --metric accuracy --tolerance 0.01

    Where an AWS CDK app in this directory trains the program already, it says the rest itself:

    \b
    spot-training rehearse --deploy . --hyperparameter epochs=3
    """  # noqa: D301 - click reads \b
    with one_sentence():
        from constructs_lib.local.rehearsal.rehearsing import rehearse as play  # noqa: PLC0415 - moto is slow to import
        from constructs_lib.local.rehearsal.views.document import document  # noqa: PLC0415 - as above
        from constructs_lib.local.rehearsal.views.junit import junit as as_junit  # noqa: PLC0415 - as above
        from constructs_lib.local.rehearsal.views.page import page  # noqa: PLC0415 - as above
        from constructs_lib.local.rehearsal.views.text import render  # noqa: PLC0415 - as above

        found = play(
            source=source,
            deploy=deploy,
            training=training,
            stack=stack,
            entry_point=entry_point,
            command=_words(program),
            channels={name: Path(value) for name, value in _pairs("--channel", channels).items()},
            hyperparameters=_pairs("--hyperparameter", hyperparameters),
            environment=_pairs("--environment", environment),
            python=python,
            install_requirements=install_requirements,
            checkpoint_path=checkpoints,
            instance_count=instance_count,
            metrics={name: expression for name, _, expression in (text.partition("=") for text in metrics)},
            tolerance=tolerance,
            grace_seconds=grace,
            interruptions_per_day=interruptions_per_day,
            say=lambda line: click.echo(f"playing it {line} …", err=True),
        )
        for place, write in ((report, page), (junit, as_junit)):
            if place is not None:
                _write(place, write(found))
    click.echo(json.dumps(document(found), indent=2) if as_json else render(found))
    sys.exit(found.exit_status)


def _write(place: Path, text: str) -> None:
    try:
        place.write_text(text, encoding="utf-8")
    except OSError as error:
        raise Problem(f"{place} cannot be written: {error.strerror}") from error


def _pairs(option: str, texts: tuple[str, ...]) -> dict[str, str]:
    pairs = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not (name and equals):
            raise Problem(f"{option} must be NAME=VALUE, got {text!r}")
        pairs[name] = value
    return pairs


def _words(program: str | None) -> list[str]:
    """Split a command; files of here get their whole path, because the program begins in a directory of its own."""
    if program is None:
        return []
    try:
        words = shlex.split(program)
    except ValueError as error:
        raise Problem(f"--program cannot be read: {error}, got {program!r}") from error
    return [str(Path(word).absolute()) if Path(word).is_file() else word for word in words]

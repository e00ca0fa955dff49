"""The command `spot-training local`: an AWS on this machine to play with, and a demonstration on it."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from constructs_lib.local.errors import LocalError
from constructs_lib.runs.aws.errors import RunsError
from constructs_lib.runs.command.exit_status import INTERRUPTED
from constructs_lib.runs.command.lazy_group import Problem

_directory = click.Path(path_type=Path)


@click.group()
def local() -> None:
    """Run everything on this machine: an embedded AWS that really trains, and no account."""


@local.command()
@click.option("--port", type=click.IntRange(1, 65535), help="The port on 127.0.0.1. [default: a free one]")
@click.option(
    "--speed", type=float, default=1.0, show_default=True, help="Seconds of its clock in a second of the wall."
)
@click.option(
    "--market",
    default="always",
    show_default=True,
    help="When spot capacity exists: always, never, scripted:<after>+<away>,…, random:…, trace:…; see docs/local.md.",
)
@click.option(
    "--program", "programs", multiple=True, metavar="IMAGE=CMD", help="What runs for images like IMAGE; repeatable."
)
@click.option("--deploy", "app_dir", type=_directory, metavar="DIR", help="Deploy the CDK app in DIR first.")
def up(*, port: int | None, speed: float, market: str, programs: tuple[str, ...], app_dir: Path | None) -> None:
    """Keep an embedded AWS running until Ctrl-C.

    It prints the variables that point any AWS client at it. Nothing is left behind.
    """
    with _one_sentence():
        from constructs_lib.local.command.up import keep_up  # noqa: PLC0415 - moto is slow to import, and may be missing

        keep_up(port=port, speed=speed, market=market, programs=_programs(programs), app_dir=app_dir)


@local.command()
@click.option("--app", "app_dir", type=_directory, metavar="DIR", help="The CDK app. [default: the one here]")
@click.option("--market", help="When spot capacity exists. [default: it is lost twice]")
def demo(*, app_dir: Path | None, market: str | None) -> None:
    """Train the app's model on the embedded AWS, lose the instance, resume, and check the model.

    The exit status is 0 when the run succeeded, was interrupted, and gave the same model as a run that was not.
    """
    with _one_sentence():
        from constructs_lib.local.command.demo import DEFAULT_MARKET, run_demo  # noqa: PLC0415 - as above

        sys.exit(run_demo(app_dir, market or DEFAULT_MARKET))


def _programs(texts: tuple[str, ...]) -> dict[str, list[str]]:
    programs = {}
    for text in texts:
        image, equals, command = text.partition("=")
        try:
            words = shlex.split(command)
        except ValueError as error:
            raise Problem(f"--program must be IMAGE=CMD, and CMD cannot be read: {error}, got {text!r}") from error
        if not (image and equals and words):
            raise Problem(f"--program must be IMAGE=CMD, such as 'my-image:*=python train.py', got {text!r}")
        programs[image] = words
    return programs


@contextmanager
def _one_sentence() -> Iterator[None]:
    """Turn what a person can mend into one sentence, and Ctrl-C into a quiet end."""
    try:
        yield
    except (LocalError, RunsError, ValueError) as error:
        raise Problem(str(error)) from error
    except ModuleNotFoundError as error:
        raise Problem(f"{error.name!r} is not installed; run: pip install 'spot-training-constructs[local]'") from error
    except KeyboardInterrupt:
        click.echo("stopped; nothing is left behind", err=True)
        sys.exit(INTERRUPTED)

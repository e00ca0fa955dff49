"""The command `spot-training local`: an AWS on this machine to play with, and a demonstration on it."""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from constructs_lib.local.errors import LocalError
from constructs_lib.needed import missing
from constructs_lib.runs.aws.errors import RunsError
from constructs_lib.runs.command.exit_status import INTERRUPTED
from constructs_lib.runs.command.group.lazy_group import Problem


def _interpreter(_context: click.Context, _option: click.Parameter, value: str) -> str:
    """Return an interpreter's absolute path; links stay, because a virtual environment's interpreter is one."""
    found = shutil.which(value)
    if value != sys.executable and (found is None or not _runs_python(found)):
        raise Problem(f"--python must be a Python interpreter that runs, such as .venv/bin/python, got {value!r}")
    return str(Path(found or value).absolute())


def _runs_python(path: str) -> bool:
    try:
        told = subprocess.run(  # noqa: S603 - it is what the user asks to run
            [path, "-c", "print(6 * 7)"], capture_output=True, text=True, timeout=_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return told.stdout.strip() == "42"


_SECONDS = 30.0
_directory = click.Path(path_type=Path)
python_option = click.option(
    "--python",
    metavar="PATH",
    callback=_interpreter,
    default=sys.executable,
    show_default="the one that runs this",
    help="The interpreter that runs training programs: with their packages, and none of the embedded AWS's.",
)
requirements_option = click.option(
    "--install-requirements",
    is_flag=True,
    help="Install the requirements.txt of a source before it trains, as SageMaker's framework images do, into an "
    "environment of its own; it is made once and kept in the cache.",
)


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
    help="When spot capacity exists: always, never, scripted:<after>+<away>,…, random:…, trace:…; see "
    "docs/guides/local.md.",
)
@click.option(
    "--program", "programs", multiple=True, metavar="IMAGE=CMD", help="What runs for images like IMAGE; repeatable."
)
@python_option
@requirements_option
@click.option("--deploy", "app_dir", type=_directory, metavar="DIR", help="Deploy the CDK app in DIR first.")
@click.option(
    "--data", multiple=True, metavar="BUCKET=DIR", help="Put the files in DIR into a bucket of a stack; repeatable."
)
def up(
    *,
    port: int | None,
    speed: float,
    market: str,
    programs: tuple[str, ...],
    python: str,
    install_requirements: bool,
    app_dir: Path | None,
    data: tuple[str, ...],
) -> None:
    """Keep an embedded AWS running until Ctrl-C.

    It prints the variables that point any AWS client at it. Nothing is left behind.
    """
    with one_sentence():
        from constructs_lib.local.command.up import keep_up  # noqa: PLC0415 - moto is slow to import, and may be missing

        keep_up(
            port=port,
            speed=speed,
            market=market,
            programs=_programs(programs),
            python=python,
            install_requirements=install_requirements,
            app_dir=app_dir,
            data=data,
        )


@local.command()
@click.option("--app", "app_dir", type=_directory, metavar="DIR", help="The CDK app. [default: the one here]")
@click.option("--market", help="When spot capacity exists. [default: it is lost twice]")
@python_option
@requirements_option
def demo(*, app_dir: Path | None, market: str | None, python: str, install_requirements: bool) -> None:
    """Train the app's model on the embedded AWS, lose the instance, resume, and check the model.

    The exit status is 0 when the run succeeded, was interrupted, went on from its checkpoint, and gave the same model
    as a run that was not.
    """
    with one_sentence():
        from constructs_lib.local.command.demo import DEFAULT_MARKET, run_demo  # noqa: PLC0415 - as above

        sys.exit(run_demo(app_dir, market or DEFAULT_MARKET, python, install_requirements))


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
def one_sentence() -> Iterator[None]:
    """Turn what a person can mend into one sentence, and Ctrl-C into a quiet end."""
    try:
        yield
    except (LocalError, RunsError, ValueError) as error:
        raise Problem(str(error)) from error
    except ModuleNotFoundError as error:
        raise Problem(str(missing(error, "local"))) from error
    except KeyboardInterrupt:
        click.echo("stopped; nothing is left behind", err=True)
        sys.exit(INTERRUPTED)

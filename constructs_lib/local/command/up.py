"""What `spot-training local up` does: keep an embedded AWS running, and say how to use it."""

from __future__ import annotations

import signal
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import click

from constructs_lib.local.command.data import parse_data, put_data
from constructs_lib.local.embedded_aws import EmbeddedAws
from constructs_lib.local.training_jobs.log_stream import GROUP
from constructs_lib.local.training_jobs.service import TrainingJobs


def keep_up(
    *,
    port: int | None,
    speed: float,
    market: str,
    programs: Mapping[str, Sequence[str]],
    python: str,
    app_dir: Path | None,
    data: Sequence[str] = (),
    install_requirements: bool = False,
) -> None:
    """Run an embedded AWS until the process is asked to end.

    Args:
        port: Its port; a free one if None.
        speed: Clock seconds in a second of the wall.
        market: When spot capacity exists.
        programs: The commands that stand in for images.
        python: The interpreter of the sources of framework images.
        app_dir: The CDK app to deploy first, if any.
        data: What is put into buckets after that, each as `BUCKET=DIR`. Defaults to nothing.
        install_requirements: Whether requirements.txt of sources is installed. Defaults to not.

    Raises:
        LocalError: If it cannot start, or the app cannot be deployed.
        KeyboardInterrupt: When Ctrl-C or SIGTERM has ended it, after everything is closed.
    """
    wanted = [parse_data(text) for text in data]
    with (
        _signals_as_ctrl_c(),
        EmbeddedAws(
            port=port,
            speed=speed,
            market=market,
            programs=programs,
            python=python,
            install_requirements=install_requirements,
        ) as aws,
        # the CDK CLI notes the access keys that it meets, for everybody to read, in ~/.cdk/cache
        tempfile.TemporaryDirectory(prefix="spot-training-cdk-") as cdk_home,
    ):
        outputs: dict[str, dict[str, str]] = {}
        if app_dir is not None:
            click.echo(f"deploying {app_dir} …", err=True)
            outputs = aws.deploy(app_dir)
        for each in wanted:
            put = put_data(aws, each)
            made = "; no stack has this bucket, so it was made" if put.made else ""
            click.echo(f"# {put.count} files of {each.source} are in {put.uri}{made}", err=True)
        for line in instructions({**aws.environment(), "CDK_HOME": cdk_home}, outputs):
            click.echo(line)
        aws.training_jobs.subscribe(JobNews(aws.training_jobs, speed))
        if speed > 1:
            click.echo(
                f"# note: at --speed {speed:g} waits are short, but a program's work is not: a second of it counts as "
                f"{speed:g} s, also towards MaxRuntimeInSeconds",
                err=True,
            )
        if limit := aws.training_jobs.isolation_limit:
            click.echo(f"# note: {limit}", err=True)
        click.echo("# running until Ctrl-C", err=True)
        forever = threading.Event()
        while not forever.wait(3600):
            pass


class JobNews:
    """Says on standard error where a job's output is when it first trains, and why it failed; for `subscribe`.

    Args:
        jobs: Where the jobs are.
        speed: Clock seconds in a second of the wall. Defaults to 1.
    """

    def __init__(self, jobs: TrainingJobs, speed: float = 1.0) -> None:
        self._jobs, self._speed = jobs, speed

    def __call__(self, job: Mapping[str, Any]) -> None:
        """Take note of a job's description."""
        name, statuses = job["TrainingJobName"], [entry["Status"] for entry in job["SecondaryStatusTransitions"]]
        if statuses[-1] == "Training" and statuses.count("Training") == 1:
            click.echo(f"# {name} trains; its output: {self._jobs.log_path(name)}, and the log group {GROUP}", err=True)
        if statuses[-1] == "MaxRuntimeExceeded" and self._speed > 1:
            click.echo(
                f"# {name} has used up its MaxRuntimeInSeconds: at --speed {self._speed:g} a second of its work counts "
                f"as {self._speed:g}; let it have more, or choose a lower speed",
                err=True,
            )
        if statuses[-1] == "Failed":
            click.echo(f"# {name} failed: {job['FailureReason']}", err=True)


def instructions(environment: Mapping[str, str], outputs: Mapping[str, Mapping[str, str]]) -> list[str]:
    """Return lines for a shell: what points a client at the embedded AWS, what every stack has, and what one may do."""
    lines = [f"export {name}={value}" for name, value in environment.items()]
    lines.append("unset AWS_PROFILE")
    for stack, found in outputs.items():
        lines.append(f"# {stack}:")
        lines += [f"#   {key} = {value}" for key, value in found.items()]
    machines = [(stack, found["StateMachineArn"]) for stack, found in outputs.items() if "StateMachineArn" in found]
    if machines:
        lines.append("# then, in that shell:")
        for stack, arn in machines:
            lines.append(f"#   spot-training run --stack {stack} --watch")
            lines.append(f"#   aws stepfunctions start-execution --state-machine-arn {arn}")
    else:
        lines.append("# then, in that shell: cdk bootstrap && cdk deploy, and any other AWS client:")
        lines.append("#   aws sagemaker list-training-jobs")
        lines.append("#   spot-training run --watch")
    return lines


@contextmanager
def _signals_as_ctrl_c() -> Iterator[None]:
    """Let SIGTERM and SIGINT end it alike; a shell starts what it puts into the background with SIGINT ignored."""

    def interrupt(_signal: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = {number: signal.signal(number, interrupt) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)

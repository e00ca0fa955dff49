"""`python -m tests.local.clients`: what people point at the embedded AWS, each in an environment of its own.

Not part of `make test`: the packages take minutes to install. They are kept in `.local/clients`, one folder a client.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from constructs_lib.local.embedded_aws import EmbeddedAws
from tests.support.places import ROOT

HERE = Path(__file__).parent
ENVIRONMENTS = ROOT / ".local" / "clients"
BUCKET = "local-sagemaker"
_SECONDS = 600.0


@dataclass(frozen=True)
class Client:
    """A client and what it runs: a script of this folder, with its own interpreter."""

    name: str
    packages: tuple[str, ...]
    script: str


CLIENTS = (
    Client("aws-cli", ("awscli==1.46.3",), "with_aws_cli.py"),
    Client("sagemaker-2", ("sagemaker==2.257.7",), "with_sdk_2.py"),
    Client("sagemaker-3", ("sagemaker-train==1.27.0", "sagemaker-core==2.27.0"), "with_sdk_3.py"),
)


def main() -> int:
    """Try every client, or those that are named."""
    wanted = [client for client in CLIENTS if client.name in sys.argv[1:] or len(sys.argv) == 1]
    failed = [client.name for client in wanted if not _try(client)]
    sys.stdout.write(f"{len(wanted) - len(failed)} of {len(wanted)} clients work{': not ' if failed else ''}")
    sys.stdout.write(f"{', '.join(failed)}\n")
    return 1 if failed or not wanted else 0


def _try(client: Client) -> bool:
    python = _environment(client)
    with tempfile.TemporaryDirectory() as home, EmbeddedAws(speed=10) as aws:
        aws.client("s3").create_bucket(Bucket=BUCKET)
        _make_role(aws.client("iam"))
        # none of this machine's settings, and no word to the SDK's makers
        settings = Path(home, "config.yaml")
        settings.write_text("SchemaVersion: '1.0'\nSageMaker: {PythonSDK: {Modules: {TelemetryOptOut: true}}}\n")
        ended = subprocess.run(
            [str(python), str(HERE / client.script), BUCKET],
            cwd=home,
            env={
                **aws.environment(),
                "PATH": os.pathsep.join([str(python.parent), os.environ["PATH"]]),
                "HOME": home,
                "SAGEMAKER_USER_CONFIG_OVERRIDE": str(settings),
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
    works = ended.returncode == 0
    sys.stdout.write(f"{client.name}: {'works' if works else ended.stdout[-6000:]}\n")
    return works


def _make_role(iam: Any) -> None:
    """Make the role that jobs name: SDK v3 looks whether SageMaker may assume it, and what its policies allow."""
    principal = {"Service": "sagemaker.amazonaws.com"}
    trust = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    iam.create_role(RoleName="job", AssumeRolePolicyDocument=_document(trust))
    iam.put_role_policy(RoleName="job", PolicyName="everything", PolicyDocument=_document(everything))


def _document(statement: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _environment(client: Client) -> Path:
    """Return the client's interpreter, after making its environment where there is none."""
    place = ENVIRONMENTS / client.name
    python, made = place / "bin/python", place / "made"
    if not made.is_file() or made.read_text() != " ".join(client.packages):
        sys.stdout.write(f"{client.name}: installing {', '.join(client.packages)}\n")
        sys.stdout.flush()
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(place)], check=True)
        subprocess.run(
            [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *client.packages],
            check=True,
        )
        made.write_text(" ".join(client.packages))
    return python


if __name__ == "__main__":
    sys.exit(main())

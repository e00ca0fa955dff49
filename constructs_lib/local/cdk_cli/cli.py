"""Drives the real CDK CLI against the embedded AWS: bootstrap, synthesis and deployment as anybody would do them."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from constructs_lib.local.cdk_cli.find_cli import find_cli
from constructs_lib.local.cdk_cli.node import find_node
from constructs_lib.local.errors import LocalError

_LONGEST_SECONDS = 600.0
_QUIET = {
    "CDK_DISABLE_CLI_TELEMETRY": "true",
    "CDK_DISABLE_VERSION_CHECK": "true",
    "JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION": "true",
    "NO_COLOR": "1",
}
_NO_FILES = {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
_ESCAPES = re.compile(r"\x1b\[[0-9;]*m")


class CdkCli:
    """The CDK CLI, for one app and one account.

    Args:
        app_dir: The directory with the app's cdk.json.
        environment: The variables that point AWS clients at the account's endpoint.
        account: The account.
        region: The Region.

    Raises:
        LocalError: If there is no app in the directory, no Node, or no CDK CLI; says what to do.
    """

    def __init__(self, app_dir: Path, *, environment: Mapping[str, str], account: str, region: str) -> None:
        self._app_dir = app_dir.resolve()
        if not (self._app_dir / "cdk.json").is_file():
            raise LocalError(f"there is no cdk.json in {self._app_dir}; name the directory of a CDK app")
        self._node = find_node()
        self._cli = find_cli(self._app_dir, self._node)
        self._aws = dict(environment)
        self._environment_name = f"aws://{account}/{region}"

    def bootstrap(self) -> None:
        """Run `cdk bootstrap`.

        Raises:
            LocalError: If it fails.
        """
        with tempfile.TemporaryDirectory(prefix="spot-training-cdk-") as scratch:
            # from an empty directory, where it finds no app that it would synthesise first
            self._run("bootstrap", ["bootstrap", self._environment_name], Path(scratch), Path(scratch))

    def deploy(self, context: Mapping[str, str] | None = None) -> dict[str, dict[str, str]]:
        """Run `cdk deploy --all`.

        Args:
            context: Context values. Defaults to those of cdk.json.

        Returns:
            The outputs of each stack.

        Raises:
            LocalError: If it fails.
        """
        with tempfile.TemporaryDirectory(prefix="spot-training-cdk-") as directory:
            scratch = Path(directory)
            outputs = scratch / "outputs.json"
            values = [text for key, value in (context or {}).items() for text in ("--context", f"{key}={value}")]
            self._run(
                "deploy",
                [
                    "deploy",
                    "--all",
                    "--require-approval=never",
                    "--progress=events",
                    f"--output={scratch / 'cdk.out'}",
                    f"--outputs-file={outputs}",
                    *values,
                ],
                self._app_dir,
                scratch,
            )
            document: dict[str, Any] = json.loads(outputs.read_text(encoding="utf-8")) if outputs.is_file() else {}
            return {stack: {key: str(value) for key, value in found.items()} for stack, found in document.items()}

    def synthesise(self, assembly: Path) -> None:
        """Run `cdk synth`.

        Args:
            assembly: The directory that the cloud assembly is written to.

        Raises:
            LocalError: If it fails.
        """
        with tempfile.TemporaryDirectory(prefix="spot-training-cdk-") as directory:
            self._run("synth", ["synth", "--quiet", f"--output={assembly.resolve()}"], self._app_dir, Path(directory))

    def _run(self, what: str, arguments: Sequence[str], directory: Path, scratch: Path) -> None:
        command = [str(self._node), str(self._cli), *arguments, "--no-notices", "--version-reporting=false"]
        try:
            ended = subprocess.run(  # noqa: S603 - the CLI that was found, and arguments of our own
                command,
                cwd=directory,
                env=self._variables(scratch),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                timeout=_LONGEST_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise LocalError(f"cdk {what} did not end within {_LONGEST_SECONDS:.0f} seconds") from error
        if ended.returncode != 0:
            text = ended.stdout.decode(errors="replace")
            raise LocalError(f"cdk {what} of {self._app_dir} failed: {reason_in(text)}")

    def _variables(self, scratch: Path) -> dict[str, str]:
        # nothing of this machine's AWS settings may reach the CLI: it would deploy somewhere else
        own = {key: value for key, value in os.environ.items() if not key.startswith(("AWS_", "CDK_"))}
        # the app's `python3` is this one, and jsii's `node` is the one that runs the CLI
        places = [str(Path(sys.executable).parent), sysconfig.get_path("scripts"), str(self._node.parent)]
        path = os.pathsep.join([*places, own.get("PATH", os.defpath)])
        return {**own, **_QUIET, **_NO_FILES, **self._aws, "PATH": path, "CDK_HOME": str(scratch / "home")}


def reason_in(output: str) -> str:
    """Return what a failed CLI has to say: its last lines that name an error, or its last line."""
    lines = [line.strip() for line in _ESCAPES.sub("", output).splitlines() if line.strip()]
    named = [line for line in lines if re.search(r"error|❌|failed|cannot|exception", line, re.IGNORECASE)]
    # of a Python traceback the last line says what is wrong; the CLI's own lines come after it
    causes = [line for line in named if re.match(r"[\w.]*(Error|Exception)\b.*:", line)]
    chosen = causes[-1:] or named[-1:] or lines[-1:] or ["it said nothing"]
    return " ".join(chosen)[:1000]

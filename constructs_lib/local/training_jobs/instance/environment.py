"""The variables that a program finds: of this machine, of the embedded AWS, of the request, and of the toolkit."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from constructs_lib.local.training_jobs.instance.container import Container
from constructs_lib.local.training_jobs.instance.framework.source import Source
from constructs_lib.local.training_jobs.instance.framework.variables import (
    can_be_variable,
    process_variables,
    variables,
)
from constructs_lib.local.training_jobs.instance.host import Host

_INHERITED = (
    "PATH",
    "LANG",
    "LC_ALL",
    "LC_CTYPE",
    "TZ",
    "TMPDIR",
    "LD_LIBRARY_PATH",
    "DYLD_LIBRARY_PATH",
)
"""What a program needs of this machine to run at all; a container sees nothing else of its host."""


def program_environment(
    host: Host, container: Container, source: Source | None, arn: str, home: Path, python: str
) -> dict[str, str]:
    """Return the program's variables, later ones over earlier: machine, emulator, request, toolkit.

    Args:
        host: What all jobs share.
        container: The container.
        source: The framework source, if there is one.
        arn: The job's ARN.
        home: The program's home directory.
        python: The program's interpreter.

    Raises:
        JobFailedError: `AlgorithmError` for hyperparameters that the toolkit ends by.
    """
    own = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    own |= _of_interpreter(Path(python), own.get("PATH", os.defpath))
    found = {
        **own,
        "HOME": str(home),
        "PYTHONUNBUFFERED": "1",
        **host.environment,
        **container.request.environment,
        "AWS_REGION": host.region,
        "CURRENT_HOST": container.place.name,
        "SAGEMAKER_BASE_DIR": str(container.visible),
        "SAGEMAKER_JOB_NAME": container.request.name,
        "SAGEMAKER_REGION": host.region,
        "TRAINING_JOB_ARN": arn,
        "TRAINING_JOB_NAME": container.request.name,
        **variables(container, source),
    }
    if source is not None:
        return found | process_variables(container, host.region)
    return {name: value for name, value in found.items() if can_be_variable(name, value)}


def _of_interpreter(python: Path, path: str) -> dict[str, str]:
    """Return what makes `python` and its scripts the ones of the program's interpreter, and of no other.

    Args:
        python: The interpreter.
        path: This machine's PATH; what it has of the embedded AWS's own virtual environment is left out.
    """
    own = Path(sys.executable).parent if sys.prefix != sys.base_prefix else None
    rest = [part for part in path.split(os.pathsep) if part and Path(part) not in (own, python.parent)]
    found = {"PATH": os.pathsep.join([str(python.parent), *rest])}
    if (python.parent.parent / "pyvenv.cfg").is_file():
        found["VIRTUAL_ENV"] = str(python.parent.parent)
    return found

"""The variables that a program finds: of this machine, of the embedded AWS, of the request, and of the toolkit."""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath

from constructs_lib.local.training_jobs.instance.container import HOST, Container
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
    "VIRTUAL_ENV",
)
"""What a program needs of this machine to run at all; a container sees nothing else of its host."""


def program_environment(
    host: Host, container: Container, source: Source | None, arn: str, home: Path
) -> dict[str, str]:
    """Return the program's variables, later ones over earlier: machine, emulator, request, toolkit.

    Args:
        host: What all jobs share.
        container: The container.
        source: The framework source, if there is one.
        arn: The job's ARN.
        home: The program's home directory.

    Raises:
        JobFailedError: `AlgorithmError` for hyperparameters that the toolkit ends by.
    """
    own = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    # A framework image runs the source with its own Python, and so do scripts that call `python`.
    own["PATH"] = os.pathsep.join([str(PurePosixPath(host.python).parent), own.get("PATH", os.defpath)])
    found = {
        **own,
        "HOME": str(home),
        "PYTHONUNBUFFERED": "1",
        **host.environment,
        **container.request.environment,
        "AWS_REGION": host.region,
        "CURRENT_HOST": HOST,
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

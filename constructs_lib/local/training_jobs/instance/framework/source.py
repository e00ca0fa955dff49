"""The source that a job names for a framework image: where it lies, and the command that runs it."""

from __future__ import annotations

import re
import shlex
import shutil
import tarfile
from collections.abc import Set
from dataclasses import dataclass
from pathlib import Path

from constructs_lib.local.training_jobs.api.errors import JobFailedError
from constructs_lib.local.training_jobs.instance import archive
from constructs_lib.local.training_jobs.instance.container import Container
from constructs_lib.local.training_jobs.instance.framework.hyperparameters import decoded, program_own, to_arguments
from constructs_lib.local.training_jobs.instance.s3.transfer import S3Client, parse_s3_uri

CODE = "/opt/ml/code"
"""Where a source lies that is in the image itself, and where every source is put."""

_SEGMENT = re.compile(r"[A-Za-z0-9._+-]+", re.ASCII)


@dataclass(frozen=True)
class Source:
    """A program and where it lies.

    Attributes:
        program: The entry point's file name in the source.
        location: An S3 tar.gz, or a path in the container; `/opt/ml/code` by default.
    """

    program: str
    location: str


def source_of(container: Container) -> Source | None:
    """Return the source that the job names for a framework image, or `None` when it names none.

    The program may be named by a hyperparameter or by the variable `SAGEMAKER_PROGRAM`; where the source lies, by a
    hyperparameter only: the toolkit reads the variable `SAGEMAKER_SUBMIT_DIRECTORY` and does not heed it.

    Raises:
        JobFailedError: `AlgorithmError` if the toolkit cannot read the hyperparameters.
    """
    given = decoded(container.request.hyperparameters)
    program = container.request.environment.get("SAGEMAKER_PROGRAM") or given.get("sagemaker_program")
    if not program:
        return None
    return Source(str(program), str(given.get("sagemaker_submit_directory", CODE)))


def fetch(source: Source, container: Container, s3: S3Client, scratch: Path) -> None:
    """Put the source into the container's `code` directory.

    Args:
        source: The source.
        container: The container, its channels downloaded.
        s3: The client.
        scratch: A file to download to.

    Raises:
        JobFailedError: `ClientError` if the source cannot be had, or the entry point is not in it; `AlgorithmError` for
            an entry point that the toolkit refuses.
    """
    code = container.root / "code"
    if source.location.startswith(("s3://", "https://")):
        container.download_source(s3, parse_s3_uri(source.location), scratch)
        archive.unpack(scratch, code, source.location)
        scratch.unlink()
    elif (here := container.outside(source.location, "sagemaker_submit_directory")) != code:
        if here.is_dir():
            shutil.copytree(here, code, dirs_exist_ok=True)
        elif here.is_file() and tarfile.is_tarfile(here):
            archive.unpack(here, code, source.location)
        elif here.is_file():
            shutil.copy2(here, code)
    if not is_entry_point(source.program):
        raise JobFailedError(
            "AlgorithmError",
            f"The training entry point '{source.program}' cannot be used: it must be a path inside the source that has "
            "letters, digits, '.', '_', '+', '-' and '/' only, and does not begin with '-', '+' or '/'",
        )
    if source.program.endswith(".py") and not (code / source.program).is_file():
        held = ", ".join(sorted(path.relative_to(code).as_posix() for path in code.rglob("*.py"))[:10]) or "no .py file"
        unheeded = "SAGEMAKER_SUBMIT_DIRECTORY" in container.request.environment and source.location == CODE
        hint = "; it is the hyperparameter 'sagemaker_submit_directory' that says where it lies" if unheeded else ""
        raise JobFailedError(
            "ClientError", f"'sagemaker_program' names '{source.program}', but {source.location} holds {held}{hint}"
        )


def is_entry_point(name: str) -> bool:
    """Return whether the toolkit takes a text as an entry point's name."""
    segments = name.split("/")
    return name[0] not in "-+/" and all(
        segment not in (".", "..") and _SEGMENT.fullmatch(segment) for segment in segments
    )


def command(source: Source, container: Container, python: str) -> list[str]:
    """Return the command that runs the source, and make a shell script executable.

    Args:
        source: The source, fetched.
        container: The container.
        python: The interpreter.
    """
    arguments = to_arguments(program_own(decoded(container.request.hyperparameters)))
    files = {path.name for path in (container.root / "code").iterdir()}
    if not _is_python(source, files):
        script = container.root / "code" / source.program
        if script.is_file():
            script.chmod(0o777)
        # the toolkit has no `exec`: here the script itself shall get the signals
        return ["/bin/sh", "-c", f"exec ./{shlex.quote(source.program)} {shlex.join(arguments)}".strip()]
    if "setup.py" in files:
        return [python, "-m", source.program.removesuffix(".py"), *arguments]
    return [python, "--", source.program, *arguments]


def takes_requirements(source: Source, container: Container) -> bool:
    """Return whether the toolkit would install the source's requirements.txt: it does so for Python programs only."""
    files = {path.name for path in (container.root / "code").iterdir()}
    return _is_python(source, files) and "requirements.txt" in files


def _is_python(source: Source, files: Set[str]) -> bool:
    return not source.program.endswith(".sh") and ("setup.py" in files or source.program.endswith(".py"))

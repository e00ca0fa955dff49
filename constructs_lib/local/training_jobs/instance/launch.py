"""One launch of a job on one instance: download, start the program, copy checkpoints, upload what it made."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from constructs_lib.local.spot_market.supply import Progress
from constructs_lib.local.training_jobs.api.errors import JobFailedError
from constructs_lib.local.training_jobs.api.request import JobRequest
from constructs_lib.local.training_jobs.instance.container import Container, Place
from constructs_lib.local.training_jobs.instance.environment import program_environment
from constructs_lib.local.training_jobs.instance.framework.failure import EXIT_CODE, failure_text, last_line
from constructs_lib.local.training_jobs.instance.framework.requirements import NAME, Installation
from constructs_lib.local.training_jobs.instance.framework.source import (
    Source,
    command,
    fetch,
    source_of,
    takes_requirements,
)
from constructs_lib.local.training_jobs.instance.framework.variables import check_process
from constructs_lib.local.training_jobs.instance.host import Host
from constructs_lib.local.training_jobs.instance.outputs import upload_outputs
from constructs_lib.local.training_jobs.instance.program import Program
from constructs_lib.local.training_jobs.instance.s3.checkpoint_sync import CheckpointSync
from constructs_lib.local.training_jobs.instance.s3.recorded import RecordedS3
from constructs_lib.local.training_jobs.instance.s3.transfer import S3_ERRORS, parse_s3_uri, reason
from constructs_lib.local.training_jobs.log_stream import LogStream
from constructs_lib.runs.calls.documented import documented_calls

_OUTPUT_BYTES = 1 << 20
"""How much of a failed program's output is looked through for its error."""

_IN_EVERY_IMAGE = ("true", "false", "sleep", "echo")
"""Programs that need no file of the image that they run in."""


class Launch:
    """A job on an instance; a job that comes back from an interruption gets a new one, with nothing of the old.

    Args:
        host: What all jobs share.
        request: The job's request.
        arn: The job's ARN.
        directory: A directory that does not exist yet; `close` removes it.
        log: The file that the program's output is appended to.
        on_change: Called from other threads when checkpoints have been copied, and when the program has ended.
        place: Which host of the job it is on. Defaults to the only one.
    """

    def __init__(
        self,
        host: Host,
        request: JobRequest,
        arn: str,
        *,
        directory: Path,
        log: Path,
        on_change: Callable[[], None],
        place: Place | None = None,
    ) -> None:
        self._host, self._request, self._arn = host, request, arn
        self._directory, self._log, self._on_change = directory, log, on_change
        self._s3 = RecordedS3(host.s3, request.role_arn, host.record)
        root = directory / "ml"
        self._container = Container(root, host.isolation.visible(root), request, place or Place())
        self._sync: CheckpointSync | None = None
        self._program: Program | None = None
        self._stream: LogStream | None = None
        self._source: Source | None = None
        self._command: Sequence[str] = ()
        self._installation: Installation | None = None
        self._log_start = 0
        self._started_at = 0.0

    def prepare(self) -> None:
        """Make the container's files: configuration, channels, checkpoints, source, what the source requires.

        Raises:
            JobFailedError: `ClientError`, if anything cannot be had; `AlgorithmError`, if requirements cannot.
        """
        for call in documented_calls(self._request.raw, job_arn=self._arn):
            self._host.record(call)
        with _s3_as_client_error("Data download failed"):
            for name in ("stage", "home"):
                (self._directory / name).mkdir(parents=True)
            self._container.write()
            self._container.download_channels(self._s3)
            if self._request.checkpoint_uri is not None:
                self._sync = CheckpointSync(
                    self._s3,
                    parse_s3_uri(self._request.checkpoint_uri),
                    self._container.checkpoints,
                    staging=self._directory / "checkpoint",
                    wall_seconds=self._host.timing.sync_wall_seconds,
                    on_upload=self._on_change,
                )
                self._sync.download()
            self._source = self._source_to_run()
            if self._source is not None:
                fetch(self._source, self._container, self._s3, self._directory / "source.tar.gz")
        self._command = self._find_command()
        with self._log.open("a", encoding="utf-8") as log:
            log.writelines(f"[embedded AWS] {note}\n" for note in self._notes())
        self._log_start = self._log.stat().st_size
        if self._installation is not None:
            self._installation.run()

    def start(self) -> None:
        """Start the program, and begin to copy checkpoints.

        Raises:
            JobFailedError: `ClientError` if the program cannot be started; `AlgorithmError` if the toolkit could not.
        """
        environment = program_environment(
            self._host,
            self._container,
            self._source,
            arn=self._arn,
            home=self._directory / "home",
            python=self._python,
        )
        if self._source is not None:
            check_process(self._command, environment)
        code = self._container.root / "code"
        self._program = Program(
            self._host.isolation.command(
                self._command,
                root=self._container.root,
                stage=self._directory / "stage",
                directory=self._container.inside(code),
                environment=environment,
            ),
            environment=environment,
            directory=code,
            log=self._log,
            on_exit=self._on_change,
        )
        self._started_at = self._host.clock.elapsed()
        if self._host.logs is not None:
            self._stream = LogStream(
                self._host.logs,
                f"{self._request.name}/{self._container.place.name}",
                self._host.clock,
                file=self._log,
                offset=self._log_start,
                wall_seconds=self._host.timing.sync_wall_seconds,
            )
            self._stream.start()
        if self._sync is not None:
            self._sync.start()

    @property
    def started(self) -> bool:
        """Whether the program was started."""
        return self._program is not None

    @property
    def exit_code(self) -> int | None:
        """The program's exit code; `None` while it runs."""
        return self._program.exit_code if self._program else None

    @property
    def progress(self) -> Progress:
        """How far the program has come."""
        return Progress(
            training_seconds=self._host.clock.elapsed() - self._started_at if self._program else 0.0,
            checkpoints=self._sync.uploads if self._sync else 0,
            step=self._sync.step if self._sync else -1,
        )

    def stop(self) -> bool:
        """Send SIGTERM, and SIGKILL after the grace; return whether the program ended by itself."""
        return self._program is None or self._program.stop(self._host.timing.grace_wall_seconds(self._host.clock))

    def copy_last_checkpoints(self) -> None:
        """Copy the checkpoints and the output that are left; the program must have ended.

        Raises:
            JobFailedError: `ClientError` if S3 refuses them.
        """
        if self._stream is not None:
            self._stream.finish()
        if self._sync is not None:
            with _s3_as_client_error("Checkpoint upload failed"):
                self._sync.finish()

    def upload(self) -> None:
        """Upload the model, and the other output where there is some.

        Raises:
            JobFailedError: `ClientError` if S3 refuses them.
        """
        with _s3_as_client_error("Artifact upload failed"):
            upload_outputs(self._s3, self._request, self._container.root, self._directory)

    def failure(self, exit_code: int) -> JobFailedError:
        """Return what the job fails with when its program has ended with an exit code other than 0.

        It is what the program has written into `output/failure`, or else what a framework image writes there, or else
        the program's last line.
        """
        suffix = f", exit code: {exit_code if self._source is None else EXIT_CODE}"
        most = 1024 - len("AlgorithmError: ") - len(suffix)
        text = self._container.failure()
        if not text and self._source is not None and self._program is not None:
            in_a_shell = self._command[0] == "/bin/sh"  # a shell tells of a signal in its own way
            code = exit_code if in_a_shell else self._program.return_code
            text = failure_text(self._command, code, self._output(), most)
        elif not text:
            last = last_line(self._output())
            text = f"See job logs for more information{last and f'; its last line: {last}'}"
        return JobFailedError("AlgorithmError", text[:most] + suffix)

    def kill(self) -> None:
        """Kill the program at once; may be called from another thread."""
        if self._installation is not None:
            self._installation.kill()
        if self._program is not None:
            self._program.kill()

    def close(self) -> None:
        """Kill what still runs, and remove the directories."""
        self.kill()
        if self._sync is not None:
            self._sync.abandon()
        if self._stream is not None:
            self._stream.finish()
        shutil.rmtree(self._directory, ignore_errors=True)

    @property
    def _python(self) -> str:
        """The program's interpreter."""
        return self._host.python if self._installation is None else self._installation.python

    def _source_to_run(self) -> Source | None:
        """Return the framework source; with an entry point of its own a container does not look for one."""
        return None if self._request.algorithm.get("ContainerEntrypoint") else source_of(self._container)

    def _find_command(self) -> list[str]:
        """Return what to run: a container entry point, the source, or the program that stands in for the image.

        An entry point comes before what the image does by itself, the source of a framework image included; but a
        program that was named for the image stands in for the entry point too, which may be a file of the image, but
        not for one that needs none.
        """
        algorithm = self._request.algorithm
        arguments = [str(argument) for argument in algorithm.get("ContainerArguments", [])]
        program = self._host.program_for(self._request.image)
        if entry_point := algorithm.get("ContainerEntrypoint"):
            stand_in = None if entry_point[0] in _IN_EVERY_IMAGE else program
            return [*(stand_in or entry_point), *arguments]
        if self._source is not None:
            if self._host.install_requirements and takes_requirements(self._source, self._container):
                code = self._container.root / "code"
                self._installation = Installation(code, self._host.python, self._log)
            return command(self._source, self._container, self._python)
        if program is not None:
            return [*program, *arguments]
        raise JobFailedError(
            "ClientError",
            f"the embedded AWS does not know what to run for the image '{self._request.image}'; give it a program for "
            f"the image (programs={{'{self._request.image.rpartition('/')[2]}': ['python', '/path/to/train.py']}}), or "
            "train from a source (hyperparameters 'sagemaker_program' and 'sagemaker_submit_directory')",
        )

    def _notes(self) -> Iterator[str]:
        """Yield what the program's author should know about this launch."""
        if self._installation is not None:
            yield f"{NAME} is installed for {self._python}"
        elif (self._container.root / "code" / NAME).is_file():
            yield f"{NAME} is not installed; what the program needs must be there for {self._python}"
        if self._host.isolation.limit:
            yield self._host.isolation.limit

    def _output(self) -> str:
        """Return the end of what the program has written since this launch."""
        with self._log.open("rb") as content:
            content.seek(max(self._log_start, self._log.stat().st_size - _OUTPUT_BYTES))
            return content.read().decode("utf-8", errors="replace")


@contextlib.contextmanager
def _s3_as_client_error(what: str) -> Iterator[None]:
    try:
        yield
    except S3_ERRORS as error:
        raise JobFailedError("ClientError", f"{what}: {reason(error)}") from error
    except OSError as error:
        raise JobFailedError("ClientError", f"{what}: {error}") from error

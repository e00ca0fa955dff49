"""TrainingJobs: SageMaker's API for training jobs, for one account and Region."""

from __future__ import annotations

import copy
import logging
import re
import shutil
import sys
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, Self

from constructs_lib.local.clock import Clock
from constructs_lib.local.spot_market.supply import SpotMarket
from constructs_lib.local.training_jobs.api.errors import SageMakerError, name_in_use, not_found, validation
from constructs_lib.local.training_jobs.api.listing import list_jobs
from constructs_lib.local.training_jobs.api.request import JobRequest
from constructs_lib.local.training_jobs.faults import Faults, ScriptedFaults
from constructs_lib.local.training_jobs.instance.host import Host, Timing
from constructs_lib.local.training_jobs.instance.namespace import Isolation, isolation
from constructs_lib.local.training_jobs.instance.s3.transfer import S3Client
from constructs_lib.local.training_jobs.job import Job
from constructs_lib.local.training_jobs.log_stream import LogsClient
from constructs_lib.local.training_jobs.quotas import Quotas
from constructs_lib.local.training_jobs.tags import Tags
from constructs_lib.runs.calls.recorded import Record, ignore
from constructs_lib.training_job.rules.problems import request_problems

_JOIN_SECONDS = 20.0
log = logging.getLogger(__name__)


class TrainingJobs:
    """A SageMaker for training jobs, which really runs them.

    Every job has a thread and, while it trains, a child process. `close` ends them all; use it as a context manager.

    Args:
        clock: The time of the embedded AWS.
        market: Where spot jobs get their instances from; see `constructs_lib.local.spot_market`.
        s3: A boto3 client for S3; it is used from several threads.
        work_dir: Where jobs have their directories; one directory is made in it, and removed by `close`.
        account: The account's id. Defaults to moto's.
        region: The Region. Defaults to us-east-1.
        programs: The command that stands in for an image, by patterns as in a shell or parts of the image's URI.
            Defaults to none, so that only jobs with a framework source or a ContainerEntrypoint run.
        quotas: The account's limits. Defaults to no limits.
        faults: Trouble to get into. Defaults to none.
        spot_discount: The part of the training time that spot does not bill, from 0 to 1. Defaults to 0.7.
        timing: How long the service takes for its own work. Defaults to `Timing()`.
        environment: Variables for every program, such as the endpoint and dummy keys of the embedded AWS. Defaults to
            none.
        isolation: How programs get their own `/opt/ml`. Defaults to the best way that this machine has.
        record: Takes note of what is called in the name of a job's role. Defaults to nobody.
        logs: A boto3 client for CloudWatch Logs, where programs' output goes too. Defaults to none.
        python: The interpreter that runs the sources of framework images. Defaults to the one that runs this.
        install_requirements: Whether a source's `requirements.txt` is installed before it runs, into an environment of
            its own that is kept in the user's cache. Defaults to not.
        kept_jobs: How many jobs that have ended are remembered; of more, the oldest are forgotten. Defaults to all.

    Attributes:
        tags: The jobs' tags.
        listing_lag_seconds: How long a job exists before it is listed, by the clock; AWS promises no fresh listing.

    Raises:
        ValueError: If `spot_discount` is not from 0 to 1.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        market: SpotMarket,
        s3: S3Client,
        work_dir: Path,
        account: str = "123456789012",
        region: str = "us-east-1",
        programs: Mapping[str, Sequence[str]] | None = None,
        quotas: Quotas | None = None,
        faults: Faults | None = None,
        spot_discount: float = 0.7,
        timing: Timing | None = None,
        environment: Mapping[str, str] | None = None,
        isolation: Isolation | None = None,
        record: Record = ignore,
        logs: LogsClient | None = None,
        python: str = sys.executable,
        install_requirements: bool = False,
        kept_jobs: int | None = None,
    ) -> None:
        if not 0 <= spot_discount <= 1:
            raise ValueError(f"'spot_discount' must be from 0 to 1, got {spot_discount}")
        work_dir.mkdir(parents=True, exist_ok=True)
        self._directory = Path(tempfile.mkdtemp(prefix="training-jobs-", dir=work_dir.resolve()))
        self._host = Host(
            clock=clock,
            market=market,
            s3=s3,
            work_dir=self._directory,
            region=region,
            isolation=isolation if isolation is not None else _best_isolation(),
            publish=self._publish,
            programs=dict(programs or {}),
            environment=dict(environment or {}),
            timing=timing if timing is not None else Timing(),
            spot_discount=spot_discount,
            record=record,
            logs=logs,
            python=python,
            install_requirements=install_requirements,
        )
        self._arn_prefix = f"arn:{_partition(region)}:sagemaker:{region}:{account}:training-job/"
        self.quotas = quotas if quotas is not None else Quotas()
        self.listing_lag_seconds = 0.0
        self._kept_jobs = kept_jobs
        self._faults: Faults = faults if faults is not None else ScriptedFaults()
        self._jobs: dict[str, Job] = {}
        self.tags = Tags()
        self._subscribers: list[Callable[[dict[str, Any]], None]] = []
        self._creates = self._created = 0
        self._closed = False
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *error: object) -> None:
        """Close."""
        self.close()

    @property
    def isolation_limit(self) -> str:
        """What programs have to live without on this machine, in a sentence; empty when `/opt/ml` is the job's own."""
        return self._host.isolation.limit

    def create(self, request: Mapping[str, Any]) -> dict[str, str]:
        """CreateTrainingJob.

        Raises:
            SageMakerError: What is wrong, in the order in which AWS looks: permission and throttling, validation, the
                name, quotas.
        """
        request = copy.deepcopy(dict(request))
        with self._lock:
            if self._closed:
                raise SageMakerError("ServiceUnavailable", "the embedded AWS is going down", 503)
            self._creates += 1
            fault = self._faults.on_create(self._creates, request)
            if fault is not None and not fault.created:
                raise fault.error()
            if problems := request_problems(request):
                raise validation(problems)
            wanted = JobRequest(request)
            if existing := self._jobs.get(wanted.name):
                raise name_in_use(existing.arn)
            self.quotas.check(wanted, [job.request for job in self._jobs.values() if not job.ended])
            self._created += 1
            job = Job(self._host, wanted, self._arn_prefix + wanted.name, self._faults.on_job(self._created, request))
            job.start()
            self._jobs[wanted.name] = job
            self.tags.begin(job.arn, request.get("Tags", []))
            self._forget_oldest()
        self._publish(job.describe())
        if fault is not None:
            raise fault.error()
        return {"TrainingJobArn": job.arn}

    def describe(self, name: str) -> dict[str, Any]:
        """DescribeTrainingJob.

        Raises:
            SageMakerError: `ValidationException` if there is no such job.
        """
        return self._job(name).describe()

    def stop(self, name: str) -> None:
        """StopTrainingJob.

        Raises:
            SageMakerError: `ValidationException` if there is no such job, or it has ended.
        """
        self._job(name).stop()

    def list(self, **parameters: Any) -> dict[str, Any]:
        """ListTrainingJobs, with its own parameters.

        Raises:
            SageMakerError: `ValidationException` for a parameter that is not the API's.
        """
        with self._lock:
            jobs = list(self._jobs.values())
        newest = self._host.clock.now() - timedelta(seconds=self.listing_lag_seconds)
        described = (job.describe() for job in jobs)
        return list_jobs([job for job in described if job["CreationTime"] <= newest], parameters)

    def wait(self, name: str, timeout: float | None = None) -> dict[str, Any]:
        """Wait until a job has ended.

        Args:
            name: The job's name.
            timeout: Wall seconds to wait at most. Defaults to no limit.

        Returns:
            The job's description.

        Raises:
            SageMakerError: `ValidationException` if there is no such job.
            TimeoutError: If it has not ended by then, or never will because the embedded AWS was closed.
        """
        job = self._job(name)
        if not job.wait(timeout):
            status = job.describe()["SecondaryStatus"]
            raise TimeoutError(f"training job {name} has not ended, it is {status}")
        return job.describe()

    def subscribe(self, callback: Callable[[dict[str, Any]], None]) -> Callable[[], None]:
        """Have every job's description after each change of its status; the callback must be quick and thread-safe.

        Returns:
            A function that ends the subscription.
        """
        with self._lock:
            self._subscribers.append(callback)

        def unsubscribe() -> None:
            with self._lock:
                if callback in self._subscribers:
                    self._subscribers.remove(callback)

        return unsubscribe

    def log(self, name: str) -> str:
        """Return what a job's program has written to its standard output and error, over all launches.

        Raises:
            SageMakerError: `ValidationException` if there is no such job.
        """
        path = self.log_path(name)
        return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""

    def log_path(self, name: str) -> Path:
        """Return the file that a job's program writes to, which is there until `close`.

        Raises:
            SageMakerError: `ValidationException` if there is no such job.
        """
        return self._job(name).log_path

    def close(self) -> None:
        """Kill every program, wait for every thread, remove every file. Closing again is of no effect."""
        with self._lock:
            self._closed = True
            jobs = list(self._jobs.values())
        for job in jobs:
            job.close()
        for job in jobs:
            if not job.join(_JOIN_SECONDS):
                log.error("training job %s did not come to its end in %s s", job.request.name, _JOIN_SECONDS)
        shutil.rmtree(self._directory, ignore_errors=True)

    def _job(self, name: str) -> Job:
        with self._lock:
            if name not in self._jobs:
                raise not_found()
            return self._jobs[name]

    def _forget_oldest(self) -> None:
        """Forget the jobs that ended and are too many; the lock must be held."""
        if self._kept_jobs is None or len(self._jobs) <= self._kept_jobs:
            return
        for job in [job for job in self._jobs.values() if job.ended][: -self._kept_jobs]:
            del self._jobs[job.request.name]
            self.tags.end(job.arn)
            job.forget()

    def _publish(self, description: dict[str, Any]) -> None:
        with self._lock:
            subscribers = list(self._subscribers)
        for callback in subscribers:
            try:
                callback(copy.deepcopy(description))
            except Exception:  # a subscriber's defect must not end the job
                log.exception("a subscriber failed on training job %s", description["TrainingJobName"])


_best_isolation = isolation
"""The function, under a name that the constructor's argument does not hide."""


def _partition(region: str) -> str:
    if re.match(r"cn-", region):
        return "aws-cn"
    return "aws-us-gov" if region.startswith("us-gov-") else "aws"

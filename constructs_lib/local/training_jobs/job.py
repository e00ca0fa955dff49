"""One training job: a thread that takes it through its statuses until it has ended.

https://docs.aws.amazon.com/sagemaker/latest/dg/model-managed-spot-training-status.html
"""

from __future__ import annotations

import logging
import math
import shutil
import threading

from constructs_lib.local.training_jobs.api.errors import JobFailedError
from constructs_lib.local.training_jobs.api.request import JobRequest
from constructs_lib.local.training_jobs.faults import JobFault
from constructs_lib.local.training_jobs.instance.host import Host
from constructs_lib.local.training_jobs.instance.launch import Launch
from constructs_lib.local.training_jobs.instance.metrics import final_metrics
from constructs_lib.local.training_jobs.record import Closed, Halt, Interrupted, JobRecord

_NO_CAPACITY = "Insufficient capacity error from EC2 while launching instances, retrying!"

log = logging.getLogger(__name__)


class Job(JobRecord):
    """A training job; it lives from `start` until it has ended or `close` drops it.

    Args:
        host: What all jobs share.
        request: The validated request.
        arn: The job's ARN.
        fault: The trouble that it gets into. Defaults to none.
    """

    def __init__(self, host: Host, request: JobRequest, arn: str, fault: JobFault | None = None) -> None:
        super().__init__(host, request, arn)
        self._fault = fault
        self._faults_left = fault.times if fault else 0
        self._retries_left = request.retries
        self._launches = 0
        self._launch: Launch | None = None
        self._directory = host.work_dir / request.name
        self.log_path = self._directory / "output.log"
        self._supply = None
        if request.spot:
            kind, count = request.instances[0] if request.instances else ("", 1)
            self._supply = host.market.supply(kind, count, self._created)
        self._thread = threading.Thread(target=self._run, name=f"training-job-{request.name}", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._directory.mkdir(parents=True)
        self._thread.start()

    def close(self) -> None:
        """Drop the job: kill its program and forget its files. `join` waits for that."""
        with self._changed:
            self._closed = True
            launch = self._launch
            self._changed.notify_all()
        if launch is not None:
            launch.kill()

    def forget(self) -> None:
        """Remove the files of a job that has ended."""
        shutil.rmtree(self._directory, ignore_errors=True)

    def join(self, wall_seconds: float) -> bool:
        """Wait for the job's thread; return whether it is gone."""
        if self._thread.is_alive():
            self._thread.join(wall_seconds)
        return not self._thread.is_alive()

    # What follows runs in the job's own thread.

    def _run(self) -> None:
        try:
            self._live()
        except Closed:
            shutil.rmtree(self._directory, ignore_errors=True)
        except Halt as halt:
            self._end(halt.secondary)
        except JobFailedError as failure:
            self._end("Failed", failure.reason)
        except Exception as error:  # a defect of the emulator must end the job, or its run would wait for ever
            log.exception("training job %s ended by a defect of the embedded AWS", self.request.name)
            self._end("Failed", f"InternalServerError: the embedded AWS failed: {error!r}"[:1024])

    def _live(self) -> None:
        while True:
            try:
                self._await_instance()
                self._train()
            except Interrupted:
                if self._supply is not None:
                    self._supply.interrupted(self._host.clock.elapsed())
                self._enter("Interrupted", "The managed spot training instances were interrupted")
                self._await_capacity()
                self._enter("Starting", "Starting the training job")
            except JobFailedError as failure:
                if failure.kind != "InternalServerError" or self._retries_left == 0:
                    raise
                self._retries_left -= 1
                self._enter("Starting", "Starting the training job again after an internal error")
            else:
                return

    def _await_capacity(self) -> None:
        while self._supply is not None and (wait := self._supply.wait_seconds(self._host.clock.elapsed())) > 0:
            self._note(_NO_CAPACITY)
            self._sleep(wait)

    def _await_instance(self) -> None:
        """Wait for capacity, and for the instance to start; capacity that goes meanwhile is waited for again."""
        while True:
            self._await_capacity()
            self._note("Preparing the instances for training")
            self._sleep(self._host.timing.starting_seconds)
            if self._fault is not None and self._fault.after_training_seconds is None:
                self._strike()
            if self._supply is None or self._supply.wait_seconds(self._host.clock.elapsed()) == 0:
                return

    def _train(self) -> None:
        clock = self._host.clock
        self._launches += 1
        launch = Launch(
            self._host,
            self.request,
            self.arn,
            directory=self._directory / f"launch-{self._launches}",
            log=self.log_path,
            on_change=self._wake,
        )
        with self._changed:
            self._check()
            self._launch = launch
            self._life.move("Downloading", "Downloading input data", clock.now())
        self._publish()
        begun = clock.elapsed()
        try:
            launch.prepare()
            self._sleep(self._host.timing.downloading_seconds - (clock.elapsed() - begun))
            self._enter("Training", "Training image download completed. Training in progress.")
            launch.start()
            exit_code = self._attend(launch)
            launch.copy_last_checkpoints()
            self._read_metrics()
            if exit_code != 0:
                self._check_asked()
                raise launch.failure(exit_code)
            # The last checkpoint may decide it: then the instance is gone before the model is uploaded.
            self._supply_left(launch)
            with self._changed:
                self._check_asked()
                self._life.move("Uploading", "Uploading generated training model", clock.now())
            self._publish()
            launch.upload()
        except Halt as halt:
            self._halt(launch, halt)
        except Interrupted:
            ended = launch.stop()
            self._check_closed()
            if ended:
                launch.copy_last_checkpoints()
            raise
        finally:
            with self._changed:
                self._launch = None
            launch.close()
        self._end("Completed")

    def _attend(self, launch: Launch) -> int:
        """Wait until the program has ended; raise what ends it sooner."""
        while True:
            with self._changed:
                exit_code = launch.exit_code
                if exit_code is not None and not self._closed:
                    return exit_code
                limit = self._check()
                progress = launch.progress
                left = [limit, self._supply_left(launch)]
                if self._faults_left and self._fault and self._fault.after_training_seconds is not None:
                    left.append(self._fault.after_training_seconds - progress.training_seconds)
                    if left[-1] <= 0:
                        self._strike()
                self._wait(min(left))

    def _supply_left(self, launch: Launch) -> float:
        """Return the clock seconds until the spot capacity is taken; raise when it is."""
        if self._supply is None:
            return math.inf
        left = self._supply.seconds_left(self._host.clock.elapsed(), launch.progress)
        if left <= 0:
            raise Interrupted
        return left

    def _halt(self, launch: Launch, halt: Halt) -> None:
        """Stop the program; what it has made by then is uploaded, so that its results are not lost."""
        with self._changed:
            if not self._life.stopping:
                self._life.move("Stopping", "Stopping the training job", self._host.clock.now())
        self._publish()
        if launch.started:
            launch.stop()
            self._check_closed()
            launch.copy_last_checkpoints()
            self._read_metrics()
            with self._changed:
                self._life.move("Uploading", "Uploading generated training model", self._host.clock.now())
            self._publish()
            launch.upload()
        raise halt

    def _strike(self) -> None:
        """Let the ordered fault happen."""
        if self._fault is not None and self._faults_left > 0:
            self._faults_left -= 1
            raise self._fault.failure()

    def _read_metrics(self) -> None:
        found = final_metrics(self.log_path, self.request.metric_definitions, self._host.clock.now())
        with self._changed:
            self._metrics = found

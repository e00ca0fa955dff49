"""World: what is deployed, and the runs that are provoked on it, each once and for all checks."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from tests.live.run import Run

HOLD = "600"
"""Seconds that a job holds unless it is stopped: no longer than its `max_runtime`."""

IMPATIENT = 30
"""Seconds that a run waits for an instance which takes minutes to be launched, where there is one at all."""

_REQUEST = (
    "AlgorithmSpecification", "RoleArn", "OutputDataConfig", "ResourceConfig", "StoppingCondition", "HyperParameters",
    "Environment", "CheckpointConfig",
)  # fmt: skip

_SEEN = {"train/a.csv": "1,2\n", "one/only.csv": "3,4\n", "denied/a.csv": "5,6\n"}
"""What stands in the bucket of the channels; the jobs' role may read all but the last."""


@dataclass(kw_only=True)
class World:
    """A deployed stack.

    Attributes:
        client: Returns a boto3 client of a service.
        machine: The state machine's ARN.
        guarded: That of the training with a key and a network of its own.
        probes: That of the small questions to Step Functions.
        data: The bucket of the channels.
        may: Roles that may create jobs for one key only, by names.
        base_job_name: What the names of its jobs begin with.
        over_quota: A type whose spot quota is 0 in this account; empty where none was found.
        scarce: A type that does not come within `IMPATIENT` seconds.
        pause: Seconds between two looks.
        patience: Seconds until something is given up.
        log_patience: Seconds until an event of a log, or a metric, is given up, which come late.
        kept: What was made once for all checks.
        mark: What the names of its runs end with. Defaults to nothing; a second world of one stack needs one.
        told: Takes what happens, for the person at the keyboard.
    """

    client: Callable[[str], Any]
    machine: str
    guarded: str
    probes: str
    data: str
    may: Mapping[str, str]
    base_job_name: str
    over_quota: str
    scarce: str
    pause: float
    patience: float
    log_patience: float
    mark: str = ""
    told: Callable[[str], None] = print
    kept: dict[str, Any] = field(default_factory=dict, init=False)

    def once(self, name: str, make: Callable[[], Any]) -> Any:
        """Return what is made once for all checks."""
        if name not in self.kept:
            self.kept[name] = make()
        return self.kept[name]

    @cached_property
    def plain(self) -> Run:
        """A run that trains to its end."""
        for key, body in _SEEN.items():
            self.client("s3").put_object(Bucket=self.data, Key=key, Body=body.encode())
        return self._end(self._start("plain", {"HyperParameters": {"settle": f"{3 * self.pause:g}"}}))

    @cached_property
    def request(self) -> dict[str, Any]:
        """What the job of the plain run was asked for with, as far as other jobs are like it."""
        return {member: self.plain.job[member] for member in _REQUEST if member in self.plain.job}

    @cached_property
    def seen(self) -> dict[str, Any]:
        """What the program of the plain run has seen."""
        bucket, prefix = place(self.plain.job["CheckpointConfig"]["S3Uri"])
        body = self.client("s3").get_object(Bucket=bucket, Key=f"{prefix}seen.json")["Body"].read()
        seen: dict[str, Any] = json.loads(body)
        return seen

    @cached_property
    def both(self) -> list[Run]:
        """Two runs that go on with the plain one, begun in the same second."""
        _ = self.seen  # before they write it anew
        # the second run looks for a minute and a half whether the job of the first one ends
        lasting = {"steps": 10, "settle": f"{min(120, 16 * self.pause):g}"}
        document = {"ResumeFrom": f"plain{self.mark}", "HyperParameters": lasting}
        return [self._end(arn) for arn in [self._start(name, document) for name in ("first", "second")]]

    @cached_property
    def impatient(self) -> Run:
        """A run whose wait for a spot instance runs out."""
        entry = {"InstanceType": self.scarce, "Market": "spot", "InstanceCount": 1}
        limits = {"MaxRuntimeInSeconds": IMPATIENT, "MaxWaitTimeInSeconds": IMPATIENT}
        return self._end(self._start("impatient", {"Capacity": [entry], **limits}))

    @cached_property
    def of_guarded(self) -> Run:
        """A run in a network of its own, with a key of its own."""
        return self._end(self._start("guarded", {}, self.guarded))

    @cached_property
    def failing(self) -> Run:
        """A run whose program fails."""
        return self._end(self._start("failing", {"HyperParameters": {"fail": "1"}}))

    @cached_property
    def stopped(self) -> Run:
        """A run whose job somebody stops."""
        arn = self._start("stopped", {"HyperParameters": {"hold": HOLD}})
        job = self._training(arn)
        self.client("sagemaker").stop_training_job(TrainingJobName=job)
        return self._end(arn)

    @cached_property
    def aborted(self) -> tuple[str, Run]:
        """How the job ended of a run that is aborted while it trains; and the run, redriven to its end."""
        arn = self._start("aborted", {"HyperParameters": {"hold": HOLD}})
        job = self._training(arn)
        sfn = self.client("stepfunctions")
        sfn.stop_execution(executionArn=arn)
        self.until("the job to end", lambda: self.describe(job)["TrainingJobStatus"] not in ("InProgress", "Stopping"))
        status = str(self.describe(job)["TrainingJobStatus"])
        sfn.redrive_execution(executionArn=arn)
        return status, self._end(arn)

    @cached_property
    def refused(self) -> dict[str, Any]:
        """What a task fails with that asks for what no quota allows."""
        capacity = [{"InstanceType": self.over_quota, "Market": "spot", "InstanceCount": 1}]
        arn = self._start("over-quota", {"Capacity": capacity})
        self.until("the task to fail", lambda: bool(self._failed(arn)))
        self.client("stepfunctions").stop_execution(executionArn=arn)
        return self._failed(arn)[0]

    def probe(self, name: str, version: str = "", **document: Any) -> Run:
        """Ask Step Functions one of the small questions; by a version of the machine where one is named."""

        def make() -> Run:
            arn = self._start(f"probe-{name}", {"probe": name, **document}, version or self.probes)
            return self._end(arn, described=False)

        probed: Run = self.once(f"probe {name}", make)
        return probed

    def again(self, mark: str) -> World:
        """Return a world with the same runs, as they are described now; what is asked besides is asked anew."""
        other = replace(self, mark=mark)
        for name in ("plain", "failing", "stopped", "of_guarded"):
            other.__dict__[name] = self._end(getattr(self, name).arn)
        other.__dict__["request"] = self.request
        other.__dict__["both"] = self.both
        return other

    def describe(self, job: str) -> dict[str, Any]:
        """Describe a training job."""
        told: dict[str, Any] = self.client("sagemaker").describe_training_job(TrainingJobName=job)
        return {name: value for name, value in told.items() if name != "ResponseMetadata"}

    def evaluate(self, expression: str) -> dict[str, Any]:
        """Have Step Functions evaluate an expression, by TestState."""
        state = {"Type": "Pass", "QueryLanguage": "JSONata", "Output": f"{{% {expression} %}}", "End": True}
        told = self.client("stepfunctions").test_state(definition=json.dumps(state), input="{}")
        return {name: str(told[name])[:300] for name in ("status", "output", "error", "cause") if name in told}

    def lines(self, machine: str, run: str) -> list[str]:
        """Return the events of an execution that are in the log of its machine, once there are any."""
        logging = self.client("stepfunctions").describe_state_machine(stateMachineArn=machine)
        group = logging["loggingConfiguration"]["destinations"][0]["cloudWatchLogsLogGroup"]["logGroupArn"].split(":")[
            6
        ]
        asked = {"logGroupName": group, "filterPattern": f'"{run.rpartition(":")[2]}"'}
        found: list[str] = []

        def arrived() -> bool:
            found[:] = [one["message"] for one in self.client("logs").filter_log_events(**asked)["events"]]
            return bool(found)

        with suppress(TimeoutError):
            self.until("the log", arrived, patience=self.log_patience)
        return found

    def log_group(self, machine: str) -> str:
        """Name the log group of a machine."""
        told = self.client("stepfunctions").describe_state_machine(stateMachineArn=machine)["loggingConfiguration"]
        arn: str = told["destinations"][0]["cloudWatchLogsLogGroup"]["logGroupArn"]
        return arn.split(":")[6]

    def _start(self, name: str, document: dict[str, Any], machine: str = "") -> str:
        self.told(f"starting the run {name}{self.mark}")
        started = self.client("stepfunctions").start_execution(
            stateMachineArn=machine or self.machine, name=f"{name}{self.mark}", input=json.dumps(document)
        )
        arn: str = started["executionArn"]
        return arn

    def _end(self, arn: str, *, described: bool = True) -> Run:
        sfn = self.client("stepfunctions")
        self.until(f"{arn} to end", lambda: sfn.describe_execution(executionArn=arn)["status"] != "RUNNING")
        description = {
            name: value
            for name, value in sfn.describe_execution(executionArn=arn).items()
            if name != "ResponseMetadata"
        }
        jobs = self._described(self._jobs(arn)) if described else []
        return Run(arn=arn, description=description, events=self._events(arn), jobs=jobs)

    def _described(self, jobs: list[str]) -> list[dict[str, Any]]:
        """Describe the jobs that there are: the create of one may have been refused."""
        found = []
        for job in jobs:
            with suppress(self.client("sagemaker").exceptions.ClientError):
                found.append(self.describe(job))
        return found

    def _events(self, arn: str) -> list[dict[str, Any]]:
        told = self.client("stepfunctions").get_execution_history(executionArn=arn, maxResults=1000)
        events: list[dict[str, Any]] = told["events"]
        return events

    def _jobs(self, arn: str) -> list[str]:
        """Name the jobs that a run has asked for, the first one first."""
        asked = [event.get("taskScheduledEventDetails", {}) for event in self._events(arn)]
        return [
            str(json.loads(one["parameters"])["TrainingJobName"])
            for one in asked
            if str(one.get("resource", "")).startswith("createTrainingJob")
        ]

    def _failed(self, arn: str) -> list[dict[str, Any]]:
        return [event["taskFailedEventDetails"] for event in self._events(arn) if "taskFailedEventDetails" in event]

    def _training(self, arn: str) -> str:
        """Wait until a run's first job trains; return its name."""

        def trains() -> bool:
            try:
                jobs = self._jobs(arn)
                return bool(jobs) and self.describe(jobs[0])["SecondaryStatus"] == "Training"
            except self.client("sagemaker").exceptions.ClientError:  # asked for, and not there yet
                return False

        self.until("a job to train", trains)
        time.sleep(3 * self.pause)  # until its first checkpoint is in S3
        return self._jobs(arn)[0]

    def until(self, what: str, condition: Callable[[], bool], patience: float | None = None) -> None:
        """Look until a condition holds.

        Raises:
            TimeoutError: It does not within `patience` seconds, or those of this world.
        """
        patience = self.patience if patience is None else patience
        until = time.monotonic() + patience
        while not condition():
            if time.monotonic() > until:
                raise TimeoutError(f"waited {patience:g} s for {what}")
            time.sleep(self.pause)


def place(uri: str) -> tuple[str, str]:
    """Return the bucket and the prefix of an S3 URI, with a slash at its end."""
    bucket, _, prefix = uri.removeprefix("s3://").partition("/")
    return bucket, f"{prefix.strip('/')}/"

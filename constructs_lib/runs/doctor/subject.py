"""Subject: the training that is looked at, of a synthesised template or as it is deployed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from constructs_lib.runs.synthesised.explain import SynthesisedRun
from constructs_lib.training_job.limits import DEFAULT_RUNTIME_SECONDS
from constructs_lib.workflow.deadline.longest_run import PlannedWait, longest_run
from constructs_lib.workflow.names import PREPARE, SETTINGS

Policy = Mapping[str, Any]

DELIVERY = ("LoggingConfiguration", "TracingConfiguration", "EncryptionConfiguration")
"""The properties of a state machine that say where its logs and traces go, and by which key it is encrypted."""


@dataclass(frozen=True, kw_only=True)
class RoleOf:
    """A role of a training.

    Attributes:
        name: What it is called here: `job`, or `state machine`.
        arn: Its ARN.
        exists: Whether AWS has it, with its policies; or else a deployment makes it.
        policies: What the template gives it, by names to show.
    """

    name: str
    arn: str
    exists: bool
    policies: Mapping[str, Policy] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Subject:
    """A training.

    Attributes:
        source: Where it was read.
        run: Its states.
        machine_role: The role of the state machine.
        job_role: The role of its jobs.
        made: Names that stand for what a deployment will make. Defaults to none.
        bootstrap_parameter: The Systems Manager parameter by which CDK knows its bootstrap. Defaults to none.
        machine_arn: The state machine's ARN. Defaults to an unknown one.
        delivery: The `DELIVERY` properties of the state machine, as a template has them, resolved. Defaults to none.
    """

    source: str
    run: SynthesisedRun
    machine_role: RoleOf
    job_role: RoleOf
    made: frozenset[str] = frozenset()
    bootstrap_parameter: str = ""
    machine_arn: str = ""
    delivery: Mapping[str, Any] = field(default_factory=dict)

    @property
    def log_groups(self) -> list[str]:
        """The ARNs of the log groups of its executions, none where they are not logged."""
        logging = self.delivery.get("LoggingConfiguration", {})
        if logging.get("Level", "OFF") == "OFF":
            return []
        return [str(each["CloudWatchLogsLogGroup"]["LogGroupArn"]) for each in logging.get("Destinations", [])]

    @property
    def machine_key(self) -> str:
        """The key of its definition and its executions, empty where AWS owns it."""
        return str(self.delivery.get("EncryptionConfiguration", {}).get("KmsKeyId", ""))

    @property
    def label(self) -> str:
        """What it is called."""
        return self.run.label

    @property
    def roles(self) -> Sequence[RoleOf]:
        """Both roles."""
        return (self.job_role, self.machine_role)

    @property
    def settings(self) -> Mapping[str, Any]:
        """What the deployment fixes for all runs."""
        return settings_of(self.run)

    @property
    def request(self) -> Mapping[str, Any]:
        """What all attempts ask for."""
        request: Mapping[str, Any] = self.settings["Request"]
        return request

    @property
    def channels(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """The channels that read from S3, by name."""
        for channel in self.request.get("InputDataConfig", []):
            source = channel.get("DataSource", {}).get("S3DataSource")
            if source is not None:
                yield str(channel["ChannelName"]), source

    @property
    def longest_seconds(self) -> int:
        """How long a run of the deployed plan may last in all."""
        settings = self.settings
        runtime = settings.get("MaxRuntimeInSeconds", DEFAULT_RUNTIME_SECONDS)
        waits = [
            PlannedWait(
                is_spot=entry["Market"] == "spot",
                tries=entry["Tries"],
                seconds=entry.get("MaxWaitTimeInSeconds", settings["MaxWaitTimeInSeconds"])
                if entry["Market"] == "spot"
                else runtime,
            )
            for entry in settings["Capacities"]
        ]
        return longest_run(waits, settings.get("CapacityPatienceInSeconds")).whole_seconds

    def will_be_made(self, name: str) -> bool:
        """Say whether a name stands for what a deployment will make."""
        return name.rpartition("/")[2] in self.made or name.rpartition(":")[2] in self.made or name in self.made


def settings_of(run: SynthesisedRun) -> Mapping[str, Any]:
    """Return what a definition fixes for all of its runs."""
    settings: Mapping[str, Any] = run.states[f"{run.prefix}{PREPARE}"]["Assign"][SETTINGS]
    return settings


def place(uri: str) -> tuple[str, str]:
    """Return the bucket and the key or prefix of an S3 URI."""
    parts = urlsplit(uri)
    return parts.netloc, parts.path.removeprefix("/")


def is_known(text: str) -> bool:
    """Say whether a text has no value in it that only CloudFormation knows."""
    return "<" not in text


def is_asset(bucket: str) -> bool:
    """Say whether a bucket is that of CDK's bootstrap, into which `cdk deploy` puts files."""
    return bucket.startswith("cdk-") and "-assets-" in bucket

"""EmbeddedAws: an AWS on this machine's loopback that runs the deployed state machine and really trains.

moto serves Step Functions, S3, CloudFormation, IAM and the rest; `training_jobs` is its SageMaker.
"""

from __future__ import annotations

import os
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import Any, Self

import boto3
import botocore.session
from botocore.config import Config
from botocore.exceptions import ClientError

from constructs_lib.local.cdk_cli.cli import CdkCli
from constructs_lib.local.clock import Clock
from constructs_lib.local.door.access_keys import AccessKeys
from constructs_lib.local.door.serving import serve_moto
from constructs_lib.local.moto_adapters.alone import alone, moto_port
from constructs_lib.local.moto_adapters.emulation import Emulation, Kept
from constructs_lib.local.moto_adapters.install import install
from constructs_lib.local.moto_adapters.step_functions.api import executions
from constructs_lib.local.spot_market.supply import SpotMarket
from constructs_lib.local.spot_market.text import parse_market
from constructs_lib.local.training_jobs.faults import Faults
from constructs_lib.local.training_jobs.instance.host import Timing
from constructs_lib.local.training_jobs.quotas import Quotas
from constructs_lib.local.training_jobs.service import TrainingJobs
from constructs_lib.runs.calls.key import key_calls, machine_key_calls
from constructs_lib.runs.calls.recorded import Call, CallRecord

ACCOUNT = "123456789012"
"""The account that moto emulates."""


class EmbeddedAws:
    """An embedded AWS; use it as a context manager.

    There is one at a time in a process, because moto keeps its state in modules; processes do not disturb each other.
    Its state begins empty and is gone when it is closed.

    Args:
        market: When spot capacity exists, as text (see `constructs_lib.local.spot_market`) or as a market. Defaults to
            always.
        speed: Clock seconds in a second of the wall. Defaults to 1.
        region: The Region that TrainingJobs and `client` are in. Defaults to us-east-1.
        port: The port on 127.0.0.1. Defaults to a free one.
        programs: The command that stands in for an image, by patterns of image URIs. Defaults to none; jobs with a
            framework source need none.
        python: The interpreter that runs the sources of framework images, so that its packages and the embedded AWS's
            stay apart. Defaults to the one that runs this.
        install_requirements: Whether a source's `requirements.txt` is installed before it runs, as framework images do,
            into an environment of its own that is kept in the user's cache. Defaults to not.
        work_dir: Where jobs have their directories. Defaults to a temporary directory that is removed in the end.
        spot_discount: The part of the training time that spot does not bill. Defaults to 0.7.
        quotas: The account's limits. Defaults to no limits.
        faults: Trouble that training jobs get into. Defaults to none.
        timing: How long SageMaker takes for its own work. Defaults to `Timing()`.
        stopped_jobs_fail: Whether `createTrainingJob.sync` fails when its job ends as Stopped, which AWS does not
            document. Defaults to failing.
        kept: How much is remembered of what has ended, so that it may run for long. Defaults to `Kept()`: 1,000
            executions, 5,000 jobs.

    Raises:
        LocalError: If the port is busy, or there is one already in this process.
        MotoChangedError: If another moto is installed than the adapters were written for.
    """

    def __init__(
        self,
        *,
        market: str | SpotMarket = "always",
        speed: float = 1.0,
        region: str = "us-east-1",
        port: int | None = None,
        programs: Mapping[str, Sequence[str]] | None = None,
        python: str = sys.executable,
        install_requirements: bool = False,
        work_dir: Path | None = None,
        spot_discount: float = 0.7,
        quotas: Quotas | None = None,
        faults: Faults | None = None,
        timing: Timing | None = None,
        stopped_jobs_fail: bool = True,
        kept: Kept | None = None,
    ) -> None:
        self.region = region
        self.clock = Clock(speed)
        self._keys = AccessKeys()
        self._market = parse_market(market) if isinstance(market, str) else market
        self._bootstrapped = False
        kept = kept if kept is not None else Kept()
        self._record = CallRecord(kept.calls)
        self.listen = self._record.listen
        """Gives a listener every call in a role's name, from now on."""
        self._clients: dict[tuple[str, str], Any] = {}
        self._clients_lock = threading.Lock()
        self._closing = ExitStack()
        try:
            self._closing.enter_context(alone())
            self._port = self._closing.enter_context(serve_moto(port, self._keys, self.clock.now))
            self._closing.enter_context(moto_port(self._port))
            self._work_dir = work_dir or Path(
                self._closing.enter_context(tempfile.TemporaryDirectory(prefix="spot-training-"))
            )
            self.training_jobs = TrainingJobs(
                clock=self.clock,
                market=self._market,
                s3=self.client("s3"),
                work_dir=self._work_dir,
                account=ACCOUNT,
                region=region,
                programs=programs,
                python=python,
                install_requirements=install_requirements,
                quotas=quotas,
                faults=faults,
                spot_discount=spot_discount,
                timing=timing,
                environment=self.environment(),
                record=self._record.add,
                logs=self.client("logs"),
                kept_jobs=kept.jobs,
            )
            self._closing.callback(self.training_jobs.close)
            emulation = Emulation(
                clock=self.clock,
                training_jobs=self.training_jobs,
                client=self._shared_client,
                access_key=self._keys.session,
                stopped_jobs_fail=stopped_jobs_fail,
                record=self._record.add,
                kept=kept,
            )
            self._closing.enter_context(install(emulation))
            self._closing.callback(executions.stop_all)
        except BaseException:
            self._closing.close()
            raise

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *error: object) -> None:
        """Close."""
        self.close()

    @property
    def endpoint_url(self) -> str:
        """Where every AWS client finds it. The host must read `localhost`: moto takes template URLs apart by it."""
        return f"http://localhost:{self._port}"

    @property
    def calls(self) -> list[Call]:
        """What has been called in the names of the roles of state machines and jobs, each different call once.

        Calls that were made here, and calls that AWS documents for what is not emulated: those have the page that says
        so. No policy is held against them here; `docs/reference/security.md` says how the library's own are. The logs
        and traces of a state machine are not among them: `machine_calls.delivery_calls` has them, by the machine's
        template.
        """
        calls = self._record.calls()
        of_keys = CallRecord()
        for call in key_calls(calls, cache(self._key_of_bucket), region=self.region, account=ACCOUNT):
            of_keys.add(call)
        for call in machine_key_calls(calls, cache(self._key_of_machine)):
            of_keys.add(call)
        return [*calls, *of_keys.calls()]

    def environment(self) -> dict[str, str]:
        """Return the variables that point any AWS client at it, and at nothing else.

        They have the access key of this session, without which it answers nobody.
        """
        return {
            "AWS_ENDPOINT_URL": self.endpoint_url,
            "AWS_ACCESS_KEY_ID": self._keys.session,
            "AWS_SECRET_ACCESS_KEY": "embedded",
            "AWS_REGION": self.region,
            "AWS_DEFAULT_REGION": self.region,
            "AWS_DISABLE_HOST_PREFIX_INJECTION": "true",
            "AWS_EC2_METADATA_DISABLED": "true",
            "NO_PROXY": "localhost,127.0.0.1",
            "no_proxy": "localhost,127.0.0.1",
        }

    def client(self, service: str, region: str | None = None) -> Any:
        """Return a new boto3 client that is pointed at it, whatever this machine's AWS settings are.

        Args:
            service: The service's name in boto3.
            region: The Region. Defaults to the embedded AWS's.
        """
        with self._clients_lock:
            return self._new_client(service, region or self.region)

    def deploy(self, app_dir: str | Path, *, context: Mapping[str, str] | None = None) -> dict[str, dict[str, str]]:
        """Bootstrap, synthesise and deploy a CDK app by the real CDK CLI.

        Args:
            app_dir: The directory that has the app's cdk.json.
            context: Context values, as `cdk deploy -c` takes them. Defaults to those of cdk.json.

        Returns:
            The outputs of each stack.

        Raises:
            LocalError: If there is no app, no Node or no CDK CLI, or if the CLI fails; says what to do.
        """
        cli = self._cdk_cli(app_dir)
        if not self._bootstrapped:
            cli.bootstrap()
            self._bootstrapped = True
        return cli.deploy(context)

    def synthesise(self, app_dir: str | Path, assembly: str | Path) -> None:
        """Synthesise a CDK app by the real CDK CLI; what it looks up on AWS, it looks up here.

        Args:
            app_dir: The directory that has the app's cdk.json.
            assembly: The directory that the cloud assembly is written to.

        Raises:
            LocalError: If there is no app, no Node or no CDK CLI, or if the CLI fails; says what to do.
        """
        self._cdk_cli(app_dir).synthesise(Path(assembly))

    def _cdk_cli(self, app_dir: str | Path) -> CdkCli:
        return CdkCli(Path(app_dir), environment=self.environment(), account=ACCOUNT, region=self.region)

    def close(self) -> None:
        """Stop every execution, kill every program, close the port, forget everything. Closing again has no effect."""
        self._closing.close()

    def _key_of_bucket(self, bucket: str) -> str | None:
        s3 = self._shared_client("s3", self.region)
        try:
            found = s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"]
        except ClientError:  # it has none, or was deleted since
            return None
        key = found[0]["ApplyServerSideEncryptionByDefault"].get("KMSMasterKeyID")
        return None if key is None else str(key)

    def _key_of_machine(self, machine: str) -> str | None:
        sfn = self._shared_client("stepfunctions", self.region)
        try:
            found = sfn.describe_state_machine(stateMachineArn=machine).get("encryptionConfiguration", {})
        except ClientError:  # it was deleted since
            return None
        return str(found["kmsKeyId"]) if found.get("kmsKeyId") else None

    def _shared_client(self, service: str, region: str) -> Any:
        with self._clients_lock:
            if (service, region) not in self._clients:
                self._clients[service, region] = self._new_client(service, region)
            return self._clients[service, region]

    def _new_client(self, service: str, region: str) -> Any:
        return _session().client(
            service,
            region_name=region,
            endpoint_url=self.endpoint_url,
            aws_access_key_id=self._keys.session,
            aws_secret_access_key="embedded",  # noqa: S106 - the endpoint asks for the key's id only
            # there is one host: TestState and StartSyncExecution are not at `sync-` before it
            config=Config(
                proxies={}, retries={"total_max_attempts": 1}, max_pool_connections=50, inject_host_prefix=False
            ),
        )


@cache
def _session() -> boto3.Session:
    # it reads neither this machine's AWS files nor its profile, and the models of the services once for all clients
    no_file = (None, None, os.devnull, None)
    nothing = {"profile": (None,) * 4, "config_file": no_file, "credentials_file": no_file}
    return boto3.Session(botocore_session=botocore.session.Session(nothing))

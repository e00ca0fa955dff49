"""What the tests of training jobs stand on: S3 from moto, one emulated SageMaker, and requests for it."""

from __future__ import annotations

import contextlib
import io
import json
import tarfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Self

import boto3
from moto.server import ThreadedMotoServer

from constructs_lib.local.clock import Clock
from constructs_lib.local.spot_market.text import parse_market
from constructs_lib.local.training_jobs.instance.host import Timing
from constructs_lib.local.training_jobs.instance.namespace import Isolation
from constructs_lib.local.training_jobs.service import TrainingJobs
from tests.support.places import training_program

IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/count:1"
LOOK = "123456789012.dkr.ecr.us-east-1.amazonaws.com/look:1"
BUCKET = "training-jobs"
QUICK = Timing(
    starting_seconds=1,
    downloading_seconds=1,
    shortest_grace_wall_seconds=1.5,
    longest_grace_wall_seconds=1.5,
    sync_wall_seconds=0.02,
)
"""Timing for tests: the clock's own waits are short and the grace bounded."""

ENDS_WITHIN = 120.0
"""Wall seconds after which a test gives up on a job."""


PLAIN = Isolation(limit="no namespaces here")
"""A machine that cannot shut a program in."""


@contextlib.contextmanager
def s3_server() -> Iterator[Any]:
    """Run moto on a free port of the loopback, and give an S3 client for it."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        s3 = boto3.client(
            "s3",
            endpoint_url=f"http://{host}:{port}",
            region_name="us-east-1",
            aws_access_key_id="testing",
            aws_secret_access_key="testing",  # noqa: S106 - moto takes any
        )
        s3.create_bucket(Bucket=BUCKET)
        yield s3
    finally:
        server.stop()


class Bench:
    """One emulated SageMaker over a bucket; every bench has a prefix of its own."""

    def __init__(
        self, s3: Any, work_dir: Path, *, market: str = "always", speed: float = 100.0, **options: Any
    ) -> None:
        self.s3, self.work_dir = s3, work_dir
        self.prefix = work_dir.name
        self.clock = Clock(speed)
        options = {
            "programs": {
                "count:*": training_program("count.py"),
                "look:*": training_program("look.py"),
            },
            "timing": QUICK,
            **options,
        }
        self.jobs = TrainingJobs(
            clock=self.clock, market=parse_market(market), s3=s3, work_dir=work_dir / "work", **options
        )
        self.seen: list[str] = []
        self.jobs.subscribe(lambda job: self.seen.append(job["SecondaryStatus"]))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.jobs.close()

    def request(
        self,
        name: str = "job-1",
        /,
        *,
        spot: bool = True,
        max_runtime: int = 86400,
        max_wait: int = 86400,
        **changes: Any,
    ) -> dict[str, Any]:
        """Return a request for the counting program, its hyperparameters in `hyperparameters`."""
        hyperparameters: Mapping[str, object] = changes.pop("hyperparameters", {})
        image = changes.pop("image", IMAGE)
        stopping = {"MaxRuntimeInSeconds": max_runtime} | ({"MaxWaitTimeInSeconds": max_wait} if spot else {})
        request = {
            "TrainingJobName": name,
            "AlgorithmSpecification": {"TrainingImage": image, "TrainingInputMode": "File"},
            "RoleArn": "arn:aws:iam::123456789012:role/job",
            "OutputDataConfig": {"S3OutputPath": f"s3://{BUCKET}/{self.prefix}/models/"},
            "ResourceConfig": {"InstanceType": "ml.m5.xlarge", "InstanceCount": 1, "VolumeSizeInGB": 10},
            "StoppingCondition": stopping,
            "EnableManagedSpotTraining": spot,
            "CheckpointConfig": {"S3Uri": f"s3://{BUCKET}/{self.prefix}/checkpoints/"},
            **changes,
        }
        if hyperparameters:
            request["HyperParameters"] = {key: str(value) for key, value in hyperparameters.items()}
        return request

    def counting(self, name: str = "job-1", /, *, arguments: str = "", **changes: Any) -> dict[str, Any]:
        """Return a request whose program gets command line arguments."""
        request = self.request(name, **changes)
        if arguments:
            request["AlgorithmSpecification"]["ContainerArguments"] = arguments.split()
        return request

    def run(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Create a job and wait for its end."""
        self.jobs.create(request)
        return self.jobs.wait(request["TrainingJobName"], ENDS_WITHIN)

    def put(self, key: str, body: bytes | str) -> str:
        """Put an object under the bench's prefix; return its URI."""
        self.s3.put_object(Bucket=BUCKET, Key=f"{self.prefix}/{key}", Body=body)
        return f"s3://{BUCKET}/{self.prefix}/{key}"

    def keys(self, folder: str) -> list[str]:
        """Return the names of the objects in a folder of the bench's prefix."""
        prefix = f"{self.prefix}/{folder}/"
        listed = self.s3.list_objects_v2(Bucket=BUCKET, Prefix=prefix).get("Contents", [])
        return sorted(item["Key"].removeprefix(prefix) for item in listed)

    def archive(self, name: str, file: str = "model.tar.gz") -> dict[str, Any]:
        """Return the JSON files in a job's output archive."""
        body = self.s3.get_object(Bucket=BUCKET, Key=f"{self.prefix}/models/{name}/output/{file}")["Body"].read()
        with tarfile.open(fileobj=io.BytesIO(body)) as tar:
            return {
                member.name: json.load(tar.extractfile(member) or io.BytesIO()) for member in tar if member.isfile()
            }


def history(description: Mapping[str, Any]) -> list[str]:
    """Return the secondary statuses a job went through."""
    return [transition["Status"] for transition in description["SecondaryStatusTransitions"]]


def source_archive(files: Mapping[str, str | bytes]) -> bytes:
    """Pack files into a tar.gz, as the SDK packs a source directory."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        for name, text in files.items():
            content = text.encode() if isinstance(text, str) else text
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return packed.getvalue()


def channel(name: str, uri: str, **more: Any) -> dict[str, Any]:
    """Return an input channel that reads a prefix; `source` changes its S3DataSource."""
    source = {"S3DataType": "S3Prefix", "S3Uri": uri, **more.pop("source", {})}
    return {"ChannelName": name, "DataSource": {"S3DataSource": source}, **more}


def report(bench: Bench, request: dict[str, Any]) -> dict[str, Any]:
    """Run a job with the looking program, and return what it saw."""
    job = bench.run(request)
    assert job["TrainingJobStatus"] == "Completed", (job.get("FailureReason"), bench.jobs.log(job["TrainingJobName"]))
    found: dict[str, Any] = bench.archive(job["TrainingJobName"])["report.json"]
    return found


def failure(bench: Bench, request: dict[str, Any]) -> str:
    """Run a job that fails, and return why."""
    job = bench.run(request)
    assert job["TrainingJobStatus"] == "Failed"
    return str(job["FailureReason"])

"""What AWS would leave or answer and the embedded AWS does not have, put there in AWS's form.

Each row that needs one does not hold, or is not tried, until it is put there.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from typing import Any

from botocore.exceptions import ClientError

from constructs_lib.local.embedded_aws import EmbeddedAws
from tests.live.checks.asking import trained
from tests.live.world import World, place

TYPE = "ml.m5.large"


def _metrics(aws: EmbeddedAws, world: World) -> None:
    dimensions = [{"Name": "Host", "Value": f"{world.plain.job['TrainingJobName']}/algo-1"}]
    datum = {"MetricName": "step", "Dimensions": dimensions, "Value": 3.0}
    aws.client("cloudwatch").put_metric_data(Namespace="/aws/sagemaker/TrainingJobs", MetricData=[datum])


def _board(aws: EmbeddedAws, world: World) -> None:
    job = trained(world, "board")
    bucket, prefix = place(job["TensorBoardOutputConfig"]["S3OutputPath"])
    aws.client("s3").put_object(Bucket=bucket, Key=f"{prefix}{job['TrainingJobName']}/events.txt", Body=b"x")


def _log_of_failing(aws: EmbeddedAws, world: World) -> None:
    details = {"error": "SpotTraining.TrainingFailed", "cause": "AlgorithmError"}
    _log(aws, world, world.machine, world.failing.arn, {"type": "ExecutionFailed", "details": details})


def _log_of_guarded(aws: EmbeddedAws, world: World) -> None:
    _log(aws, world, world.guarded, world.of_guarded.arn, {"type": "ExecutionStarted", "details": {}})


def _log(aws: EmbeddedAws, world: World, machine: str, execution: str, event: Mapping[str, Any]) -> None:
    # https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
    stream = f"states/{machine.rpartition(':')[2]}/{world.mark}"
    place = {"logGroupName": world.log_group(machine), "logStreamName": stream}
    message = json.dumps({"id": "1", **event, "execution_arn": execution})
    aws.client("logs").create_log_stream(**place)
    aws.client("logs").put_log_events(**place, logEvents=[{"timestamp": int(time.time() * 1000), "message": message}])


class Registry:
    """AWS's own registry, as far as one image of it goes."""

    def batch_get_image(self, *, registryId: str, repositoryName: str, imageIds: list[Any]) -> dict[str, Any]:  # noqa: N803
        """Return each image."""
        images = [{"registryId": registryId, "repositoryName": repositoryName, "imageId": each} for each in imageIds]
        return {"images": images, "failures": []}


def _image(_: EmbeddedAws, world: World) -> None:
    instead(world, "ecr", Registry())


class PriceList:
    """The price list, which has one product."""

    def __init__(self, usage: str) -> None:
        self._usage = usage

    def get_paginator(self, _: str) -> PriceList:
        """Page by itself."""
        return self

    def paginate(self, **_: object) -> list[dict[str, Any]]:
        """Return one page."""
        dimensions = {"SKU.TERM.1": {"unit": "Hrs", "pricePerUnit": {"USD": "0.1150000000"}}}
        product = {
            "product": {"productFamily": "ML Instance", "attributes": {"usagetype": self._usage, "instanceName": TYPE}},
            "terms": {"OnDemand": {"SKU.TERM": {"priceDimensions": dimensions}}},
            "publicationDate": "2026-11-20T09:00:00Z",
        }
        return [{"PriceList": [json.dumps(product)]}]


def _prices(_: EmbeddedAws, world: World) -> None:
    instead(world, "pricing", PriceList(f"USE1-Train:{TYPE}"))


def _expressions(_: EmbeddedAws, world: World) -> None:
    world.kept.clear()
    instead(world, "sagemaker", ReadsExpressions(world.client("sagemaker")))


class ReadsExpressions:
    """A client of SageMaker that refuses a regular expression whose group is open."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def __getattr__(self, name: str) -> Any:
        """Give whatever else the client has."""
        return getattr(self._client, name)

    def create_training_job(self, **request: Any) -> Any:
        """Look at the expressions first."""
        for metric in request["AlgorithmSpecification"].get("MetricDefinitions", []):
            if metric["Regex"].count("(") > metric["Regex"].count(")"):
                told = {"Error": {"Code": "ValidationException", "Message": "the expression cannot be read"}}
                raise ClientError(told, "CreateTrainingJob")
        return self._client.create_training_job(**request)


class HoldsPermissions:
    """A client of Step Functions that tests a state in a role's name only if the role may, by IAM's simulator."""

    def __init__(self, aws: EmbeddedAws) -> None:
        self._sfn, self._iam = aws.client("stepfunctions"), aws.client("iam")

    def test_state(self, *, definition: str, roleArn: str, **more: Any) -> Any:  # noqa: N803
        """Look whether the role may first; SageMaker fills in the condition key of the newer name."""
        request = json.loads(definition)["Arguments"]
        key = {
            "ContextKeyName": "sagemaker:VolumeKmsKeyArn",
            "ContextKeyValues": [request["ResourceConfig"]["VolumeKmsKeyId"]],
            "ContextKeyType": "string",
        }
        job = f"arn:aws:sagemaker:us-east-1:123456789012:training-job/{request['TrainingJobName']}"
        told = self._iam.simulate_principal_policy(
            PolicySourceArn=roleArn,
            ActionNames=["sagemaker:CreateTrainingJob"],
            ResourceArns=[job],
            ContextEntries=[key],
        )
        if told["EvaluationResults"][0]["EvalDecision"] != "allowed":
            return {"status": "FAILED", "cause": f"{roleArn} is not authorized to perform: sagemaker:CreateTrainingJob"}
        return self._sfn.test_state(definition=definition, roleArn=roleArn, **more)


def _permissions(aws: EmbeddedAws, world: World) -> None:
    instead(world, "stepfunctions", HoldsPermissions(aws))


def instead(world: World, service: str, client: Any) -> None:
    """Give the world another client of a service."""
    made = world.client
    world.client = lambda name: client if name == service else made(name)


STAND_INS: Mapping[str, Callable[[EmbeddedAws, World], None]] = {
    "sm-metrics-namespace": _metrics,
    "req-tensorboard": _board,
    "log-error-cause": _log_of_failing,
    "kms-log-context": _log_of_guarded,
    "img-scikit-tags": _image,
    "sm-price-list": _prices,
    "req-regex-dialect": _expressions,
    "kms-condition-names": _permissions,
    "kms-alias-compared": _permissions,
}
"""What is put there, by row."""

"""What Step Functions calls in the name of a state machine's role, as IAM sees it.

An operation of the SDK is not always the action that allows it, and an optimized integration makes calls that stand in
no state. AWS documents both; each call that was not seen here carries its page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from constructs_lib.runs.calls.caller import Caller
from constructs_lib.runs.calls.documented import key_arn
from constructs_lib.runs.calls.recorded import Call, Context, object_arn

SYNC_PAGE = "https://docs.aws.amazon.com/step-functions/latest/dg/sagemaker-iam.html"
NESTED_PAGE = "https://docs.aws.amazon.com/step-functions/latest/dg/connect-stepfunctions.html"
MAP_PAGE = "https://docs.aws.amazon.com/step-functions/latest/dg/iam-policies-eg-dist-map.html"
LOGGING_PAGE = "https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html"
ENCRYPTION_PAGE = "https://docs.aws.amazon.com/step-functions/latest/dg/encryption-at-rest.html"
TRACING_PAGE = "https://docs.aws.amazon.com/step-functions/latest/dg/concepts-xray-tracing.html"

_LOGGING = (
    "logs:CreateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:DescribeLogGroups",
    "logs:DescribeResourcePolicies",
    "logs:GetLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:UpdateLogDelivery",
)
_TRACING = (
    "xray:GetSamplingRules",
    "xray:GetSamplingTargets",
    "xray:PutTelemetryRecords",
    "xray:PutTraceSegments",
)
_OTHER_NAMES = {
    "sagemaker:VolumeKmsKeyArn": "sagemaker:VolumeKmsKey",
    "sagemaker:OutputKmsKeyArn": "sagemaker:OutputKmsKey",
}
"""The service authorization reference has the first name of each, guides and the blog have the second."""
_RULE = "StepFunctionsGetEventsForSageMakerTrainingJobsRule"
_EXECUTION_RULE = "StepFunctionsGetEventsForStepFunctionsExecutionRule"
_SAGEMAKER = "sagemaker.amazonaws.com"


def create_calls(caller: Caller, request: Mapping[str, Any], *, sync: bool) -> Iterator[Call]:
    """Yield the calls of the task `sagemaker:createTrainingJob`.

    Args:
        caller: The state machine.
        request: The request, with the tags that Step Functions adds; one that SageMaker understands.
        sync: Whether the task waits for the job's end, by an EventBridge rule that Step Functions manages.

    What asks for keys is seen twice, by each name that AWS's documents have for the condition keys of keys.
    """
    job = caller.job(request["TrainingJobName"])
    tags = _tag_keys(request)
    context = _create_context(caller, request, tags)
    yield caller.call("sagemaker:CreateTrainingJob", job, context)
    by_other_names = {_OTHER_NAMES.get(key, key): value for key, value in context.items()}
    if by_other_names != context:
        yield caller.call("sagemaker:CreateTrainingJob", job, by_other_names)
    if tags:
        yield caller.call("sagemaker:AddTags", job, tags)
    yield caller.call("iam:PassRole", str(request["RoleArn"]), {"iam:PassedToService": _SAGEMAKER})
    if sync:
        yield caller.call("sagemaker:DescribeTrainingJob", job, page=SYNC_PAGE)
        yield caller.call("sagemaker:ListTags", job, page=SYNC_PAGE)
        for action in ("events:PutTargets", "events:PutRule", "events:DescribeRule"):
            yield caller.call(action, caller.arn("events", f"rule/{_RULE}"), page=SYNC_PAGE)


def stop_call(caller: Caller, job_name: str) -> Call:
    """Return the call by which an execution that ends early stops the job that it waits for."""
    return caller.call("sagemaker:StopTrainingJob", caller.job(job_name))


def start_execution_calls(caller: Caller, machine_arn: str, *, sync: bool) -> Iterator[Call]:
    """Yield the calls of the task `states:startExecution`.

    Args:
        caller: The state machine.
        machine_arn: The machine that it starts.
        sync: Whether the task waits for the execution's end, by an EventBridge rule that Step Functions manages.
    """
    yield caller.call("states:StartExecution", machine_arn)
    if sync:
        # of a version's or an alias' ARN the machine's part: executions have its name
        executions = ":".join(machine_arn.split(":")[:7]).replace(":stateMachine:", ":execution:") + ":*"
        yield caller.call("states:DescribeExecution", executions, page=NESTED_PAGE)
        for action in ("events:PutTargets", "events:PutRule", "events:DescribeRule"):
            yield caller.call(action, caller.arn("events", f"rule/{_EXECUTION_RULE}"), page=NESTED_PAGE)


def stop_execution_call(caller: Caller, execution_arn: str) -> Call:
    """Return the call by which an execution that ends early stops the one that it waits for."""
    return caller.call("states:StopExecution", execution_arn)


def map_run_calls(caller: Caller, machine_arn: str) -> Iterator[Call]:
    """Yield the calls of a distributed Map, whose children are executions of the machine itself.

    AWS's documents name the children in two forms, with and without the Map's label; each call is seen in both.

    Args:
        caller: The state machine.
        machine_arn: Its ARN.
    """
    yield caller.call("states:StartExecution", machine_arn, page=MAP_PAGE)
    executions = machine_arn.replace(":stateMachine:", ":execution:")
    for children in (f"{executions}:child", f"{executions}/label:child"):
        for action in ("states:DescribeExecution", "states:StopExecution", "states:RedriveExecution"):
            yield caller.call(action, children, page=MAP_PAGE)


def sdk_calls(caller: Caller, service: str, operation: str, parameters: Mapping[str, Any]) -> list[Call]:
    """Return the calls of a task `aws-sdk:<service>:<operation>`.

    An operation that the library's machines do not have is taken for an action of the same name on `*`, which no
    policy of the library allows.

    Args:
        caller: The state machine.
        service: The service's name in boto3.
        operation: The operation, such as `PutObject`.
        parameters: Its parameters, named as botocore names them; they need not be right.
    """
    make = _SDK_CALLS.get((service, operation))
    return [caller.call(f"{service}:{operation}", "*")] if make is None else list(make(caller, parameters))


def delivery_calls(caller: Caller, machine_arn: str, properties: Mapping[str, Any]) -> Iterator[Call]:
    """Yield what the logs, traces and encryption of a state machine need.

    Args:
        caller: The state machine.
        machine_arn: Its ARN.
        properties: Its properties in a template, resolved.
    """
    logs = properties.get("LoggingConfiguration", {}).get("Level", "OFF") != "OFF"
    if logs:
        for action in _LOGGING:
            yield caller.call(action, "*", page=LOGGING_PAGE)
    if properties.get("TracingConfiguration", {}).get("Enabled"):
        for action in _TRACING:
            yield caller.call(action, "*", page=TRACING_PAGE)
    key = properties.get("EncryptionConfiguration", {}).get("KmsKeyId")
    if key is None:
        return
    for action in ("kms:Decrypt", "kms:GenerateDataKey"):
        context = {"kms:EncryptionContext:aws:states:stateMachineArn": machine_arn}
        yield caller.call(action, str(key), context, ENCRYPTION_PAGE)
    if logs:
        context = {"kms:EncryptionContext:SourceArn": caller.arn("logs", "*")}
        yield caller.call("kms:GenerateDataKey", str(key), context, ENCRYPTION_PAGE)


def _create_context(caller: Caller, request: Mapping[str, Any], tags: Context) -> Context:
    """Return the condition keys of CreateTrainingJob; a member that is not sent has none.

    https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html
    """
    resources, vpc = request.get("ResourceConfig", {}), request.get("VpcConfig", {})
    groups = resources.get("InstanceGroups") or resources.get("InstancePreferences") or [resources]
    single = {
        "sagemaker:MaxRuntimeInSeconds": request.get("StoppingCondition", {}).get("MaxRuntimeInSeconds"),
        "sagemaker:KeepAlivePeriod": resources.get("KeepAlivePeriodInSeconds"),
        "sagemaker:NetworkIsolation": request.get("EnableNetworkIsolation"),
        "sagemaker:InterContainerTrafficEncryption": request.get("EnableInterContainerTrafficEncryption"),
        "sagemaker:EnableRemoteDebug": request.get("RemoteDebugConfig", {}).get("EnableRemoteDebug"),
        "sagemaker:VolumeKmsKeyArn": _key(caller, resources.get("VolumeKmsKeyId")),
        "sagemaker:OutputKmsKeyArn": _key(caller, request["OutputDataConfig"].get("KmsKeyId")),
    }
    several = {
        "sagemaker:InstanceTypes": [str(group["InstanceType"]) for group in groups if "InstanceType" in group],
        "sagemaker:VpcSubnets": vpc.get("Subnets"),
        "sagemaker:VpcSecurityGroupIds": vpc.get("SecurityGroupIds"),
    }
    return {
        **{key: _text(value) for key, value in single.items() if value is not None},
        **{key: tuple(values) for key, values in several.items() if values},
        **tags,
    }


def _key(caller: Caller, key: str | None) -> str | None:
    if not key:
        return None
    return key_arn(key, partition=caller.partition, region=caller.region, account=caller.account)


def _tag_keys(request: Mapping[str, Any]) -> Context:
    tags = {str(tag["Key"]): str(tag["Value"]) for tag in request.get("Tags", [])}
    if not tags:
        return {}
    return {"aws:TagKeys": tuple(tags), **{f"aws:RequestTag/{key}": value for key, value in tags.items()}}


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _of_job(action: str) -> Callable[[Caller, Mapping[str, Any]], Iterator[Call]]:
    def calls(caller: Caller, parameters: Mapping[str, Any]) -> Iterator[Call]:
        yield caller.call(action, caller.job(parameters.get("TrainingJobName", "")))

    return calls


def _of_object(action: str) -> Callable[[Caller, Mapping[str, Any]], Iterator[Call]]:
    def calls(caller: Caller, parameters: Mapping[str, Any]) -> Iterator[Call]:
        yield caller.call(action, _object(caller, parameters))

    return calls


def _of_execution(action: str) -> Callable[[Caller, Mapping[str, Any]], Iterator[Call]]:
    def calls(caller: Caller, parameters: Mapping[str, Any]) -> Iterator[Call]:
        yield caller.call(action, str(parameters.get("executionArn", "")))

    return calls


def _list_objects(caller: Caller, parameters: Mapping[str, Any]) -> Iterator[Call]:
    bucket = f"arn:{caller.partition}:s3:::{parameters.get('Bucket', '')}"
    yield caller.call("s3:ListBucket", bucket, {"s3:prefix": str(parameters.get("Prefix", ""))})


def _object(caller: Caller, parameters: Mapping[str, Any]) -> str:
    return object_arn(caller.partition, str(parameters.get("Bucket", "")), str(parameters.get("Key", "")))


def _list_jobs(caller: Caller, _: Mapping[str, Any]) -> Iterator[Call]:
    yield caller.call("sagemaker:ListTrainingJobs", "*")


def _create_job(caller: Caller, parameters: Mapping[str, Any]) -> Iterator[Call]:
    if {"TrainingJobName", "RoleArn", "OutputDataConfig"} <= set(parameters):
        yield from create_calls(caller, parameters, sync=False)
    else:
        yield caller.call("sagemaker:CreateTrainingJob", caller.job(parameters.get("TrainingJobName", "")))


def _put_metric_data(caller: Caller, parameters: Mapping[str, Any]) -> Iterator[Call]:
    namespace = str(parameters.get("Namespace", ""))
    yield caller.call("cloudwatch:PutMetricData", "*", {"cloudwatch:namespace": namespace})


def _put_events(caller: Caller, parameters: Mapping[str, Any]) -> Iterator[Call]:
    for entry in parameters.get("Entries", []):
        # https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoneventbridge.html
        context: Context = {
            "events:source": (str(entry.get("Source", "")),),
            "events:detail-type": (str(entry.get("DetailType", "")),),
            "events:eventBusInvocation": "false",
        }
        bus = str(entry.get("EventBusName", "default"))
        yield caller.call("events:PutEvents", caller.arn("events", f"event-bus/{bus}"), context)


_SDK_CALLS: Mapping[tuple[str, str], Callable[[Caller, Mapping[str, Any]], Iterator[Call]]] = {
    ("s3", "GetObject"): _of_object("s3:GetObject"),
    # https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
    ("s3", "HeadObject"): _of_object("s3:GetObject"),
    ("s3", "PutObject"): _of_object("s3:PutObject"),
    ("s3", "ListObjectsV2"): _list_objects,
    ("stepfunctions", "DescribeExecution"): _of_execution("states:DescribeExecution"),
    ("stepfunctions", "RedriveExecution"): _of_execution("states:RedriveExecution"),
    ("sagemaker", "CreateTrainingJob"): _create_job,
    ("sagemaker", "DescribeTrainingJob"): _of_job("sagemaker:DescribeTrainingJob"),
    ("sagemaker", "ListTrainingJobs"): _list_jobs,
    ("sagemaker", "StopTrainingJob"): _of_job("sagemaker:StopTrainingJob"),
    ("cloudwatch", "PutMetricData"): _put_metric_data,
    ("events", "PutEvents"): _put_events,
}
"""The operations whose calls are known, by boto3's service and the operation's name."""

"""How long synthesis takes with SpotTraining, beside the same resources written by hand with aws-cdk-lib.

    python benchmarks/synth.py [--counts 1 10 50] [--pairs 5]

Each measurement is a process of its own, from its first import to the written assembly, and the two kinds take turns,
so that what the machine does meanwhile hits both alike. One pair is run first to fill the file cache. The figures are
medians. Both kinds must give the same resources and the same number of policy statements, or there is nothing to
compare and the benchmark fails.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import aws_cdk as cdk

# 10 resources and 50 kB each: five to a stack stay far from CloudFormation's limits
PER_STACK = 5
KINDS = ("by hand", "constructs_lib")
IMAGE = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/churn:1.4"


def with_library(stack: cdk.Stack, number: int, _: dict[str, Any]) -> None:
    """Write one training with this library."""
    from aws_cdk import Duration
    from aws_cdk import aws_s3 as s3

    from constructs_lib import Capacity, SpotTraining, TrainingChannel, TrainingImage

    data = s3.Bucket.from_bucket_name(stack, f"Data{number}", "data")
    SpotTraining(
        stack,
        f"Training{number}",
        image=TrainingImage.from_registry(IMAGE),
        capacity=[Capacity.spot("ml.m5.xlarge"), Capacity.on_demand("ml.m5.xlarge")],
        max_runtime=Duration.hours(4),
        max_wait=Duration.hours(8),
        channels={"train": TrainingChannel.from_bucket(data, "churn/train/")},
        hyperparameters={"epochs": 20},
        base_job_name=f"churn-{number}",
    )


def by_hand(stack: cdk.Stack, number: int, machine: dict[str, Any]) -> None:
    """Write the same resources as an author would without it, the definition in a file of its own."""
    import aws_cdk as cdk
    from aws_cdk import aws_iam as iam
    from aws_cdk import aws_logs as logs
    from aws_cdk import aws_s3 as s3
    from aws_cdk import aws_stepfunctions as sfn
    from constructs import Construct

    scope = Construct(stack, f"Training{number}")
    name = f"churn-{number}"

    def allow(actions: list[str], *resources: str, **conditions: Any) -> iam.PolicyStatement:
        return iam.PolicyStatement(actions=actions, resources=list(resources), conditions=conditions or None)

    def bucket(construct_id: str, *rules: s3.LifecycleRule, versioned: bool) -> s3.Bucket:
        abort = s3.LifecycleRule(id="Abort", abort_incomplete_multipart_upload_after=cdk.Duration.days(1))
        return s3.Bucket(
            scope,
            construct_id,
            encryption=s3.BucketEncryption.S3_MANAGED,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            enforce_ssl=True,
            versioned=versioned,
            removal_policy=cdk.RemovalPolicy.RETAIN,
            lifecycle_rules=[*rules, abort],
        )

    jobs = stack.format_arn(service="sagemaker", resource="training-job", resource_name="*")
    log_group = stack.format_arn(
        service="logs",
        resource="log-group",
        resource_name="/aws/sagemaker/TrainingJobs",
        arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME,
    )
    write_logs = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
    namespace = {"cloudwatch:namespace": "/aws/sagemaker/TrainingJobs"}
    role = iam.Role(
        scope,
        "Role",
        assumed_by=iam.ServicePrincipal(
            "sagemaker.amazonaws.com",
            conditions={"StringEquals": {"aws:SourceAccount": stack.account}, "ArnLike": {"aws:SourceArn": jobs}},
        ),
        inline_policies={
            "Logs": iam.PolicyDocument(statements=[allow(write_logs, log_group, f"{log_group}:*")]),
            "Metrics": iam.PolicyDocument(
                statements=[allow(["cloudwatch:PutMetricData"], "*", StringEquals=namespace)]
            ),
        },
    )
    checkpoints = bucket(
        "CheckpointBucket", s3.LifecycleRule(id="Expire", expiration=cdk.Duration.days(30)), versioned=False
    )
    models = bucket(
        "OutputBucket",
        s3.LifecycleRule(
            id="Expire", noncurrent_version_expiration=cdk.Duration.days(90), expired_object_delete_marker=True
        ),
        versioned=True,
    )
    data = s3.Bucket.from_bucket_name(stack, f"Data{number}", "data")
    repository = stack.format_arn(
        service="ecr", account="123456789012", region="eu-west-1", resource="repository", resource_name="churn"
    )
    pull = ["ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage"]
    keep = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"]
    for statement in (
        allow(pull, repository),
        allow(["ecr:GetAuthorizationToken"], "*"),
        allow(["s3:ListBucket"], data.bucket_arn, StringLike={"s3:prefix": "churn/train/*"}),
        allow(["s3:GetObject"], data.arn_for_objects("churn/train/*")),
        allow(["s3:ListBucket"], checkpoints.bucket_arn, StringLike={"s3:prefix": f"{name}/*"}),
        allow(keep, checkpoints.arn_for_objects(f"{name}/*")),
        allow(["s3:PutObject"], models.arn_for_objects("models/*")),
    ):
        role.add_to_policy(statement)

    values = {
        "Role": role.role_arn,
        "CheckpointBucket": checkpoints.bucket_name,
        "OutputBucket": models.bucket_name,
        "Partition": stack.partition,
        "Region": stack.region,
        "AccountId": stack.account,
    }
    state_machine = sfn.StateMachine(
        scope,
        "StateMachine",
        definition_body=sfn.DefinitionBody.from_string(machine["definition"]),
        definition_substitutions={placeholder: values[placeholder] for placeholder in machine["placeholders"]},
        logs=sfn.LogOptions(
            destination=logs.LogGroup(scope, "Log", retention=logs.RetentionDays.THREE_MONTHS),
            level=sfn.LogLevel.ALL,
            include_execution_data=False,
        ),
        tracing_enabled=True,
    )
    own_jobs = stack.format_arn(service="sagemaker", resource="training-job", resource_name=f"{name}-*")
    rule = stack.format_arn(
        service="events",
        resource="rule",
        resource_name="StepFunctionsGetEventsForSageMakerTrainingJobsRule",
    )
    executions = stack.format_arn(
        service="states", resource="execution", resource_name="*", arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME
    )
    types = {"sagemaker:InstanceTypes": ["ml.m5.xlarge"]}
    passed = {"iam:PassedToService": "sagemaker.amazonaws.com"}
    for statement in (
        allow(["sagemaker:CreateTrainingJob"], own_jobs, **{"ForAllValues:StringEquals": types}),
        allow(["sagemaker:DescribeTrainingJob", "sagemaker:StopTrainingJob"], own_jobs),
        allow(["sagemaker:AddTags"], own_jobs),
        allow(["iam:PassRole"], role.role_arn, StringEquals=passed),
        allow(["events:PutTargets", "events:PutRule", "events:DescribeRule"], rule),
        allow(["s3:GetObject", "s3:PutObject"], checkpoints.arn_for_objects(f"{name}.runs/*")),
        allow(["states:DescribeExecution"], executions),
    ):
        state_machine.add_to_role_policy(statement)


WRITERS: dict[str, Callable[[cdk.Stack, int, dict[str, Any]], None]] = dict(
    zip(KINDS, (by_hand, with_library), strict=True)
)


def synthesise(kind: str, count: int, machine: dict[str, Any]) -> dict[str, Any]:
    """Write `count` trainings of one kind, synthesise them, and say how long it took and what came out."""
    start = time.perf_counter()
    import aws_cdk as cdk

    with tempfile.TemporaryDirectory() as outdir:
        app = cdk.App(outdir=outdir, analytics_reporting=False)
        for number in range(count):
            if number % PER_STACK == 0:
                stack = cdk.Stack(app, f"Stack{number // PER_STACK}")
            WRITERS[kind](stack, number, machine)
        app.synth()
        seconds = time.perf_counter() - start
        templates = [json.loads(path.read_text()) for path in sorted(Path(outdir).glob("*.template.json"))]
    resources = [resource for template in templates for resource in template["Resources"].values()]
    return {
        "seconds": seconds,
        "contents": Counter(resource["Type"] for resource in resources) + Counter(statements=_statements(resources)),
        "machine": machine or _machine(resources),
    }


def _statements(value: Any) -> int:
    """Count the policy statements anywhere in a document."""
    if isinstance(value, list):
        return sum(map(_statements, value))
    if isinstance(value, dict):
        own = len(value["Statement"]) if isinstance(value.get("Statement"), list) else 0
        return own + sum(map(_statements, value.values()))
    return 0


def _machine(resources: list[dict[str, Any]]) -> dict[str, Any]:
    """Write a synthesised definition as an author would: one text, with placeholders for what is in other resources."""
    (found,) = (resource for resource in resources if resource["Type"] == "AWS::StepFunctions::StateMachine")
    parts = found["Properties"]["DefinitionString"]["Fn::Join"][1]
    names: set[str] = set()

    def text(part: Any) -> str:
        if isinstance(part, str):
            return part
        reference = json.dumps(part)
        (name,) = (
            name
            for name in ("CheckpointBucket", "OutputBucket", "Role", "Partition", "Region", "AccountId")
            if name in reference
        )
        names.add(name)
        return f"${{{name}}}"

    definition = "".join(map(text, parts))
    return {"definition": definition, "placeholders": sorted(names)}


def measure(kind: str, count: int, machine: dict[str, Any]) -> dict[str, Any]:
    """Synthesise in a new process."""
    command = [sys.executable, __file__, "--child", kind, "--counts", str(count)]
    # the answer is the last line: CDK may write notices of its own before it
    process = subprocess.run(
        command, input=json.dumps(machine), stdout=subprocess.PIPE, text=True, check=True, timeout=600
    )
    answer: dict[str, Any] = json.loads(process.stdout.splitlines()[-1])
    return answer


def compare(counts: list[int], pairs: int) -> dict[str, dict[int, float]]:
    """Measure both kinds in turn and return the medians, in seconds, by kind and count."""
    machine = measure("constructs_lib", 1, {})["machine"]
    measure("by hand", 1, machine)
    medians: dict[str, dict[int, float]] = {kind: {} for kind in KINDS}
    for count in counts:
        seconds: dict[str, list[float]] = {kind: [] for kind in KINDS}
        for pair in range(pairs):
            found = {kind: measure(kind, count, machine) for kind in (KINDS if pair % 2 == 0 else KINDS[::-1])}
            if found[KINDS[0]]["contents"] != found[KINDS[1]]["contents"]:
                contents = "\n".join(f"{kind}: {json.dumps(found[kind]['contents'])}" for kind in KINDS)
                sys.exit(f"the two kinds do not give the same resources; change 'by_hand' in {__file__}\n{contents}")
            for kind in KINDS:
                seconds[kind].append(found[kind]["seconds"])
        for kind in KINDS:
            medians[kind][count] = statistics.median(seconds[kind])
    return medians


def report(medians: dict[str, dict[int, float]]) -> None:
    """Print the table, and what a further training costs."""
    print(f"{'':<26}{'by hand':>12}{'constructs_lib':>18}{'ratio':>9}")

    def row(label: str, hand: float, library: float, aim: str = "") -> None:
        print(f"{label:<26}{hand:>10.3f} s{library:>16.3f} s{library / hand:>9.2f}  {aim}")

    hand, library = (medians[kind] for kind in KINDS)
    counts = sorted(hand)
    for count in counts:
        label = f"{count} training{'s' if count != 1 else ''}"
        row(label, hand[count], library[count], "aim: at most 1.15" if count == 1 else "")
    if len(counts) == 1:
        return
    steps = list(zip(counts, counts[1:], strict=False))
    for low, high in [*steps, (counts[0], counts[-1])] if len(steps) > 1 else steps:
        each = [(times[high] - times[low]) / (high - low) for times in (hand, library)]
        row(f"each further, {low} to {high}", each[0], each[1], "aim: at most 1.30")
    first, last = ((library[high] - library[low]) / (high - low) for low, high in (steps[0], steps[-1]))
    print(f"growth: a further one costs {last / first:.2f} times as much at {counts[-1]} as at {counts[0]} (linear: 1)")


def main() -> None:
    """Run the benchmark, or one measurement of it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--counts", type=int, nargs="+", default=[1, 10, 50], help="numbers of trainings")
    parser.add_argument("--pairs", type=int, default=5, help="measurements of each kind for each number")
    parser.add_argument("--child", choices=KINDS, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if min(arguments.counts) < 1 or arguments.pairs < 1:
        parser.error("--counts and --pairs must be from 1 up")
    if arguments.child is not None:
        print(json.dumps(synthesise(arguments.child, arguments.counts[0], json.load(sys.stdin))))
    else:
        report(compare(sorted(set(arguments.counts)), arguments.pairs))


if __name__ == "__main__":
    main()

"""Why the state machine's role may do what it may, by what needs it."""

from __future__ import annotations

from constructs_lib.cdk.permissions.reason import Reason

_GUIDE = "https://docs.aws.amazon.com"
_SYNC = f"{_GUIDE}/step-functions/latest/dg/sagemaker-iam.html"
_CONDITIONAL = f"{_GUIDE}/AmazonS3/latest/userguide/conditional-writes.html"
_ENCRYPTED = f"{_GUIDE}/AmazonS3/latest/userguide/UsingKMSEncryption.html"
_AT_REST = f"{_GUIDE}/step-functions/latest/dg/encryption-at-rest.html"
_JOBS = "arn:aws:sagemaker:<region>:<account>:training-job/<base job name>-*"

STATE_MACHINE: tuple[Reason, ...] = (
    Reason(
        actions=("sagemaker:CreateTrainingJob",),
        resources=(_JOBS,),
        why="Train creates the attempt's job, which must be what the deployment promised",
        page=_SYNC,
        conditions={
            "Null sagemaker:InstanceTypes": "false",
            "ForAllValues:StringEquals sagemaker:InstanceTypes": None,
        },
        optional=frozenset(
            {
                "ArnEquals sagemaker:OutputKmsKeyArn",
                "ArnEquals sagemaker:VolumeKmsKeyArn",
                "ArnEqualsIfExists sagemaker:VolumeKmsKeyArn",
                "Bool sagemaker:InterContainerTrafficEncryption",
                "Bool sagemaker:NetworkIsolation",
                "ForAllValues:StringEquals sagemaker:VpcSecurityGroupIds",
                "ForAllValues:StringEquals sagemaker:VpcSubnets",
                "Null sagemaker:VpcSecurityGroupIds",
                "Null sagemaker:VpcSubnets",
                "NumericLessThanEquals sagemaker:MaxRuntimeInSeconds",
            }
        ),
    ),
    Reason(
        actions=("sagemaker:DescribeTrainingJob",),
        resources=(_JOBS,),
        why="Inspect asks how the job ended, the watch whether it has begun, and `.sync` when events do not come",
        page=_SYNC,
    ),
    Reason(
        actions=("sagemaker:ListTrainingJobs",),
        resources=("*",),
        why="Find job of holder looks whether the job of a dead run has ended, before its checkpoints are written "
        "again; the action has no resource type",
        page=f"{_GUIDE}/service-authorization/latest/reference/list_amazonsagemaker.html",
    ),
    Reason(
        actions=("sagemaker:StopTrainingJob",),
        resources=(_JOBS,),
        why="Step Functions stops the job of an aborted run, the watch one that has waited too long, and "
        "who takes over from a dead run the job that lives on",
        page=_SYNC,
    ),
    Reason(
        actions=("sagemaker:AddTags",),
        resources=(_JOBS,),
        why="Step Functions tags the jobs that it starts",
        page=_SYNC,
    ),
    Reason(
        actions=("iam:PassRole",),
        resources=("<job role>",),
        why="Train hands the job its role, to SageMaker alone",
        page=f"{_GUIDE}/IAM/latest/UserGuide/id_roles_use_passrole.html",
        conditions={"StringEquals iam:PassedToService": "sagemaker.amazonaws.com"},
    ),
    Reason(
        actions=("events:PutTargets", "events:PutRule", "events:DescribeRule"),
        resources=("arn:aws:events:<region>:<account>:rule/StepFunctionsGetEventsForSageMakerTrainingJobsRule",),
        why="Step Functions keeps a rule by which `.sync` learns of a job's end",
        page=_SYNC,
    ),
    Reason(
        actions=("s3:GetObject",),
        resources=("arn:aws:s3:::<checkpoint bucket>/<base job name>.runs/*",),
        why="Read claim asks who holds a checkpoint prefix (HeadObject)",
        page=f"{_GUIDE}/AmazonS3/latest/API/API_HeadObject.html",
    ),
    Reason(
        actions=("s3:PutObject",),
        resources=("arn:aws:s3:::<checkpoint bucket>/<base job name>.runs/*",),
        why="a run claims its checkpoint prefix, takes one over, and gives it back",
        page=_CONDITIONAL,
    ),
    Reason(
        actions=("kms:Decrypt", "kms:GenerateDataKey"),
        resources=("<checkpoint key>",),
        why="S3 encrypts the claims like all objects of their bucket, and decrypts them",
        page=_ENCRYPTED,
        when="a checkpoint bucket with a key",
    ),
    Reason(
        actions=("states:DescribeExecution",),
        resources=("arn:aws:states:<region>:<account>:execution:*",),
        why="Ask holder asks whether the run that holds a claim lives; it may be one of any machine",
        page=f"{_GUIDE}/step-functions/latest/apireference/API_DescribeExecution.html",
    ),
    Reason(
        actions=("cloudwatch:PutMetricData",),
        resources=("*",),
        why="a run puts its figures, held to one namespace; metrics have no ARN",
        page=f"{_GUIDE}/AmazonCloudWatch/latest/monitoring/iam-cw-condition-keys-namespace.html",
        conditions={"StringEquals cloudwatch:namespace": "SpotTraining"},
        when="`publish_metrics`, the default",
    ),
    Reason(
        actions=("kms:Decrypt", "kms:GenerateDataKey"),
        resources=("<state machine key>",),
        why="Step Functions encrypts the definition and the executions of this one machine, and decrypts them",
        page=_AT_REST,
        conditions={"StringEquals kms:EncryptionContext:aws:states:stateMachineArn": None},
        when="`state_machine_key`",
    ),
    Reason(
        actions=("kms:GenerateDataKey",),
        resources=("<state machine key>",),
        why="Step Functions encrypts what it delivers to the log group",
        page=_AT_REST,
        conditions={"StringEquals kms:EncryptionContext:SourceArn": "arn:aws:logs:<region>:<account>:*"},
        when="`state_machine_key`",
    ),
    Reason(
        actions=(
            "logs:CreateLogDelivery",
            "logs:DeleteLogDelivery",
            "logs:DescribeLogGroups",
            "logs:DescribeResourcePolicies",
            "logs:GetLogDelivery",
            "logs:ListLogDeliveries",
            "logs:PutResourcePolicy",
            "logs:UpdateLogDelivery",
        ),
        resources=("*",),
        why="Step Functions delivers the machine's logs; log deliveries have no ARN",
        page=f"{_GUIDE}/step-functions/latest/dg/cw-logs.html",
        when="`SpotTraining`; a machine of your own has what you give it",
    ),
    Reason(
        actions=(
            "xray:GetSamplingRules",
            "xray:GetSamplingTargets",
            "xray:PutTelemetryRecords",
            "xray:PutTraceSegments",
        ),
        resources=("*",),
        why="Step Functions sends the machine's traces, which have no ARN",
        page=f"{_GUIDE}/step-functions/latest/dg/concepts-xray-tracing.html",
        when="`SpotTraining`; a machine of your own has what you give it",
    ),
)
"""The state machine's role, which Step Functions assumes."""

"""What the embedded AWS does otherwise than AWS, beyond its training jobs. The docs print these sentences."""

from __future__ import annotations

from constructs_lib.local.training_jobs.not_emulated import NOT_EMULATED as TRAINING_JOBS

STEP_FUNCTIONS: tuple[str, ...] = (
    (
        "A redrive of a Parallel or Map runs all its branches again, where AWS runs only those that did not "
        "succeed; the 14 days in which AWS redrives are not counted"
    ),
    (
        "Standard workflows only: StartSyncExecution does not exist here. TestState runs a state, without "
        "mocks and without inspection data; a client needs `AWS_DISABLE_HOST_PREFIX_INJECTION=true` for it, "
        "since there is one host only"
    ),
    (
        "ValidateStateMachineDefinition and CreateStateMachine tell in AWS's words what AWS is known to "
        "refuse, and in moto's what moto's parser finds; AWS refuses more"
    ),
    (
        "Of SageMaker's optimized integrations there are createTrainingJob and createTrainingJob.sync, of "
        "Step Functions' startExecution in all its forms; every other service is reached through `aws-sdk`. "
        "Optimized integrations with other services are moto's own and untested here"
    ),
    (
        "What AWS does not document is assumed: the names and causes of createTrainingJob's errors, times as "
        "milliseconds in its result, that a job which ends as Stopped fails the task (a setting), that a "
        "timeout of the task stops the job"
    ),
    ("A task's HeartbeatSeconds are accepted and not enforced; SDK calls are sent once, where AWS may send them again"),
    (
        "JSONata is evaluated by jsonata-python, which is slower than AWS's engine: an expression gets 30 "
        "seconds instead of one, and AWS's memory limit is not enforced. What it does otherwise than jsonata 2.0.6, "
        "which AWS names, is corrected in `$replace`, `$number` and `%`, and known elsewhere: `$split` keeps a "
        "character of two code units whole, whole numbers beyond 2^53 keep their digits, `$base64encode` writes UTF-8, "
        "`$formatNumber(0, '#.#')` has a zero, and `$distinct` of one value is that value. Expressions are read when a "
        "machine is created: one that calls `$eval`, or reads `$states.result` in a Catch or `$states.errorOutput` "
        "elsewhere, is refused then, in words of our own; `$states.result` in another wrong place is only "
        "found when evaluated"
    ),
    (
        "A distributed Map runs its children in the parent's own process, Standard or Express alike, without "
        "executions and histories of their own: DescribeMapRun and ListMapRuns tell how many wait, run and have "
        "ended, and ListExecutions with a `mapRunArn` which they are, of Express ones too; DescribeExecution does not "
        "know them. UpdateMapRun changes what is tolerated, not how many run at once, and a redrive begins a Map Run "
        "anew. ItemBatcher, manifests and inventories are moto's own. Its output has the results of the children that "
        "succeeded; AWS does not document what stands there for those that failed and were tolerated"
    ),
    (
        "Of the quotas only the 256 KiB of a state's input or output holds; not those on variables, causes, "
        "events, and the length of executions"
    ),
    (
        "Logging, tracing and encryption of state machines have no effect; no events of executions and jobs go "
        "to EventBridge. What a state puts there comes to queues and log groups, and the put fails where a rule that "
        "matches has another target. An alias with a DeploymentPreference moves to its version at once, whatever its "
        "type, interval and alarms; the context object has a version's ARN as StateMachine.Id, about which AWS's "
        "documents say nothing"
    ),
)
"""Sentences, one for each difference of Step Functions."""

EVERYTHING_ELSE: tuple[str, ...] = (
    (
        "Operations that do not exist here answer with an error of AWS's form that says so, such as "
        "`UnknownOperationException` or `InvalidAction`; but settings of buckets that moto does not know are taken "
        "for a listing, and SimulatePrincipalPolicy and SimulateCustomPolicy see the policies of a role only, not "
        "those of resources"
    ),
    (
        "Permissions: whoever is let in may do anything. Roles and policies are stored and can be read back, and are"
        " never held against anybody, neither the state machine nor its jobs. What is called in their names is recorded"
        " (`EmbeddedAws.calls`), and the tests hold the synthesised policies against it"
    ),
    (
        "Signatures are not checked, nor when keys expire; unsigned requests and S3's POST forms are refused, and the "
        "keys that GetSessionToken and GetFederationToken return are not let in"
    ),
    (
        "Buckets have the lifecycle rules, versions, public access block, ownership and policy that the template "
        "says, but nothing expires or moves, and no policy is enforced"
    ),
    (
        "CloudFormation skips what moto does not know: alarms, topic policies and subscriptions, schedules, log "
        "metric filters, CDK's metadata; what refers to one of these is told a name or an ARN that leads nowhere. Of "
        "custom resources CDK's `BucketDeployment` alone works, without its function: its files are copied, but it "
        "sets no metadata and tells no CloudFront. A deployment that fails is not rolled back. Updates of managed "
        "policies, log groups and keys are not applied"
    ),
    "One account, 123456789012; Regions are apart, but SageMaker's jobs are all in the one that `region` names",
    "Nothing is kept: every embedded AWS begins empty",
)
"""Sentences, one for each difference of the rest."""

NOT_EMULATED = (*TRAINING_JOBS, *STEP_FUNCTIONS, *EVERYTHING_ELSE)
"""All of them."""

"""What is fine and what is refused: how long a job may last, what trains, what is told about it."""

from __future__ import annotations

from tests.support.run_documents import ON_DEMAND
from tests.training_job.rules.cases.case import (
    AUTHORISED,
    DAY,
    ISOLATED,
    MODEL,
    SERVERLESS,
    VPC,
    Case,
    algorithm,
    registry,
    rule,
    stopping,
    tag,
)

STOPPING = (
    Case(
        "spot_needs_a_wait", [{}], [(stopping(WaitTime=None), "'StoppingCondition.MaxWaitTimeInSeconds' is required")]
    ),
    Case(
        "wait_is_for_spot",
        [{}, {"EnableManagedSpotTraining": False}],
        [
            (stopping(WaitTime=7200), "is true, got 7200; leave it out for on-demand"),
            ({"EnableManagedSpotTraining": False, **stopping(WaitTime=1)}, "is true, got 1; leave it out"),
        ],
        ON_DEMAND,
    ),
    Case(
        "wait_covers_runtime",
        [stopping(WaitTime=3600), stopping(Runtime=None, WaitTime=DAY)],
        [
            (stopping(WaitTime=3599), "must be at least 'MaxRuntimeInSeconds' (3600), got 3599"),
            (stopping(Runtime=None, WaitTime=DAY - 1), "must be at least 'MaxRuntimeInSeconds' (86400), got 86399"),
        ],
    ),
    Case(
        "longest_runtime",
        [stopping(Runtime=28 * DAY, WaitTime=28 * DAY)],
        [(stopping(Runtime=28 * DAY + 1), "'StoppingCondition.MaxRuntimeInSeconds' must be at most 2419200 (28 days)")],
    ),
    Case(
        "longest_wait",
        [stopping(WaitTime=30 * DAY)],
        [(stopping(WaitTime=30 * DAY + 1), "must be at most 2592000 (30 days), got 2592001")],
    ),
)

ALGORITHM = (
    Case(
        "image_or_algorithm",
        [{}, algorithm(TrainingImage=None, AlgorithmName="mine"), {"AlgorithmSpecification": None, **SERVERLESS}],
        [
            (algorithm(TrainingImage=None), "must have either 'TrainingImage' or 'AlgorithmName', got neither"),
            (algorithm(AlgorithmName="mine"), "got TrainingImage and AlgorithmName"),
            ({"AlgorithmSpecification": None}, "got neither"),
        ],
    ),
    Case(
        "private_registries_are_in_a_vpc",
        [{**registry("Vpc"), "VpcConfig": VPC}, registry("Platform")],
        [(registry("Vpc"), "'VpcConfig' is required where 'AlgorithmSpecification.TrainingImageConfig.TrainingRep")],
    ),
    Case(
        "registry_credentials_are_for_private_registries",
        [{**registry("Vpc", **AUTHORISED), "VpcConfig": VPC}],
        [(registry("Platform", **AUTHORISED), "is for 'TrainingRepositoryAccessMode' 'Vpc', got 'Platform'")],
    ),
    Case(
        "isolated_images_need_no_network",
        [
            ISOLATED,
            algorithm(TrainingImage="x/sagemaker-chainer:5"),
            {**ISOLATED, **algorithm(TrainingImage="x/my-sagemaker-chainer:5")},
        ],
        [
            ({**ISOLATED, **algorithm(TrainingImage=f"x/{name}:5")}, f"got the image 'x/{name}:5'")
            for name in ("sagemaker-chainer", "sagemaker-rl-ray-container")
        ],
    ),
    Case(
        "isolated_containers_fetch_no_source",
        [
            {"HyperParameters": {"sagemaker_submit_directory": "s3://source/code.tar.gz"}},
            {**ISOLATED, "HyperParameters": {"sagemaker_submit_directory": "/opt/ml/input/data/code/source.tar.gz"}},
        ],
        [
            (
                {**ISOLATED, "HyperParameters": {"sagemaker_submit_directory": given}},
                "'HyperParameters.sagemaker_submit_directory' must be a path in the container",
            )
            for given in ("s3://source/code.tar.gz", '"s3://source/code.tar.gz"')
        ],
    ),
)

DEBUGGING = (
    Case(
        "rules_have_names_of_their_own",
        [{"DebugRuleConfigurations": [rule("a"), rule("b")], "ProfilerRuleConfigurations": [rule("c")]}],
        [
            (
                {"DebugRuleConfigurations": [rule("a")], "ProfilerRuleConfigurations": [rule("a")]},
                "'ProfilerRuleConfigurations[0].RuleConfigurationName' must be another than the rules' before it",
            ),
            ({"DebugRuleConfigurations": [rule("a"), rule("a")]}, "'DebugRuleConfigurations[1].RuleConfigurationName'"),
        ],
    ),
    Case(
        "collections_have_names_of_their_own",
        [{"DebugHookConfig": {"S3OutputPath": "s3://b/", "CollectionConfigurations": [{"CollectionName": "losses"}]}}],
        [
            (
                {
                    "DebugHookConfig": {
                        "S3OutputPath": "s3://b/", "CollectionConfigurations": [{"CollectionName": "losses"}] * 2,
                    }
                },
                "'DebugHookConfig.CollectionConfigurations[1].CollectionName' must be another",
            )
        ],
    ),
    Case(
        "profiling_has_few_intervals",
        [{"ProfilerConfig": {"ProfilingIntervalInMilliseconds": n}} for n in (100, 200, 500, 1000, 5000, 60000)],
        [
            ({"ProfilerConfig": {"ProfilingIntervalInMilliseconds": n}}, f"100, 200, 500, 1000, 5000, 60000, got {n}")
            for n in (0, 99, 60001)
        ],
    ),
)  # fmt: skip

SERVERLESS_JOBS = (
    Case(
        "evaluations_have_a_type",
        [
            SERVERLESS,
            {
                "ServerlessJobConfig": {
                    "BaseModelArn": MODEL,
                    "JobType": "Evaluation",
                    "EvaluationType": "LLMAJEvaluation",
                }
            },
        ],
        [({"ServerlessJobConfig": {"BaseModelArn": MODEL, "JobType": "Evaluation"}}, "EvaluationType' is required")],
    ),
    Case(
        "sequences_have_a_length",
        [{"ServerlessJobConfig": {**SERVERLESS["ServerlessJobConfig"], "SequenceLength": n}} for n in ("1K", "1024K")],
        [
            (
                {"ServerlessJobConfig": {**SERVERLESS["ServerlessJobConfig"], "SequenceLength": length}},
                f"must be from 1K to 1024K, got '{length}'",
            )
            for length in ("0K", "1025K")
        ],
    ),
)

TAGS = (
    Case(
        "tags_have_keys_of_their_own",
        [{"Tags": [tag("team"), tag("Team")]}],
        [({"Tags": [tag("team"), tag("team")]}, "'Tags[1].Key' must be another than the keys before it, got 'team'")],
    ),
    Case(
        "tag_keys_are_not_awss",
        [{"Tags": [tag("aws"), tag("awsome:x")]}],
        [({"Tags": [tag(key)]}, f"'Tags[0].Key' must not begin with 'aws:', which is reserved, got '{key}'")
         for key in ("aws:team", "AWS:team")],
    ),
)  # fmt: skip

"""What is fine and what is refused: instances and their storage."""

from __future__ import annotations

from tests.training_job.rules.cases.case import (
    GROUPS,
    KEY,
    NO_INSTANCES,
    PLAN,
    PREFERENCES,
    SERVERLESS,
    Case,
    preferences,
    resources,
)

INSTANCES = (
    Case(
        "instances_are_named_once",
        [{}, resources(InstanceGroups=[]), {**resources(**NO_INSTANCES), **SERVERLESS}],
        [
            (resources(InstanceType=None), "'InstanceGroups' and 'InstancePreferences', got none"),
            (resources(InstanceType=""), "got none"),
            ({"ResourceConfig": None}, "got none"),
            (resources(InstanceGroups=[{}]), "got InstanceType and InstanceGroups"),
            (resources(InstancePreferences=[{}]), "got InstanceType and InstancePreferences"),
        ],
    ),
    Case(
        "instance_type_has_a_count",
        [resources(InstanceCount=1)],
        [(resources(InstanceCount=value), "'ResourceConfig.InstanceCount' must be at least 1") for value in (0, None)],
    ),
    Case(
        "groups_have_their_own_counts",
        [{}],
        [(resources(InstanceCount=1), "'ResourceConfig.InstanceCount' cannot be used with 'InstanceGroups'")],
        GROUPS,
    ),
    Case(
        "preferences_are_on_demand",
        [{}, {"EnableManagedSpotTraining": False}],
        [
            (
                {"EnableManagedSpotTraining": True},
                "'ResourceConfig.InstancePreferences' cannot be used with managed spot",
            )
        ],
        PREFERENCES,
    ),
    Case(
        "preferences_exclude_placement",
        [{}],
        [
            (
                resources(InstancePlacementConfig={"EnableMultipleJobs": True}),
                "cannot be used with 'InstancePreferences'",
            )
        ],
        PREFERENCES,
    ),
    Case(
        "preferences_are_counted_one_way",
        [{}, preferences(("ml.p5.48xlarge", 1), ("ml.p4d.24xlarge", 2), InstanceCount=None)],
        [
            (preferences(("ml.p5.48xlarge", 1), ("ml.p4d.24xlarge", None)), "each or none, got 1 of 2"),
            (preferences(("ml.p5.48xlarge", 1), ("ml.p4d.24xlarge", 2)), "leave out one of the two"),
            (resources(InstanceCount=None), "have no counts; give 'ResourceConfig.InstanceCount', or"),
        ],
        PREFERENCES,
    ),
    Case(
        "preferences_differ",
        [preferences(("ml.p5.48xlarge", None), ("ml.p5.4xlarge", None))],
        [
            (
                preferences(("ml.p5.48xlarge", None), ("ml.p5.48xlarge", None)),
                "'ResourceConfig.InstancePreferences[1].InstanceType' must be another than the preferences before it",
            )
        ],
        PREFERENCES,
    ),
    Case(
        "one_training_plan",
        [
            resources(TrainingPlanArn=PLAN),
            resources(InstancePreferences=[{"InstanceType": "ml.p5.48xlarge", "TrainingPlanArns": [PLAN]}]),
        ],
        [
            (
                resources(
                    InstancePreferences=[{"InstanceType": "ml.p5.48xlarge", "TrainingPlanArns": [PLAN]}],
                    TrainingPlanArn=PLAN,
                ),
                "'ResourceConfig.InstancePreferences[0].TrainingPlanArns' cannot be used with 'ResourceConfig.Training",
            )
        ],
        PREFERENCES,
    ),
    Case(
        "selection_is_read_only",
        [{}],
        [
            (resources(SelectedInstanceType="ml.p5.48xlarge"), "'ResourceConfig.SelectedInstanceType' is read-only"),
            (resources(SelectedInstanceCount=1), "'ResourceConfig.SelectedInstanceCount' is read-only"),
        ],
        PREFERENCES,
    ),
    Case(
        "warm_pools_are_on_demand",
        [resources(KeepAlivePeriodInSeconds=0)],
        [(resources(KeepAlivePeriodInSeconds=1), "cannot be used with managed spot training; use one of the two")],
    ),
    Case(
        "warm_pools_have_one_instance_type",
        [resources(KeepAlivePeriodInSeconds=0)],
        [(resources(KeepAlivePeriodInSeconds=1), "cannot be used with 'InstanceGroups'")],
        GROUPS,
    ),
    Case(
        "training_plans_are_not_spot",
        [{}],
        [(resources(TrainingPlanArn=PLAN), "'ResourceConfig.TrainingPlanArn' cannot be used with managed spot")],
    ),
    Case(
        "placements_have_instances",
        [resources(InstancePlacementConfig={"PlacementSpecifications": [{"InstanceCount": 1}]})],
        [
            (
                resources(InstancePlacementConfig={"PlacementSpecifications": [{"InstanceCount": 0}]}),
                "'ResourceConfig.InstancePlacementConfig.PlacementSpecifications[0].InstanceCount' must be at least 1",
            )
        ],
    ),
)

STORAGE = (
    Case(
        "volume_keys_are_for_volumes",
        [
            resources(VolumeKmsKeyId=KEY),
            resources(InstanceType="ml.g5.xlarge"),
            resources(InstanceType="ml.zz9.xlarge"),
        ],
        [
            (
                resources(VolumeKmsKeyId=KEY, InstanceType=name),
                f"and 'ResourceConfig.InstanceType' is '{name}'; leave out the key",
            )
            for name in ("ml.g5.xlarge", "ml.g4dn.xlarge", "ml.p4d.24xlarge", "ml.r5d.large", "ml.p5.48xlarge")
        ],
    ),
    Case(
        "volumes_have_a_size",
        [
            {},
            resources(VolumeSizeInGB=None, InstanceType="ml.g5.xlarge"),
            resources(VolumeSizeInGB=0, InstanceType="ml.g5.xlarge"),
            resources(VolumeSizeInGB=1, InstanceType="ml.m5.xlarge"),
        ],
        [
            (resources(VolumeSizeInGB=0, InstanceType="ml.m5.xlarge"), "must be at least 1 and is 0, because 'ml.m5."),
            *(
                (resources(VolumeSizeInGB=None, InstanceType=name), f"is required, because '{name}'")
                for name in ("ml.m5.xlarge", "ml.c5.xlarge", "ml.p2.xlarge")
            ),
        ],
    ),
    Case(
        "output_keys_are_not_for_directory_buckets",
        [
            {"OutputDataConfig": {"S3OutputPath": "s3://models--euw1-az1--x-s3/models"}},
            {"OutputDataConfig": {"S3OutputPath": "s3://models--x-s3-not/--x-s3", "KmsKeyId": KEY}},
        ],
        [
            (
                {"OutputDataConfig": {"S3OutputPath": f"s3://models--euw1-az1--x-s3{path}", "KmsKeyId": KEY}},
                "'OutputDataConfig.KmsKeyId' cannot be used with an S3 Express One Zone bucket, got",
            )
            for path in ("", "/models")
        ],
    ),
)

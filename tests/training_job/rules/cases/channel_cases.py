"""What is fine and what is refused: input channels."""

from __future__ import annotations

from tests.training_job.rules.cases.case import GROUPS, MANIFEST, VPC, Case, channels, files, resources, s3

CHANNELS = (
    Case(
        "channels_have_names_of_their_own",
        [channels(s3("a"), s3("b"))],
        [(channels(s3("a"), s3("a")), "'InputDataConfig' must name each channel once, got 'a' more than once")],
    ),
    Case(
        "augmented_manifests_are_piped",
        [
            channels(s3(source=MANIFEST, InputMode="Pipe")),
            channels(s3(source=MANIFEST), AlgorithmSpecification={"TrainingInputMode": "Pipe"}),
        ],
        [
            (channels(s3(source=MANIFEST, InputMode="FastFile")), "the input mode 'Pipe', got 'FastFile'"),
            (channels(s3(source=MANIFEST)), "the input mode 'Pipe', got 'File'"),
        ],
    ),
    Case(
        "manifests_are_not_read_on_demand",
        [channels(s3(source={"S3DataType": "ManifestFile"})), channels(s3(InputMode="FastFile"))],
        [
            (
                channels(s3(source={"S3DataType": "ManifestFile"}, InputMode="FastFile")),
                "cannot be 'ManifestFile' with the input mode 'FastFile'",
            ),
            (
                channels(
                    s3(source={"S3DataType": "ManifestFile"}), AlgorithmSpecification={"TrainingInputMode": "FastFile"}
                ),
                "use 'File' or 'Pipe' for this channel",
            ),
        ],
    ),
    Case(
        "augmented_manifests_have_attributes",
        [channels(s3(source=MANIFEST, InputMode="Pipe")), channels(s3(source={"AttributeNames": []}))],
        [
            (
                channels(s3(source={**MANIFEST, "AttributeNames": []}, InputMode="Pipe")),
                "'InputDataConfig[0].DataSource.S3DataSource.AttributeNames' is required",
            ),
            (channels(s3(source={"AttributeNames": ["x"]})), "'AugmentedManifestFile', got 'S3Prefix'"),
        ],
    ),
    Case(
        "compressed_channels_are_piped",
        [channels(s3(CompressionType="Gzip", InputMode="Pipe")), channels(s3(CompressionType="None"))],
        [
            (channels(s3(CompressionType="Gzip")), "'InputDataConfig[0].CompressionType' may be 'Gzip' only"),
            (channels(s3(CompressionType="Gzip", InputMode="FastFile")), "the input mode 'Pipe', got 'FastFile'"),
        ],
    ),
    Case(
        "wrapped_records_are_streamed",
        [channels(s3(RecordWrapperType="RecordIO", InputMode="Pipe")), channels(s3(RecordWrapperType="None"))],
        [(channels(s3(RecordWrapperType="RecordIO")), "'InputDataConfig[0].RecordWrapperType' cannot be 'RecordIO'")],
    ),
    Case(
        "file_systems_are_in_a_vpc",
        [files(VpcConfig=VPC)],
        [(files(), "'VpcConfig' is required, because 'InputDataConfig[0].DataSource.FileSystemDataSource'")],
    ),
    Case(
        "file_system_directories_are_absolute",
        [files("/", VpcConfig=VPC)],
        [(files("mount", VpcConfig=VPC), "must be a full path that begins with '/', got 'mount'")],
    ),
    Case(
        "channels_go_to_groups_there_are",
        [channels(s3(source={"InstanceGroupNames": ["read", "train"]})), channels(s3())],
        [
            (channels(s3(source={"InstanceGroupNames": ["reed"]})), "('read', 'train'), got 'reed'"),
            (
                {
                    **channels(s3(source={"InstanceGroupNames": ["read"]})),
                    **resources(InstanceGroups=None, InstanceType="ml.g5.xlarge", InstanceCount=1),
                },
                "(no groups), got 'read'",
            ),
        ],
        GROUPS,
    ),
    Case(
        "all_channels_go_to_groups_or_none",
        [channels(s3("a"), s3("b")), channels(*(s3(n, source={"InstanceGroupNames": ["read"]}) for n in "ab"))],
        [
            (
                channels(s3("a"), s3("b", source={"InstanceGroupNames": ["read"]})),
                "on every channel or on none, got 1 of 2",
            )
        ],
        GROUPS,
    ),
)

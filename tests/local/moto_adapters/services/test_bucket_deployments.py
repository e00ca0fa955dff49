"""A stack's `BucketDeployment`: files of a directory that is an asset are in the bucket, where a channel reads them."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

from constructs_lib.local.embedded_aws import EmbeddedAws
from tests.local.machines import BUCKET


def archive(files: dict[str, str]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as made:
        made.mkdir("folder")
        for name, text in files.items():
            made.writestr(name, text)
    return packed.getvalue()


def template(key: str, **more: Any) -> str:
    properties = {
        "ServiceToken": "arn:aws:lambda:us-east-1:123456789012:function:none",
        "SourceBucketNames": [BUCKET],
        "SourceObjectKeys": [key],
        "DestinationBucketName": {"Ref": "Data"},
        "Prune": True,
        **more,
    }
    resources = {
        "Data": {"Type": "AWS::S3::Bucket"},
        "Deployment": {"Type": "Custom::CDKBucketDeployment", "Properties": properties},
    }
    outputs = {
        "Bucket": {"Value": {"Ref": "Data"}},
        "Arn": {"Value": {"Fn::GetAtt": ["Deployment", "DestinationBucketArn"]}},
    }
    return json.dumps({"Resources": resources, "Outputs": outputs})


def outputs(aws: EmbeddedAws, stack: str) -> dict[str, str]:
    (found,) = aws.client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
    return {output["OutputKey"]: output["OutputValue"] for output in found["Outputs"]}


def objects(s3: Any, bucket: str) -> dict[str, str]:
    keys = [found["Key"] for found in s3.list_objects_v2(Bucket=bucket).get("Contents", [])]
    return {key: s3.get_object(Bucket=bucket, Key=key)["Body"].read().decode() for key in keys}


def test_files_are_copied_and_pruned(aws: EmbeddedAws) -> None:
    s3, cloudformation = aws.client("s3"), aws.client("cloudformation")
    s3.put_object(Bucket=BUCKET, Key="first.zip", Body=archive({"a.csv": "1", "folder/b.csv": "2", "c.txt": "x"}))
    s3.put_object(Bucket=BUCKET, Key="second.zip", Body=archive({"a.csv": "3 <marker>"}))
    more = {"DestinationBucketKeyPrefix": "train", "Exclude": ["*.txt"]}
    cloudformation.create_stack(StackName="data", TemplateBody=template("first.zip", **more))
    found = outputs(aws, "data")
    assert found["Arn"] == f"arn:aws:s3:::{found['Bucket']}"
    assert objects(s3, found["Bucket"]) == {"train/a.csv": "1", "train/folder/b.csv": "2"}
    s3.put_object(Bucket=found["Bucket"], Key="other/a", Body=b"stays")
    changed = template("second.zip", **more, SourceMarkers=[{"<marker>": "4"}])
    cloudformation.update_stack(StackName="data", TemplateBody=changed)
    assert objects(s3, found["Bucket"]) == {"other/a": "stays", "train/a.csv": "3 4"}


def test_an_archive_may_stay_one(aws: EmbeddedAws) -> None:
    s3 = aws.client("s3")
    s3.put_object(Bucket=BUCKET, Key="kept.zip", Body=b"as it is")
    aws.client("cloudformation").create_stack(
        StackName="kept", TemplateBody=template("kept.zip", Extract="false", Prune="false")
    )
    assert objects(s3, outputs(aws, "kept")["Bucket"]) == {"kept.zip": "as it is"}

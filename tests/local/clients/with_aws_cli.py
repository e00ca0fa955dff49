"""A training job by the AWS CLI: created, waited for, described, its log read, and what is not there refused."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

BUCKET = sys.argv[1]
NAME = "by-the-cli"


def aws(*arguments: str, fails: bool = False) -> Any:
    ended = subprocess.run(["aws", *arguments], capture_output=True, text=True, check=False)
    assert (ended.returncode != 0) == fails, ended.stderr
    return ended.stderr if fails else json.loads(ended.stdout or "null")


request = {
    "TrainingJobName": NAME,
    "AlgorithmSpecification": {
        "TrainingImage": "123456789012.dkr.ecr.us-east-1.amazonaws.com/train:1",
        "TrainingInputMode": "File",
        "ContainerEntrypoint": ["/bin/sh", "-c"],
        "ContainerArguments": ["echo hello; echo x > $SM_MODEL_DIR/m"],
    },
    "RoleArn": "arn:aws:iam::123456789012:role/job",
    "OutputDataConfig": {"S3OutputPath": f"s3://{BUCKET}/models"},
    "ResourceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 1},
    "StoppingCondition": {"MaxRuntimeInSeconds": 3600},
}
aws("sagemaker", "create-training-job", "--cli-input-json", json.dumps(request))
aws("sagemaker", "wait", "training-job-completed-or-stopped", "--training-job-name", NAME)
job = aws("sagemaker", "describe-training-job", "--training-job-name", NAME)
assert job["TrainingJobStatus"] == "Completed", job
assert job["OutputDataConfig"]["KmsKeyId"] == ""
group = ["--log-group-name", "/aws/sagemaker/TrainingJobs"]
(stream,) = aws("logs", "describe-log-streams", *group, "--log-stream-name-prefix", f"{NAME}/")["logStreams"]
events = aws("logs", "get-log-events", *group, "--log-stream-name", stream["logStreamName"])["events"]
assert [event["message"] for event in events] == ["hello"], events
refused = aws("sagemaker", "delete-training-job", "--training-job-name", NAME, fails=True)
assert "UnknownOperationException" in refused, refused

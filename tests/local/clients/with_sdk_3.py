"""SDK v3: ModelTrainer trains by its own entry script, on spot, and shows the log."""

from __future__ import annotations

import sys
from pathlib import Path

from sagemaker.core.helper.session_helper import Session
from sagemaker.train import ModelTrainer
from sagemaker.train.configs import Compute, SourceCode, StoppingCondition

BUCKET = sys.argv[1]
Path("source").mkdir()
Path("source/train.py").write_text(
    "import sys\nprint('arguments:', sys.argv[1:])\nopen('/opt/ml/model/m', 'w').write('x')\n"
)
trainer = ModelTrainer(
    training_image="123456789012.dkr.ecr.us-east-1.amazonaws.com/train:1",
    role="arn:aws:iam::123456789012:role/job",
    sagemaker_session=Session(default_bucket=BUCKET),
    source_code=SourceCode(source_dir="source", entry_script="train.py"),
    compute=Compute(
        instance_type="ml.m5.large", instance_count=1, volume_size_in_gb=10, enable_managed_spot_training=True
    ),
    stopping_condition=StoppingCondition(max_runtime_in_seconds=3600, max_wait_time_in_seconds=3600),
    hyperparameters={"epochs": 3},
)
trainer.train(wait=True, logs=True)
job = trainer._latest_training_job
assert job.training_job_status == "Completed", job.failure_reason
assert job.output_data_config.kms_key_id == ""

"""SDK v2: fit() with its logs, attach(), and a job that fails."""

from __future__ import annotations

import contextlib
import io
import sys
from pathlib import Path

from sagemaker import Session
from sagemaker.estimator import Estimator
from sagemaker.exceptions import UnexpectedStatusException

BUCKET = sys.argv[1]
PROGRAM = """
import os, sys
print("arguments:", sys.argv[1:])
if "--fail" in sys.argv:
    raise ValueError("no label")
open(os.path.join(os.environ["SM_MODEL_DIR"], "m"), "w").write("x")
"""

Path("source").mkdir()
Path("source/train.py").write_text(PROGRAM)
session = Session(default_bucket=BUCKET)


def estimator(**hyperparameters: object) -> Estimator:
    return Estimator(
        image_uri="123456789012.dkr.ecr.us-east-1.amazonaws.com/train:1",
        role="arn:aws:iam::123456789012:role/job",
        instance_count=1,
        instance_type="ml.m5.large",
        sagemaker_session=session,
        source_dir="source",
        entry_point="train.py",
        hyperparameters=hyperparameters,
        use_spot_instances=True,
        max_run=3600,
        max_wait=3600,
    )


first = estimator(epochs=3, name="a b")
seen = io.StringIO()
with contextlib.redirect_stdout(seen):
    first.fit(wait=True, logs="All")
sys.stdout.write(seen.getvalue())
assert "arguments: ['--epochs', '3', '--name', 'a b']" in seen.getvalue()
assert "Training seconds: " in seen.getvalue()
again = Estimator.attach(first.latest_training_job.name, sagemaker_session=session)
assert again.model_data == first.model_data
assert again.output_kms_key == ""
reason = ""
try:
    estimator(fail=1).fit(wait=True, logs="All")
except UnexpectedStatusException as error:
    reason = str(error)
assert "ExecuteUserScriptError" in reason, reason
assert "ValueError: no label" in reason, reason

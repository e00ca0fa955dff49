"""What the embedded AWS's training jobs do otherwise than SageMaker's, said honestly. The docs print this list."""

from __future__ import annotations

NOT_EMULATED: tuple[str, ...] = (
    (
        "Images are not pulled or run: the source that `sagemaker_program` names, or the program that a "
        "setting names for the image, runs as a process of this machine, with its GPUs; a source with the packages of "
        "the interpreter that a setting names, by default of the one that runs the embedded AWS"
    ),
    (
        "`requirements.txt` of a source is installed only if asked for (`--install-requirements`), for Python "
        "programs, and while the job is Downloading, where SageMaker's containers do it in Training; CodeArtifact is "
        "not asked. A source that has a `setup.py` is not installed: its modules run in place"
    ),
    (
        "A framework source runs as sagemaker-training-toolkit 5.1.4 runs it, once: MPI, torchrun and the like are not "
        "started, `SAGEMAKER_TRAINING_MODULE` is not imported, `output/intermediate` is not uploaded. `PYTHONPATH` has "
        "the source and what the job's `Environment` says, not the interpreter's own folders"
    ),
    (
        "A FailureReason keeps the program's last line where AWS would have nothing of it, or would cut it off after "
        "1,024 characters"
    ),
    (
        "One host: a job with several instances runs its program once, as `algo-1`, and `resourceconfig.json` "
        "lists only that host; quotas and spot capacity count all instances"
    ),
    (
        "Where the system has no mount namespaces (macOS, locked-down containers) a program does not find its "
        "files under `/opt/ml`, but where the `SM_*` variables and `checkpointconfig.json` say"
    ),
    "`CheckpointConfig.LocalPath` must be below `/opt/ml`",
    (
        "Channels: `S3Prefix` in File mode; FastFile is read as File; Pipe, ManifestFile, "
        "AugmentedManifestFile, file systems and data sets make the job fail with a ClientError that says so; "
        "Gzip channels are not unpacked, ShardedByS3Key is read whole"
    ),
    (
        "Permissions: the job's role, VPC, network isolation, KMS keys and volumes are accepted and have no "
        "effect, except that a KMS key for the output is passed on to S3"
    ),
    (
        "Debugger, Profiler, TensorBoard, Experiments, MLflow, remote debugging, infrastructure checks, warm "
        "pools, training plans and serverless jobs are accepted and echoed, and do nothing; UpdateTrainingJob "
        "and DeleteTrainingJob do not exist"
    ),
    (
        "Container output goes to a file and to CloudWatch Logs: every launch has a stream of its own, blank lines are "
        "left out. Of the metrics only FinalMetricDataList is made"
    ),
    "SIGTERM reaches every process of the program, not only the container's first",
    (
        "An interrupted program gets SIGTERM and 120 seconds of the clock; AWS documents SIGTERM only for "
        "stops. Checkpoints are copied until the program ends; when it has to be killed, what was not copied "
        "is lost"
    ),
    ("The grace after SIGTERM has a shortest and a longest time on the wall (`Timing`), however fast the clock runs"),
    (
        "A clock that runs fast makes the program's own work look slow: training seconds are wall seconds "
        "times the clock's speed"
    ),
    "`MaxPendingTimeInSeconds` has no effect",
    (
        "Killing the embedded AWS itself with SIGKILL leaves its training programs running; every other end "
        "takes them along"
    ),
    "A child of the program that makes itself a session of its own outlives it",
)
"""Sentences, one for each difference."""

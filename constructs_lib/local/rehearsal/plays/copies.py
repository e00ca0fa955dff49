"""What an instance leaves in S3 that goes without a word: whole checkpoints only, in the plays that are about these.

Checkpoints are copied file by file, and the program goes on meanwhile. So what is there of a checkpoint that was not
copied as a whole is taken away again, as if the instance had gone a moment before: half a checkpoint is a play of its
own, and must not happen in another one because the machine is busy.
"""

from __future__ import annotations

from constructs_lib.local.rehearsal.plays.record import LaunchRecord
from constructs_lib.local.rehearsal.watching.checkpoints import Habits, checkpoints
from constructs_lib.local.rehearsal.watching.events import Kind
from constructs_lib.local.training_jobs.instance.s3.transfer import S3Client, S3Location, list_keys

_NEVER_COPIED = ".sagemaker-ignore"


def forget_half_copied(s3: S3Client, place: S3Location, launch: LaunchRecord, habits: Habits, until: float) -> None:
    """Delete from S3 what is there of checkpoints that are not there as a whole.

    Args:
        s3: The client.
        place: The checkpoint prefix, which nobody writes to any more.
        launch: What the program did.
        habits: How it writes checkpoints.
        until: When it was killed, in seconds of its events; a file that is closed later was closed by its death.
    """
    copied = {key.removeprefix(place.key) for key in list_keys(s3, place)}
    whole: set[str] = set()
    half = {event.name for event in launch.events if event.seconds > until and event.kind is not Kind.READ}
    for checkpoint in checkpoints([event for event in launch.events if event.seconds <= until], habits):
        names = {name for file in checkpoint.files for name in (file.name, file.temporary) if name}
        left = {file.name for file in checkpoint.files if file.name in launch.left}
        needed = {name for name in left if not name.endswith(_NEVER_COPIED)}
        (whole if habits.complete(checkpoint) and needed <= copied else half).update(names)
    for name in sorted((half - whole) & copied):
        s3.delete_object(Bucket=place.bucket, Key=place.key + name)

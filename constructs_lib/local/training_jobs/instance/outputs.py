"""Uploads what a program has made: its model, and its other output where there is some."""

from __future__ import annotations

from pathlib import Path

from constructs_lib.local.training_jobs.api.request import JobRequest
from constructs_lib.local.training_jobs.instance import archive
from constructs_lib.local.training_jobs.instance.s3.transfer import S3Client, S3Location, parse_s3_uri, upload


def upload_outputs(s3: S3Client, request: JobRequest, root: Path, scratch: Path) -> None:
    """Upload the model and the output data of a container.

    Args:
        s3: The client.
        request: The job's request.
        root: The container's `/opt/ml`.
        scratch: A directory for archives.
    """
    place, key_id = parse_s3_uri(request.output_uri), request.output.get("KmsKeyId")

    def upload_archive(directory: Path, name: str) -> None:
        if directory.is_dir() and any(directory.iterdir()):
            packed = scratch / name
            archive.pack(directory, packed)
            upload(s3, packed, S3Location(place.bucket, f"{place.key}/{name}"), key_id)

    if request.compressed_model:
        upload_archive(root / "model", "model.tar.gz")
    else:
        for file in sorted(path for path in (root / "model").rglob("*") if path.is_file()):
            relative = file.relative_to(root / "model").as_posix()
            upload(s3, file, S3Location(place.bucket, f"{place.key}/model/{relative}"), key_id)
    upload_archive(root / "output/data", "output.tar.gz")

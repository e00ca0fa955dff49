"""How the embedded AWS is told to behave in the rehearsal, where it would not by itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from constructs_lib.local.training_jobs.faults import CreateFault, JobFault

SCARCE = "ml.p3.2xlarge"
"""A type that the market never has."""

MARKET = f"{SCARCE}=never;*=always"


class DeniedBuckets:
    """Faults of jobs whose data their role may not read: no permission is held against anything here."""

    def on_create(self, number: int, request: Mapping[str, Any]) -> CreateFault | None:
        """Let every job be created."""
        return None

    def on_job(self, number: int, request: Mapping[str, Any]) -> JobFault | None:
        """Refuse the data of the jobs that are called so."""
        if not any(channel["ChannelName"] == "denied" for channel in request.get("InputDataConfig", [])):
            return None
        return JobFault(kind="ClientError", message="Data download failed: AccessDenied (403) for s3:ListBucket")

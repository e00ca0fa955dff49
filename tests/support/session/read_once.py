"""Reads botocore's models once in a process; each boto3 session reads its services' anew, and tests make many."""

from __future__ import annotations

import functools

import botocore.session


def read_models_once() -> None:
    """Let all sessions of this process share what was read. moto, which changes what it reads, reads for itself."""
    botocore.session.create_loader = functools.cache(botocore.session.create_loader)

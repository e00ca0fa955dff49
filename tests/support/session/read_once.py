"""Reads botocore's models once in a process; each boto3 session reads its services' anew, and tests make many."""

from __future__ import annotations

from typing import Any

from botocore.loaders import JSONFileLoader


def read_models_once() -> None:
    """Let all sessions of this process share what was read; nobody changes it."""
    original, read = JSONFileLoader.load_file, dict[str, Any]()

    def load_file(self: Any, file_path: str) -> Any:
        if file_path not in read and (found := original(self, file_path)) is not None:
            read[file_path] = found
        return read.get(file_path)

    JSONFileLoader.load_file = load_file

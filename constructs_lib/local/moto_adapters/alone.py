"""moto for itself: one at a time in a process, empty at first, and as it was in the end."""

from __future__ import annotations

import logging
import os
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from moto.core.base_backend import BackendDict
from moto.core.config import default_user_config
from moto.core.model_instances import reset_model_data

from constructs_lib.local.errors import LocalError

_NOISY_LOGGERS = ("moto", "werkzeug")
_one_at_a_time = threading.Lock()


@contextmanager
def alone() -> Iterator[None]:
    """Begin with an empty moto that executes state machines, and end with an empty one as it was."""
    if not _one_at_a_time.acquire(blocking=False):
        raise LocalError("there is an embedded AWS in this process already; close it first, or use another process")
    config = default_user_config["stepfunctions"]
    before = dict(config)
    levels = {name: logging.getLogger(name).level for name in _NOISY_LOGGERS}
    try:
        _forget()
        config["execute_state_machine"] = True
        for name in _NOISY_LOGGERS:
            # moto reports every failed state as its own error; the history has it
            logging.getLogger(name).setLevel(logging.CRITICAL)
        with warnings.catch_warnings():
            # what moto's CloudFormation skips stands in the docs
            warnings.filterwarnings("ignore", message="Tried to parse", category=UserWarning)
            yield
    finally:
        config.update(before)  # type: ignore[typeddict-item]
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)
        _forget()
        _one_at_a_time.release()


def _forget() -> None:
    BackendDict.reset()
    reset_model_data()


@contextmanager
def moto_port(port: int) -> Iterator[None]:
    """Tell the parts of moto that call their own endpoint where it is."""
    before = os.environ.get("MOTO_PORT")
    os.environ["MOTO_PORT"] = str(port)
    try:
        yield
    finally:
        if before is None:
            del os.environ["MOTO_PORT"]
        else:
            os.environ["MOTO_PORT"] = before

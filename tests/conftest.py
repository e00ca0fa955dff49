"""What holds for every test: nothing is left behind, templates are validated where that is asked for, both engines."""

from __future__ import annotations

import gc
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.engines.iam_simulator import IamSimulator
from tests.support.engines.jsonata_engine import Engine, PythonEngine, ReferenceEngine
from tests.support.engines.node_lines import end_all, for_the_session
from tests.support.places import ROOT
from tests.support.session.left_behind import left_beside, left_in, running_in
from tests.support.session.longest_first import place_of
from tests.support.session.read_once import read_models_once

# CloudFormation's own rules take longer than all else of a synthesis; who wants them asks, by `templates.validated`
os.environ["CDK_VALIDATION"] = "false"

_KEPT = pytest.StashKey[tuple[Path, set[str]]]()
"""Where this session's temporary files are, and what was in the repository before it."""


def pytest_configure(config: pytest.Config) -> None:
    """Give the session a temporary directory of its own, which the workers and all programs that are run inherit."""
    read_models_once()
    if hasattr(config, "workerinput"):
        return
    scratch = Path(tempfile.mkdtemp(prefix="spot-training-tests-"))
    config.stash[_KEPT] = (scratch, {path.name for path in ROOT.iterdir()})
    os.environ["TMPDIR"] = tempfile.tempdir = str(scratch)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> Iterator[None]:
    """Fail a session that leaves files or programs behind, once its workers have ended."""
    end_all()
    yield
    if _KEPT not in session.config.stash:
        return
    scratch, before = session.config.stash[_KEPT]
    left = [*running_in(scratch), *left_in(scratch), *sorted(left_beside(before, ROOT))]
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if left and reporter is not None:
        reporter.write_line(f"left behind by the tests: {', '.join(left)}", red=True)
        session.exitstatus = session.exitstatus or pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(wrapper=True)
def pytest_collection(session: pytest.Session) -> Iterator[None]:
    """Leave what is imported once and for all out of every later search for garbage; it is millions of objects.

    And search less often than every 700 objects: it was a sixth of the processor time of what runs on the embedded AWS.
    """
    gc.disable()
    yield
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest."""
    items.sort(key=lambda item: place_of(item.path, ROOT / "tests"))


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove the session's temporary directory; pytest's five last searches for garbage get what one leaves."""
    gc.collect()
    gc.freeze()
    if _KEPT in config.stash:
        shutil.rmtree(config.stash[_KEPT][0], ignore_errors=True)


@pytest.fixture(scope="session", params=["python", pytest.param("reference", marks=pytest.mark.npm)])
def engine(request: pytest.FixtureRequest) -> Engine:
    """Give each engine in turn; a test that takes it runs twice and expects the same of both."""
    return PythonEngine() if request.param == "python" else for_the_session(ReferenceEngine)


@pytest.fixture(scope="session")
def reference() -> ReferenceEngine:
    """Give npm's JSONata alone."""
    return for_the_session(ReferenceEngine)


@pytest.fixture(scope="session")
def simulator() -> IamSimulator:
    """Give the evaluator of policies."""
    return for_the_session(IamSimulator)

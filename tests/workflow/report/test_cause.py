"""The cause of a failed run: readable, and never longer than Step Functions takes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.engines.jsonata_engine import Engine, PythonEngine
from tests.support.run_documents import begin, ended, settings_document

PYTHON = PythonEngine()


def test_the_second_part_is_the_report(engine: Engine) -> None:
    deployed = settings_document()
    run = ended(engine, deployed, begin(engine, deployed), "Failed", "Failed", FailureReason="AlgorithmError: a\n\nb")
    text, _, document = run["Cause"].rpartition("\n\n")
    report = json.loads(document)
    assert report["Attempts"][0]["Reason"] == "AlgorithmError: a\n\nb"
    assert "ModelArtifacts" not in report
    assert text.startswith("the training program failed")


def failed(engine: Engine, reason: str, attempts: int) -> dict[str, Any]:
    """Return the state of a run whose attempts all failed, and that is about to say so."""
    deployed = settings_document()
    first = begin(engine, deployed)
    cause = ended(engine, deployed, first, "Failed", "Failed", FailureReason=reason)["Cause"]
    line = json.loads(cause.rpartition("\n\n")[2])["Attempts"][0]
    return {**first, "Attempts": [{**line, "Reason": reason}] * attempts}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(reason=st.text(max_size=1024), attempts=st.integers(1, 50))
def test_it_always_fits(reason: str, attempts: int) -> None:
    run = failed(PYTHON, reason, 1)
    line = {**run["Attempts"][0], "TrainingJobName": "n" * 63, "InstanceType": "ml.c7i-flex.16xlarge"}
    run = {**run, "Attempts": [line] * attempts, "CheckpointS3Uri": "s3://" + "c" * 200}
    cause = PYTHON.call("$cause($r, 'it failed', 'do this')", r=run)
    assert len(cause) <= 32_768
    assert len(json.loads(cause.rpartition("\n\n")[2])["Attempts"]) == attempts


@pytest.mark.parametrize("attempts", [1, 50])
def test_the_longest_reasons_are_cut_only_as_far_as_needed(engine: Engine, attempts: int) -> None:
    run = failed(engine, "AlgorithmError: " + "x" * 1008, attempts)
    cause = engine.call("$cause($r, 'it failed', 'do this')", r=run)
    kept = json.loads(cause.rpartition("\n\n")[2])["Attempts"][0]["Reason"]
    assert len(kept) == {1: 1024, 50: 100}[attempts]

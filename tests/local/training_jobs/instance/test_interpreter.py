"""A program's interpreter: one of its own, which the embedded AWS's packages and variables do not reach."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from constructs_lib.local.training_jobs.instance.namespace import Isolation
from tests.local.training_jobs.bench import Bench, source_archive

TELL = """
import importlib.util, json, os, shutil, sys
print(json.dumps({
    "prefix": sys.prefix,
    "moto": importlib.util.find_spec("moto") is not None,
    "own": importlib.util.find_spec("own_package") is not None,
    "python": shutil.which("python"),
    "spot-training": shutil.which("spot-training"),
    "variables": {name: os.environ.get(name) for name in ("PYTHONPATH", "VIRTUAL_ENV", "PYTHONHOME")},
    "path": sys.path,
}))
"""


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a virtual environment with a package of its own, and none of the embedded AWS's."""
    place = tmp_path_factory.mktemp("interpreter") / "own"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(place)], check=True)
    next(place.glob("lib/python*/site-packages")).joinpath("own_package.py").touch()
    return place


def told(bench: Bench, program: str = "train.py") -> dict[str, Any]:
    script = 'exec python tell.py "$@"\n'
    files = {"train.py": TELL, "tell.py": TELL, "run.sh": f"#!/bin/sh\n{script}"}
    source = bench.put("source.tar.gz", source_archive(files))
    name = program.partition(".")[0]
    job = bench.run(
        bench.request(name, hyperparameters={"sagemaker_program": program, "sagemaker_submit_directory": source})
    )
    assert job["TrainingJobStatus"] == "Completed", bench.jobs.log(name)
    found: dict[str, Any] = json.loads(bench.jobs.log(name).splitlines()[-1])
    return found


@pytest.mark.parametrize("program", ["train.py", "run.sh"])
def test_an_interpreter_of_its_own_sees_its_packages_and_none_of_the_embedded_aws(
    s3: Any, tmp_path: Path, own: Path, program: str, way: Isolation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", "/embedded")
    monkeypatch.setenv("PYTHONHOME", "/embedded")
    monkeypatch.setenv("VIRTUAL_ENV", sys.prefix)
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.defpath}")
    with Bench(s3, tmp_path, python=str(own / "bin/python"), isolation=way) as bench:
        found = told(bench, program)
    assert found["prefix"] == str(own)
    assert (found["own"], found["moto"], found["spot-training"]) == (True, False, None)
    assert found["python"] == str(own / "bin/python")
    assert found["variables"]["PYTHONPATH"].endswith("/code")
    assert (found["variables"]["VIRTUAL_ENV"], found["variables"]["PYTHONHOME"]) == (str(own), None)
    assert not any(sys.prefix in part or "/embedded" in part for part in found["path"])


def test_by_default_it_is_the_embedded_awss(s3: Any, tmp_path: Path) -> None:
    with Bench(s3, tmp_path) as bench:
        found = told(bench)
    assert found["prefix"] == sys.prefix
    assert found["moto"]
    assert found["python"] == str(Path(sys.executable).parent / "python")

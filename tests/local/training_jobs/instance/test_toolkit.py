"""A framework job's container is what sagemaker-training-toolkit itself makes of the same `/opt/ml`."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from constructs_lib.local.training_jobs.api.errors import JobFailedError
from constructs_lib.local.training_jobs.api.request import JobRequest
from constructs_lib.local.training_jobs.instance.container import Container
from constructs_lib.local.training_jobs.instance.framework.source import command, fetch, is_entry_point, source_of
from constructs_lib.local.training_jobs.instance.framework.variables import (
    check_process,
    process_variables,
    variables,
)
from tests.local.training_jobs.bench import Bench, source_archive
from tests.local.training_jobs.instance.toolkit import ORACLE, Oracle, oracle_environment

EXAMPLES = int(os.environ.get("PROPERTY_EXAMPLES", "60"))

TELLING_NAMES = (
    "epochs,Epochs,ep ochs,batch-size,x,,a=b,model_dir,mp_parameters,sagemaker_own,sagemaker_region,sagemaker_job_name,"
    "sagemaker_s3_output,sagemaker_container_log_level,sagemaker_mpi_enabled,sagemaker_torch_distributed_enabled,"
    "_tuning_objective_metric,default_user_module_name"
)
NAMES = st.text(max_size=40) | st.sampled_from(TELLING_NAMES.split(","))
DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=10,
)
VALUES = (
    st.text(max_size=60)
    | DOCUMENTS.map(json.dumps)
    | DOCUMENTS.map(lambda document: json.dumps(document, ensure_ascii=False))
    | st.sampled_from(
        ["NaN", "-Infinity", "1e400", "nan", "True", "'", "$HOME; `id`", '"\\u0000"', "[" * 2000, "\ud800"]
    )
)
PROGRAMS = ["train.py", "run.sh", "train", "deep/train.py"]


@dataclass
class Case:
    """A framework job's request, with what lies in its source beside the program."""

    hyperparameters: dict[str, str]
    program: str = "train.py"
    has_setup: bool = False
    environment: dict[str, str] | None = None
    channels: tuple[str, ...] = ()

    @property
    def request(self) -> JobRequest:
        return JobRequest(
            {
                "TrainingJobName": "job-1",
                "AlgorithmSpecification": {"TrainingImage": "some/framework:1"},
                "HyperParameters": {**self.hyperparameters, "sagemaker_program": self.program},
                "Environment": self.environment or {},
                "ResourceConfig": {"InstanceType": "ml.g5.xlarge", "InstanceCount": 1},
                "InputDataConfig": [{"ChannelName": name, "ContentType": "text/csv"} for name in self.channels],
            }
        )


def ours(case: Case, root: Path) -> dict[str, Any]:
    """Return what the emulated container makes, in the oracle's form."""
    shutil.rmtree(root)
    container = Container(root, PurePosixPath(root), case.request)
    container.write()
    for name in [case.program, *(["setup.py"] if case.has_setup else [])]:
        file = root / "code" / name
        file.parent.mkdir(exist_ok=True)
        file.touch()
    try:
        source = source_of(container)
        assert source
        fetch(source, container, None, root / "none")
        argv = command(source, container, sys.executable)
        made = variables(container, source) | process_variables(container, "us-east-1")
        check_process(argv, made)
    except JobFailedError as error:
        return {"error": error.reason}
    return {"argv": argv, "variables": made}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("toolkit") / "ml"


@pytest.fixture(scope="module")
def oracle(root: Path) -> Iterator[Oracle]:
    oracle = Oracle(root)
    yield oracle
    oracle.close()


def same(case: Case, oracle: Oracle, root: Path) -> dict[str, Any]:
    """Hold a case against the toolkit; return what both make of it."""
    made = ours(case, root)
    around = {"TRAINING_JOB_NAME": "job-1", "CURRENT_HOST": "algo-1", **(case.environment or {})}
    told = oracle.ask(around)
    assert ("error" in made) == ("error" in told), (made, told)
    if "error" in made:
        return made
    argv, variables = made["argv"], made["variables"]
    if argv[0] == "/bin/sh":
        told["argv"][2] = f"exec {told['argv'][2]}".strip()
    assert argv == told["argv"]
    assert {name: value for name, value in variables.items() if around.get(name) != value} == told["variables"]
    return made


@settings(
    max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], print_blob=False
)
@given(
    hyperparameters=st.dictionaries(NAMES, VALUES, max_size=6),
    program=st.sampled_from(PROGRAMS),
    has_setup=st.booleans(),
    environment=st.sampled_from([{}, {"PYTHONPATH": "/a:/b"}, {"SAGEMAKER_PROGRAM": "train.py"}, {"SM_HP_A": "1"}]),
    channels=st.sampled_from([(), ("train",), ("validation", "Train.1")]),
)
def test_argv_and_variables_are_the_toolkits(
    oracle: Oracle,
    root: Path,
    hyperparameters: dict[str, str],
    program: str,
    has_setup: bool,
    environment: dict[str, str],
    channels: tuple[str, ...],
) -> None:
    case = Case(hyperparameters, "train.py" if environment.get("SAGEMAKER_PROGRAM") else program, has_setup)
    case.environment, case.channels = environment, channels
    same(case, oracle, root)


@pytest.mark.parametrize(
    "name",
    [
        *("train.py", "a/b.py", "-x.py", "+x.py", "x+y.py", "/x.py", "./x.py", "a/../x.py", "a//x.py", "a b.py"),
        *("x;y.py", "é.py", ".hidden.py", "a/-x.py", "x$.py", "x/"),
    ],
)
def test_an_entry_point_is_refused_where_the_toolkit_refuses_it(oracle: Oracle, root: Path, name: str) -> None:
    ours(Case({}, "train.py"), root)
    (root / "input/config/hyperparameters.json").write_text(json.dumps({"sagemaker_program": name}))
    told = oracle.ask({})
    assert ("error" not in told) == is_entry_point(name), told


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("train.py", "raise KeyError('label')"),
        ("train.py", "import sys; sys.exit(7)"),
        ("train.py", "import os; os.kill(os.getpid(), 9)"),
        (
            "train.py",
            "import sys; print('ValueError: a', file=sys.stderr); print('b:', file=sys.stderr); sys.exit(137)",
        ),
        (
            "train.py",
            "class OwnError(Exception): pass\ntry:\n    1 / 0\nexcept Exception as e:\n    raise OwnError() from e",
        ),
        ("train.py", "def deep(n):\n    return deep(n - 1) if n else 1 / 0\ndeep(30)"),
        ("run.sh", "#!/bin/sh\necho 'RuntimeError: no' >&2\nexit 4\n"),
        (
            "train.py",
            "import os, pathlib; pathlib.Path(os.environ['SM_OUTPUT_DIR'], 'failure').write_text('mine')\n1 / 0",
        ),
    ],
    ids=["raises", "exits", "killed", "out-of-memory", "chained", "deep", "shell", "own-failure"],
)
def test_a_failure_reads_as_the_toolkits(s3: Any, tmp_path: Path, name: str, text: str) -> None:
    with Bench(s3, tmp_path) as bench:
        source = bench.put("source.tar.gz", source_archive({name: text}))
        hyperparameters = {"sagemaker_program": name, "sagemaker_submit_directory": source, "epochs": 1}
        job = bench.run(bench.request(hyperparameters=hyperparameters))
    root = tmp_path / "oracle"
    container = Container(root, PurePosixPath(root), Case({"epochs": "1"}, name).request)
    container.write()
    (root / "code" / name).write_text(text)
    done = subprocess.run(
        [sys.executable, str(ORACLE), "train"], env=oracle_environment(root), capture_output=True, check=False
    )
    assert done.returncode == 1, done.stderr.decode()
    said = without_place((root / "output/failure").read_text())
    reason = without_place(job["FailureReason"])
    suffix = f", exit code: {done.returncode}"
    assert len(said) < 900, "the toolkit's own text is cut by SageMaker: choose a shorter one"
    assert reason == f"AlgorithmError: {said}{suffix}"


def test_a_shell_script_that_is_killed_ends_as_shells_tell_it(s3: Any, tmp_path: Path) -> None:
    with Bench(s3, tmp_path) as bench:
        source = bench.put("source.tar.gz", source_archive({"run.sh": "#!/bin/sh\nkill -9 $$\n"}))
        hyperparameters = {"sagemaker_program": "run.sh", "sagemaker_submit_directory": source}
        reason = bench.run(bench.request(hyperparameters=hyperparameters))["FailureReason"]
    assert "\nExitCode 137\n" in reason
    assert 'ExtraInfo "OutOfMemory: Process killed by SIGKILL (signal 9)"' in reason


def without_place(text: str) -> str:
    return re.sub(r'File ".*/code/', 'File "', text)


def test_a_failure_keeps_the_programs_last_line_where_the_toolkit_has_none_or_too_much(s3: Any, tmp_path: Path) -> None:
    with Bench(s3, tmp_path) as bench:
        for name, text, end in (
            ("plain-1", "import sys; print('a'); sys.exit('no data in the channel')", "no data in the channel"),
            ("long-1", "print('an Error'); [print(f'line {n}') for n in range(999)]; exit(1)", "line 998"),
        ):
            source = bench.put(f"{name}.tar.gz", source_archive({"train.py": text}))
            hyperparameters = {"sagemaker_program": "train.py", "sagemaker_submit_directory": source}
            reason = bench.run(bench.request(name, hyperparameters=hyperparameters))["FailureReason"]
            assert len(reason) <= 1024
            assert f'{end}"\nCommand "' in reason
            assert reason.endswith('-- train.py", exit code: 1')

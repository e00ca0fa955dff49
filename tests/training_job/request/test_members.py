"""The table of members is the API model's, and the page is the table's."""

from __future__ import annotations

from collections import Counter

from constructs_lib.training_job.request.members import READ_ONLY, SETTINGS, leaves, setting_of, with_argument
from constructs_lib.training_job.rules.table import RULES
from constructs_lib.training_job.service_model import model_shape
from tests.support.places import DOCS
from tools.docs.create_training_job import FILE, page

PAGE = DOCS / FILE


def paths_of(shape_name: str) -> list[str]:
    """Walk the model once more, without the table's own walk."""
    shape = model_shape(shape_name)
    if shape["type"] == "structure":
        return [
            f"{name}{'.' if not rest.startswith(('[', '{')) and rest else ''}{rest}"
            for name, member in shape["members"].items()
            for rest in paths_of(member["shape"])
        ]
    if shape["type"] == "list":
        return [f"[]{'.' if rest else ''}{rest}" for rest in paths_of(shape["member"]["shape"])]
    return ["{}"] if shape["type"] == "map" else [""]


def test_every_leaf_of_the_model_is_in_the_table_once() -> None:
    in_table = [member.path for member in leaves()]
    in_model = [path for path in paths_of("CreateTrainingJobRequest") if path not in READ_ONLY]
    print(f"{len(in_table)} of {len(in_model)} settable members")
    assert in_table == in_model
    assert len(set(in_table)) == len(in_table) == 108


def test_every_entry_of_the_table_is_a_member_of_the_model() -> None:
    for path in SETTINGS:
        shape = model_shape("CreateTrainingJobRequest")
        for name in path.split("."):
            shape = model_shape(shape["members"][name]["shape"])


def test_members_are_typed_the_runs_own_or_overrides() -> None:
    assert Counter(member.setting.by for member in leaves()) == {"typed": 52, "run": 15, "overrides": 41}
    assert setting_of("ResourceConfig.InstanceGroups[].InstanceType").argument == "capacity"
    assert setting_of("SessionChainingConfig.EnableSessionTagChaining").argument == "training_job_overrides"
    assert all(not member.setting.overridable for member in leaves() if member.setting.by == "run")


def test_a_problem_of_a_member_names_the_argument_that_sets_it() -> None:
    told = [
        with_argument(problem, {"Tags": []})
        for problem in (
            "'RetryStrategy.MaximumRetryAttempts' must be at most 30, got 31",
            "'VpcConfig.Subnets[0]' must be short",
            "'HyperParameters.a.b' must be short",
            "'Tags[3].Key' must be short",
            "'max_wait' must be short",
        )
    ]
    assert [problem.partition("; it is set by ")[2] for problem in told] == [
        "'maximum_retry_attempts'",
        "'vpc' and 'vpc_subnets' and 'security_groups'",
        "'hyperparameters'",
        "'training_job_overrides'",
        "",
    ]


def test_what_is_known_of_sync_is_by_top_level_member() -> None:
    known = {member.path.split(".")[0].rstrip("[]{}"): member.sync for member in leaves()}
    assert Counter(known.values()) == {"documented": 9, "seen": 5, "not verified": 14}
    assert known["EnableManagedSpotTraining"] == "seen"
    assert known["RemoteDebugConfig"] == "not verified"


def test_the_page_is_what_the_table_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run make docs"
    lines = page().splitlines()
    assert sum(line.startswith("| `") for line in lines) == 108
    assert all(rule.says in page() and rule.page in page() for rule in RULES)

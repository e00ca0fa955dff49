"""The definition, its expressions and the roles, asked of the embedded AWS, both ways."""

from __future__ import annotations

import copy
import dataclasses
import json
from typing import Any

import pytest

from constructs_lib.local.embedded_aws import EmbeddedAws
from constructs_lib.runs.doctor.asking import Asking
from constructs_lib.runs.doctor.checks import versions
from constructs_lib.runs.doctor.checks.definition import expressions, valid
from constructs_lib.runs.doctor.checks.roles import simulated
from constructs_lib.runs.doctor.checks.versions import _LOWEST
from constructs_lib.runs.doctor.subject import Subject
from constructs_lib.workflow.names import CHECK_INPUT, RUN
from tests.runs.doctor.conftest import MakeSubject
from tests.runs.doctor.full import NEARLY_FULL
from tests.runs.doctor.told import statuses, told
from tests.support.places import ROOT


def changed(subject: Subject, name: str, **members: Any) -> Subject:
    definition = copy.deepcopy(subject.run.machine.definition)
    definition["States"][name] |= members
    machine = dataclasses.replace(subject.run.machine, definition=definition)
    run = dataclasses.replace(subject.run, machine=machine, states=definition["States"])
    return dataclasses.replace(subject, run=run)


def test_the_definition_is_validated(asking: Asking, subject: MakeSubject) -> None:
    assert statuses(valid.look(asking, subject())) == {"ok"}
    (found,) = valid.look(asking, changed(subject(), CHECK_INPUT, Next="Nowhere"))
    assert found.status.value == "problem"


@pytest.mark.parametrize("patience", [None, 600])
def test_expressions_are_evaluated_one_after_the_other(
    asking: Asking, subject: MakeSubject, patience: int | None
) -> None:
    made = subject(**NEARLY_FULL, capacity_patience_seconds=patience)
    found = list(expressions.look(asking, made))
    assert statuses(found) == {"ok"}, told(found)
    assert [each.text.partition(" is evaluated")[0] for each in found] == ["Prepare", "Check input", "Train", "Judge"]


def test_an_expression_that_step_functions_does_not_evaluate_is_told(asking: Asking, subject: MakeSubject) -> None:
    wrong = changed(subject(**NEARLY_FULL), CHECK_INPUT, Assign={RUN: "{% $error('too deep') %}"})
    found = told(expressions.look(asking, wrong))
    assert found[-1].startswith("problem: Check input: States.QueryEvaluationError: ")


def test_an_input_that_is_refused_settles_nothing(asking: Asking, subject: MakeSubject) -> None:
    refused = changed(subject(**NEARLY_FULL), CHECK_INPUT, Assign={RUN: "{% {'Next': 'x', 'Cause': 'no'} %}"})
    assert told(expressions.look(asking, refused))[-1] == "could not look: the largest input was refused: no"


def test_roles_are_simulated_as_they_are(aws: EmbeddedAws, asking: Asking, subject: MakeSubject) -> None:
    iam = aws.client("iam")
    for name in ("machine", "training"):
        iam.create_role(RoleName=name, AssumeRolePolicyDocument="{}")
    nothing = list(simulated.look(asking, subject()))
    assert {each.fix for each in nothing if each.status.value == "problem"} == {
        "'spot-training policy' prints what it must be allowed"
    }
    everything = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    for name in ("machine", "training"):
        iam.put_role_policy(RoleName=name, PolicyName="all", PolicyDocument=json.dumps(everything))
    found = told(simulated.look(asking, subject()))
    assert sum(each.startswith("ok: ") for each in found) == 2
    assert {each.partition(":")[0] for each in found} == {"ok", "warning"}
    assert all("which no run does" in each for each in found if each.startswith("warning"))
    written = told(simulated.look(asking, subject(policies=everything)))
    assert written == found


def test_versions_are_told(asking: Asking, subject: MakeSubject, monkeypatch: pytest.MonkeyPatch) -> None:
    assert statuses(versions.look(asking, subject())) == {"ok"}
    declared = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    for name, lowest in _LOWEST.items():
        assert f'"{name}>={".".join(map(str, lowest)).removesuffix(".0")}' in declared
    monkeypatch.setitem(_LOWEST, "boto3", (999, 0, 0))
    assert statuses(versions.look(asking, subject())) == {"ok", "warning"}

"""An embedded AWS for the doctor's tests, and a training to look at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from constructs_lib.local.embedded_aws import EmbeddedAws
from constructs_lib.runs.aws.clients import Clients
from constructs_lib.runs.doctor.asking import Asking
from constructs_lib.runs.doctor.subject import RoleOf, Subject
from constructs_lib.runs.synthesised.explain import runs_in
from constructs_lib.runs.synthesised.template import Machine
from constructs_lib.training_job.capacity.capacity import Capacity
from constructs_lib.workflow.definition import run_definition
from tests.support.run_documents import SPOT, run_settings

MACHINE = "arn:aws:states:eu-west-1:123456789012:stateMachine:machine"
MakeSubject = Callable[..., Subject]


@pytest.fixture(scope="module")
def aws() -> Iterator[EmbeddedAws]:
    with EmbeddedAws(region="eu-west-1") as made:
        yield made


@pytest.fixture
def asking(aws: EmbeddedAws, monkeypatch: pytest.MonkeyPatch) -> Asking:
    for name, value in aws.environment().items():
        monkeypatch.setenv(name, value)
    return Asking(clients=Clients.connect())


@pytest.fixture(scope="session")
def subject() -> MakeSubject:
    def make(
        *capacities: Capacity,
        policies: Any = None,
        made: frozenset[str] = frozenset(),
        delivery: Any = None,
        **changes: Any,
    ) -> Subject:
        settings = run_settings(*(capacities or (SPOT,)), **changes)
        machine = Machine(logical_id="Machine", name="machine", definition=run_definition(settings))
        (run,) = runs_in(machine)
        roles = {
            name: RoleOf(
                name=name,
                arn=f"arn:aws:iam::123456789012:role/{role}",
                exists=policies is None,
                policies={"written": policies} if policies else {},
            )
            for name, role in (("state machine", "machine"), ("job", "training"))
        }
        return Subject(
            source="t.json", run=run, machine_role=roles["state machine"], job_role=roles["job"], made=frozenset(made),
            bootstrap_parameter="/cdk-bootstrap/hnb659fds/version", machine_arn=MACHINE, delivery=delivery or {},
        )  # fmt: skip

    return make

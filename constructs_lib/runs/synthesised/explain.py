"""What a run would ask for: the machine's own expressions, evaluated from its synthesised definition without AWS.

Prepare, Check input and Train are walked as Step Functions would; nothing of what they do is written here again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

from constructs_lib.needed import missing
from constructs_lib.runs.aws.errors import RunsError
from constructs_lib.runs.synthesised.assembly import templates
from constructs_lib.runs.synthesised.explanation import Explanation
from constructs_lib.runs.synthesised.template import Machine, Template
from constructs_lib.workflow.names import (
    CHECK_INPUT,
    DECIDE,
    PREPARE,
    RUN,
    RUN_JOB,
    SETTINGS,
    TASK_SEPARATOR,
    TRAIN,
)

MAX_COST = "MaxCost"
"""The field of an input, and of a run's state, that has its dollars."""

_STARTED = "2026-01-01T00:00:00Z"
_ROUND = "00000000-0000-0000-0000-000000000000"
"""Start and mark of a run that never starts: fixed, so that the same input is explained by the same text."""


@dataclass(frozen=True, kw_only=True)
class SynthesisedRun:
    """A run's states in a state machine: the whole of it, or one task of somebody else's."""

    machine: Machine
    prefix: str
    states: Mapping[str, Any]

    @property
    def task(self) -> str:
        """The task's name; empty when the whole machine is the run."""
        return self.prefix.removesuffix(TASK_SEPARATOR)

    @property
    def base_job_name(self) -> str:
        """What the names of its jobs begin with."""
        return str(self._settings["BaseJobName"])

    @property
    def checkpoint_bucket(self) -> str:
        """The bucket that its checkpoints are in."""
        return str(self._settings["CheckpointBucket"])

    @property
    def prices(self) -> Mapping[str, Any]:
        """The prices that are deployed with it, by instance type in `DollarsPerHour`; empty where there are none."""
        found: Mapping[str, Any] = self._settings.get("Prices", {})
        return found

    @property
    def takes_max_cost(self) -> bool:
        """Whether its input may have a `MaxCost`."""
        return MAX_COST in self._settings["InputFields"]

    @property
    def _settings(self) -> Mapping[str, Any]:
        settings: Mapping[str, Any] = self.states[f"{self.prefix}{PREPARE}"]["Assign"][SETTINGS]
        return settings

    @property
    def label(self) -> str:
        """What `--state-machine` takes to mean this one."""
        return self.task or self.machine.logical_id


def find_run(template: Template, wanted: str | None) -> SynthesisedRun:
    """Find the run that is meant.

    Args:
        template: The template.
        wanted: The logical id or the name of its state machine, or the name of its task. Defaults to the only one.

    Raises:
        RunsError: There is none, or more than one; says which there are.
    """
    found = [run for machine in template.machines() for run in runs_in(machine)]
    if not found:
        raise RunsError(f"{template.path} has no state machine of spot-training-constructs; pass another --template")
    if wanted is not None:
        name = wanted.rpartition(":stateMachine:")[2]
        meant = [run for run in found if name in (run.task, run.machine.logical_id, run.machine.name)]
    else:
        meant = found
    if len(meant) == 1:
        return meant[0]
    labels = ", ".join(repr(run.label) for run in meant or found)
    if wanted is None:
        raise RunsError(
            f"{template.path} has {len(found)} state machines or tasks; pass --state-machine, one of {labels}"
        )
    raise RunsError(f"--state-machine must be one of {labels} of {template.path}, got {wanted!r}")


def runs_of(assembly: Path, stack: str | None, known: Mapping[str, str]) -> Iterator[tuple[Template, SynthesisedRun]]:
    """Yield the runs of a cloud assembly, each with its template.

    Args:
        assembly: The directory that `cdk synth` has written to.
        stack: Only of this stack: its name, or its path in the app. None for all.
        known: Values by the names that stand between angle brackets.

    Raises:
        RunsError: What was synthesised cannot be read.
    """
    for path in templates(assembly, SETTINGS, stack):
        template = Template.read(path, known)
        for machine in template.machines():
            for run in runs_in(machine):
                yield template, run


def deployed_run(name: str, definition: Mapping[str, Any]) -> SynthesisedRun | None:
    """Return the run that a deployed definition is; None where it has none, or several tasks.

    Args:
        name: The state machine's name.
        definition: Its definition.
    """
    found = list(runs_in(Machine(logical_id=name, name=name, definition=dict(definition))))
    return found[0] if len(found) == 1 else None


def runs_in(machine: Machine) -> Iterator[SynthesisedRun]:
    """Yield the runs of a state machine, nested ones too."""
    nested = [machine.definition]
    while nested:
        states = nested.pop(0).get("States", {})
        for name, state in states.items():
            if name.endswith(PREPARE) and SETTINGS in state.get("Assign", {}):
                yield SynthesisedRun(machine=machine, prefix=name.removesuffix(PREPARE), states=states)
            nested += [
                *state.get("Branches", []),
                *(state[key] for key in ("ItemProcessor", "Iterator") if key in state),
            ]


def explain(run: SynthesisedRun, document: Mapping[str, Any], run_name: str, *, region: str | None) -> Explanation:
    """Say what a run's input leads to.

    Args:
        run: The run's states.
        document: Its input.
        run_name: Its name.
        region: The Region that its execution would be in; shown only where the definition asks for it.

    Raises:
        RunsError: An expression cannot be evaluated, or jsonata-python is not installed.
    """
    place = f"{region or '<AWS::Region>'}:<AWS::AccountId>"
    context = {
        "Execution": {
            "Id": f"arn:aws:states:{place}:execution:{run.machine.name or run.machine.logical_id}:{run_name}",
            "Name": run_name,
            "StartTime": _STARTED,
            "Input": document,
        },
        # a point in time is judged by the clock
        "State": {"EnteredTime": _now() if "Deadline" in document else _STARTED},
    }
    # a task's input and name reach it through its Arguments
    given = {"Input": document, "RunName": run_name} if run.prefix else document
    states: dict[str, Any] = {"input": given, "context": context}
    prepare, check, train = (run.states[run.prefix + name] for name in (PREPARE, CHECK_INPUT, TRAIN))
    variables = {**_evaluated(prepare["Assign"], {"states": states}), "states": states}
    begun = {**_evaluated(check["Assign"], variables)[RUN], "Round": _ROUND}
    decide = run.states[run.prefix + DECIDE]
    taken = (rule["Next"] for rule in decide["Choices"] if _evaluated(rule["Condition"], {**variables, RUN: begun}))
    target = run.states[next(taken, decide["Default"])]
    if target["Type"] == "Fail":
        return Explanation(cause=str(_evaluated(target["Cause"], {**variables, RUN: begun})))
    if train["Type"] == "Parallel":
        train = train["Branches"][0]["States"][run.prefix + RUN_JOB]
    entries: list[dict[str, Any]] = begun["Plan"]
    requests = [
        _evaluated(train["Arguments"], {**variables, RUN: {**begun, "Entry": entry}}) for entry in range(len(entries))
    ]
    return Explanation(
        requests=requests,
        tries=[entry["Tries"] for entry in entries],
        settings=[_settings(entry) for entry in entries],
        goes_on_with=begun["Root"] if begun["Resumes"] else "",
        capacity_patience_seconds=variables[SETTINGS].get("CapacityPatienceInSeconds"),
        max_cost=begun.get(MAX_COST),
        first=begun["Entry"],
        promise=begun.get("Promise", {}),
    )


def _now() -> str:
    return datetime.now(tz=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _evaluated(value: Any, variables: Mapping[str, Any]) -> Any:
    """Evaluate every expression in a part of a state."""
    if isinstance(value, dict):
        return {name: _evaluated(member, variables) for name, member in value.items()}
    if isinstance(value, list):
        return [_evaluated(member, variables) for member in value]
    if isinstance(value, str) and value.startswith("{%") and value.endswith("%}"):
        engine = _engine()
        try:
            return engine.evaluate(value[2:-2].strip(), variables, now_milliseconds=0)
        except engine.JsonataError as error:
            raise RunsError(f"the definition cannot be evaluated: {error}") from error
    return value


def _engine() -> Any:
    # not imported at the top: the command starts without it
    try:
        return import_module("constructs_lib.runs.synthesised.jsonata_engine.evaluate")
    except ModuleNotFoundError as error:
        raise RunsError(f"what a run asks for cannot be told: {missing(error, 'explain')}") from error


def _settings(entry: Mapping[str, Any]) -> list[str]:
    fields = (entry.get("HyperParameters", {}), entry.get("Environment", {}))
    return [f"{name}={value}" for values in fields for name, value in values.items()]

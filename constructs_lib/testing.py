"""For people's own unit tests: what a synthesised training would ask of SageMaker, as plain objects, without AWS.

```python
template = Template.from_stack(stack)
request = first_request(template)
assert request["ResourceConfig"]["InstanceType"] == "ml.g5.xlarge"
```

What only CloudFormation knows is shown between angle brackets, such as `<DataBucket>` or `<JobRole.Arn>`. Evaluating a
run's expressions needs the extra `explain`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from os import PathLike
from pathlib import Path
from typing import Any, Protocol

from constructs_lib.runs.aws.errors import RunsError
from constructs_lib.runs.synthesised.conditions import defaults_of
from constructs_lib.runs.synthesised.explain import SynthesisedRun, explain, runs_in
from constructs_lib.runs.synthesised.explanation import Explanation
from constructs_lib.runs.synthesised.template import Template

RUN_NAME = "tested"
"""The name of the run that never starts."""

_UNNAMED = Path("the template")


class HasTemplate(Protocol):
    """A `Template` of `aws_cdk.assertions`."""

    def to_json(self) -> Mapping[str, Any]:
        """Return the template."""


Synthesised = Mapping[str, Any] | HasTemplate | str | PathLike[str]
"""A template: as a dict, as a `Template` of `aws_cdk.assertions`, or the path of its file."""


def definition_of(
    template: Synthesised, training: str | None = None, *, known: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Return the definition of the state machine that a training is or is in.

    Args:
        template: The template. One whose definition is a file asset is given by its path: the file lies beside it.
        training: The logical id or the name of its state machine, or the name of its task. Defaults to the only one.
        known: What comes in the place of `<…>`, by what stands between the brackets. Defaults to nothing; parameters
            of the template have their defaults.

    Raises:
        ValueError: There is no such training, or more than one; or the template cannot be read.
    """
    return _run(template, training, known).machine.definition


def first_request(
    template: Synthesised,
    training: str | None = None,
    *,
    run_input: Mapping[str, Any] | None = None,
    known: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Return the CreateTrainingJob request of a run's first attempt; the job's name is decided when a run starts.

    Args:
        template: The template. One whose definition is a file asset is given by its path: the file lies beside it.
        training: The logical id or the name of its state machine, or the name of its task. Defaults to the only one.
        run_input: The run's input. Defaults to none.
        known: What comes in the place of `<…>`, by what stands between the brackets. Defaults to nothing; parameters
            of the template have their defaults.

    Raises:
        ValueError: There is no such training, or more than one; the template cannot be read; or the run would be
            refused, with what it says then.
    """
    return requests_of(template, training, run_input=run_input, known=known)[0]


def requests_of(
    template: Synthesised,
    training: str | None = None,
    *,
    run_input: Mapping[str, Any] | None = None,
    known: Mapping[str, str] | None = None,
) -> list[dict[str, Any]]:
    """Return the request of the first attempt on each entry of the capacity plan.

    Args:
        template: As for `first_request`.
        training: As for `first_request`.
        run_input: As for `first_request`.
        known: As for `first_request`.

    Raises:
        ValueError: As for `first_request`.
    """
    run = _run(template, training, known)
    try:
        found: Explanation = explain(run, dict(run_input or {}), RUN_NAME, region=(known or {}).get("AWS::Region"))
    except RunsError as error:
        raise ValueError(str(error)) from error
    if found.cause:
        raise ValueError(found.cause)
    return found.requests


def _run(template: Synthesised, training: str | None, known: Mapping[str, str] | None) -> SynthesisedRun:
    try:
        found = [run for machine in _template(template, known or {}).machines() for run in runs_in(machine)]
    except RunsError as error:
        raise ValueError(str(error)) from error
    meant = [
        run for run in found if training is None or training in (run.task, run.machine.logical_id, run.machine.name)
    ]
    if len(meant) != 1:
        there = ", ".join(repr(run.label) for run in found) or (
            "none; give a definition that is a file asset by the template's path"
        )
        raise ValueError(f"'training' must name one of the template's trainings ({there}), got {training!r}")
    return meant[0]


def _template(given: Synthesised, known: Mapping[str, str]) -> Template:
    if isinstance(given, str | PathLike):
        return Template.read(Path(given), {**defaults_of(Template.read(Path(given), {}).document), **known})
    document = given if isinstance(given, Mapping) else given.to_json()
    # a copy: jsii's own objects are no plain ones
    plain = json.loads(json.dumps(document))
    return Template(path=_UNNAMED, document=plain, known={**defaults_of(plain), **known})

"""The page of errors and verdicts, from the one list of both: `make docs` writes it.

The causes on it are what the state machine's own expressions make of an example.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Any

from constructs_lib.training_job.capacity.capacity import Capacity
from constructs_lib.workflow.failures import ERRORS, FAILURES, VERDICTS
from tests.support.engines.jsonata_engine import Engine, PythonEngine
from tests.support.run_documents import begin, described, plan, settings_document, step

FILE = "reference/errors.md"
"""The page in the directory of the documents."""

_INTRODUCTION = """\
# Errors and verdicts

<!-- written by `make docs`; edit workflow/failures.py -->

For whoever has a run that failed: what each error means and what to do next. The *cause* of a failed execution, in the
console or by `spot-training show`, says the same of the very run: its last job, SageMaker's own reason, where the
checkpoints are, the next step; after a blank line it has the report as JSON ([what a run ends with](output.md)).
`SpotTrainingErrors` has the names, to [catch and to retry](../guides/own-stack.md) a task by.
[Troubleshooting](../troubleshooting.md) goes by symptoms.

| error | when | next step, as the cause tells it |
|---|---|---|
"""

_VERDICTS = """\
## Verdicts

What SageMaker says of an attempt makes its verdict, which stands in the report and decides what the run does next:

| SageMaker says | verdict | the run |
|---|---|---|
"""

_GOES_ON = """
## After a failure

A failed run is continued by a new run with [`ResumeFrom`](execution-input.md#resumefrom); a redrive of it only fails
again. The new run has the earlier one's hyperparameters, environment, channels and budget, with its own input over
them, and reports what came from there. A run that was aborted or timed out can also be redriven
([`sfn-redrive-time`](../about/assumptions.md)). Step Functions stops the job of an aborted run by best effort:
`spot-training stop <run>` makes sure that none is left. A run whose name was used before trains on checkpoints of its
own.
"""

ANOTHER = "arn:aws:states:eu-west-1:123456789012:execution:churn:weekly-3 2026-01-01T00:00:00Z x 1 0 0"
"""What tells whose a job is, in a job that another run asked for."""

BUG = 'AlgorithmError: ExecuteUserScriptError: "ValueError: no such column: churned", exit code: 1'

JOB: dict[str, tuple[str, str, dict[str, Any]]] = {
    "SpotTraining.CheckpointInUse": ("InProgress", "Training", {"Environment": {"SPOT_TRAINING_RUN": ANOTHER}}),
    "SpotTraining.CapacityExhausted": ("Stopped", "MaxWaitTimeExceeded", {}),
    "SpotTraining.TrainingFailed": ("Failed", "Failed", {"FailureReason": BUG}),
    "SpotTraining.MaxRuntimeExceeded": ("Stopped", "MaxRuntimeExceeded", {"TrainingTimeInSeconds": 3600}),
    "SpotTraining.Stopped": ("Stopped", "Stopped", {}),
}
"""How the job of an example has ended, by the error that comes of it."""

ASKED = {
    "SpotTraining.CheckpointInUse": {
        "Error": "SageMaker.ResourceInUseException",
        "Cause": "Training job names must be unique within an AWS account and region",
    },
    "SpotTraining.Rejected": {
        "Error": "SageMaker.AmazonSageMakerException",
        "Cause": "User is not authorized to perform: sagemaker:CreateTrainingJob because no identity-based policy "
        "allows the action (Service: AmazonSageMaker; Status Code: 400; Error Code: AccessDeniedException)",
    },
    "SpotTraining.ServiceFault": {
        "Error": "SageMaker.AmazonSageMakerException",
        "Cause": "Rate exceeded (Service: AmazonSageMaker; Status Code: 400; Error Code: ThrottlingException)",
    },
}
"""What SageMaker said when the job of an example was asked for."""


def page() -> str:
    """Return the page."""
    engine = PythonEngine()
    return "".join([_INTRODUCTION, *_rows(), "\n", *_sections(engine), _VERDICTS, *_verdicts(), _GOES_ON])


def _rows() -> Iterator[str]:
    for error in ERRORS:
        when = ", or ".join(failure.when for failure in FAILURES if failure.error == error)
        steps = "<br>".join(each for failure in FAILURES if failure.error == error for each in failure.next_steps)
        yield f"| [`{error}`](#{_anchor(error)}) | {when} | {steps} |\n"


def _sections(engine: Engine) -> Iterator[str]:
    for error in ERRORS:
        yield f"## {error}\n\n"
        for failure in FAILURES:
            if failure.error != error:
                continue
            yield f"Ends in the state `{failure.state}`: {failure.when}. What to do:\n\n"
            yield from (f"- {each}\n" for each in failure.next_steps)
            yield "\n"
        yield f"For example:\n\n```text\n{_wrapped(example(engine, error))}\n```\n\n"


def _verdicts() -> Iterator[str]:
    for verdict in VERDICTS:
        yield f"| {verdict.said} | {verdict.name} | {verdict.then} |\n"


def _wrapped(cause: str) -> str:
    return "\n".join(textwrap.wrap(cause, 110, break_long_words=False, break_on_hyphens=False))


def _anchor(error: str) -> str:
    return error.lower().replace(".", "")


def example(engine: Engine, error: str) -> str:
    """Return the sentences of a cause that ends with an error, as the state machine's expressions write them."""
    settings = settings_document(Capacity.spot("ml.g5.xlarge"))
    if error == "SpotTraining.InvalidInput":
        wrong = {"HyperParameters": {"epochs": None}, "MaxRuntime": 60}
        return str(begin(engine, settings, wrong)["Cause"]).partition("\n\n")[0]
    run = begin(engine, settings, {}, "nightly-7")
    while "Cause" not in run:
        job = None
        if error in JOB:
            status, secondary, more = JOB[error]
            job = described(plan(engine, settings, run), status, secondary, **more)
        run = step(engine, settings, run, job=job, outcome=ASKED.get(error))
    return str(run["Cause"]).partition("\n\n")[0]

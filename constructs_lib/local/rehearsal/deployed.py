"""What a CDK app's own training says: the program, its data and its settings, read from what `cdk synth` writes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from shutil import copyfile

from constructs_lib.local.embedded_aws import ACCOUNT, EmbeddedAws
from constructs_lib.local.rehearsal.errors import RehearsalError
from constructs_lib.local.rehearsal.program import RehearsedProgram
from constructs_lib.local.training_jobs.api.errors import JobFailedError
from constructs_lib.local.training_jobs.api.request import JobRequest
from constructs_lib.local.training_jobs.instance import archive
from constructs_lib.local.training_jobs.instance.framework.hyperparameters import decoded
from constructs_lib.local.training_jobs.instance.s3.transfer import parse_s3_uri
from constructs_lib.runs.synthesised.assembly import asset_file, stack_names
from constructs_lib.runs.synthesised.explain import SynthesisedRun, explain, runs_of
from constructs_lib.runs.synthesised.template import Template

_OF_THE_RUN = "SPOT_TRAINING_RUN"
"""The variable by which a run knows its own jobs."""

_PROGRAM, _SUBMITTED = "sagemaker_program", "sagemaker_submit_directory"

_KNOWN = {
    "AWS::AccountId": ACCOUNT,
    "AWS::Partition": "aws",
    "AWS::Region": "us-east-1",
    "AWS::URLSuffix": "amazonaws.com",
}


@dataclass(frozen=True, kw_only=True)
class Deployed:
    """A training of an app, as its first job would be asked for by an execution without input.

    Attributes:
        label: Its base job name.
        request: The request.
        template: The template that it is in.
    """

    label: str
    request: JobRequest
    template: Path

    @property
    def hyperparameters(self) -> dict[str, str]:
        """The hyperparameters as they are sent, but for those that say where the program is."""
        return {
            name: value
            for name, value in self.request.hyperparameters.items()
            if name not in (_PROGRAM, _SUBMITTED, "sagemaker_region")
        }

    @property
    def environment(self) -> dict[str, str]:
        """The program's variables."""
        return {name: value for name, value in self.request.environment.items() if name != _OF_THE_RUN}

    @property
    def metric_definitions(self) -> dict[str, str]:
        """The metrics that SageMaker reads from the log."""
        return {definition["Name"]: definition["Regex"] for definition in self.request.metric_definitions}

    @property
    def instance_count(self) -> int:
        """How many instances the first capacity has."""
        return sum(count for _, count in self.request.instances)

    def under(self, given: RehearsedProgram, scratch: Path) -> RehearsedProgram:
        """Return the program that the training says, with what is given over it.

        Args:
            given: What is given; its path of checkpoints and its instance count are taken as they are.
            scratch: Where the program and the data are put.

        Raises:
            RehearsalError: If the program or its data is not in the app; says what to give.
        """
        source, entry_point = given.source, given.entry_point
        if source is None and not given.command:
            source, own = self.source(scratch)
            entry_point = entry_point or own
        elif source is not None and not entry_point:
            entry_point = str(decoded(self.request.hyperparameters).get(_PROGRAM, ""))
        return replace(
            given,
            source=source,
            entry_point=entry_point,
            channels=self.channels(scratch, given.channels),
            hyperparameters={**self.hyperparameters, **given.hyperparameters},
            environment={**self.environment, **given.environment},
            label=f"training {self.label!r} ({entry_point or ' '.join(given.command)})",
            metric_definitions=self.metric_definitions,
        )

    def source(self, scratch: Path) -> tuple[Path, str]:
        """Unpack the program; return its folder and its entry point.

        Args:
            scratch: Where to.

        Raises:
            RehearsalError: If it is not in the app; says what to give instead.
        """
        given = decoded(self.request.hyperparameters)
        if not given.get(_PROGRAM):
            raise RehearsalError(
                f"training {self.label!r} trains what is in its image, {self.request.image}, which is not here; say "
                "what the image runs: --program 'python train.py', or the folder that has it: SOURCE"
            )
        place = str(given.get(_SUBMITTED, "its image"))
        if (packed := self._asset(place)) is None:
            raise RehearsalError(
                f"training {self.label!r} has its program at {place}, which is not in the app; give its folder: SOURCE"
            )
        try:
            archive.unpack(packed, scratch / "program", place)
        except JobFailedError as failure:
            raise RehearsalError(failure.message) from failure
        return scratch / "program", str(given[_PROGRAM])

    def channels(self, scratch: Path, given: Mapping[str, Path]) -> dict[str, Path]:
        """Return what each channel reads: what is given for it, or the file that is deployed with the app.

        Args:
            scratch: Where files are put under the names that they have on SageMaker.
            given: Files or folders by the names of channels.

        Raises:
            RehearsalError: If a channel reads what is on AWS only; names all such channels.
        """
        found, missing = dict(given), {}
        for channel in self.request.channels:
            name = str(channel["ChannelName"])
            if name in given:
                continue
            uri = str(channel["DataSource"].get("S3DataSource", {}).get("S3Uri", ""))
            file = self._asset(uri)
            if file is None:
                missing[name] = uri or "a file system"
                continue
            found[name] = scratch / "channels" / name
            found[name].mkdir(parents=True)
            copyfile(file, found[name] / uri.rpartition("/")[2])
        if missing:
            told = ", ".join(f"channel {name!r} reads {place}" for name, place in missing.items())
            words = " ".join(f"--channel {name}=PATH" for name in missing)
            raise RehearsalError(f"data of training {self.label!r} is not in the app: {told}; give it here: {words}")
        return found

    def _asset(self, uri: str) -> Path | None:
        return asset_file(self.template, parse_s3_uri(uri).key) if uri.startswith("s3://") else None


def deployed(app: Path, assembly: Path, *, training: str | None = None, stack: str | None = None) -> Deployed:
    """Synthesise an app by the real CDK CLI, and read a training of it.

    Args:
        app: The directory with the app's cdk.json.
        assembly: Where the CLI writes to.
        training: The training's base job name, or what `--state-machine` takes to mean it. Defaults to the only one.
        stack: Only of this stack: its name, or its path in the app. Defaults to any.

    Raises:
        LocalError: If there is no app, or it cannot be synthesised.
        RunsError: If what was synthesised cannot be read.
        RehearsalError: If there is no such training, or more than one; says which there are.
    """
    with EmbeddedAws() as aws:
        aws.synthesise(app, assembly)
    return synthesised(app, assembly, training=training, stack=stack)


def synthesised(app: Path, assembly: Path, *, training: str | None = None, stack: str | None = None) -> Deployed:
    """Read a training of an app that is synthesised; see `deployed`."""
    template, run = _chosen(app, list(runs_of(assembly, stack, _KNOWN)), training, stack)
    explained = explain(run, {}, "rehearsed", region=_KNOWN["AWS::Region"])
    if explained.cause:
        raise RehearsalError(f"an execution without input would be refused: {explained.cause}")
    return Deployed(label=run.base_job_name, request=JobRequest(explained.requests[0]), template=template.path)


def _chosen(
    app: Path, found: list[tuple[Template, SynthesisedRun]], training: str | None, stack: str | None
) -> tuple[Template, SynthesisedRun]:
    of_stack = "" if stack is None else f"the stack {stack!r} of "
    if not found:
        raise RehearsalError(f"{of_stack}the app in {app} has no training of spot-training-constructs")
    meant = [
        (template, run)
        for template, run in found
        if training in (None, run.base_job_name, run.task, run.machine.logical_id, run.machine.name)
    ]
    if len(meant) == 1:
        return meant[0]
    there = ", ".join(_listed(meant or found))
    if not meant:
        raise RehearsalError(f"'training' must be one of {of_stack}the app in {app} ({there}), got {training!r}")
    raise RehearsalError(
        f"{of_stack}the app in {app} has {len(meant)} such trainings ({there}); name one with --training, or its stack "
        "with --stack"
    )


def _listed(found: list[tuple[Template, SynthesisedRun]]) -> Iterator[str]:
    for template, run in found:
        yield f"{run.base_job_name!r} of the stack {min(sorted(stack_names(template.path)), key=len)!r}"

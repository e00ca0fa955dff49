"""The program that is rehearsed: where it is, what it is given, and how the result is compared."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from constructs_lib.local.rehearsal.errors import RehearsalError

_CHANNEL = re.compile(r"[A-Za-z0-9._-]{1,64}")

_MOST_HOSTS = 8
"""Each is a process of this machine."""


@dataclass(frozen=True, kw_only=True)
class RehearsedProgram:
    """A training program as a rehearsal plays it; paths are of this machine.

    Attributes:
        source: The folder that has the program, or its one file. Defaults to none, with `command`.
        entry_point: The program's file in the source. Defaults to `train.py`, or the source's only Python file.
        command: What an image would run, instead of a source. Defaults to none.
        channels: Files or folders by the names of channels. Defaults to none.
        hyperparameters: Hyperparameters; numbers and booleans are written as JSON. Defaults to none.
        environment: Variables for the program. Defaults to none.
        python: The interpreter. Defaults to the one that runs this.
        install_requirements: Whether the source's requirements.txt is installed. Defaults to not.
        checkpoint_path: Where the program keeps its checkpoints. Defaults to /opt/ml/checkpoints.
        metrics: Metrics that the result is compared by where its files differ: names, each with a regular expression
            whose first group is the value, or an empty text for `<name>=<number>` in the output or `"<name>": <number>`
            in a JSON file of the model. Defaults to none.
        tolerance: How far a metric may be off the undisturbed one. Defaults to 0.
        label: What to call it. Defaults to its command or its file.
        metric_definitions: The job's own metrics: they are compared where no other is named, two undisturbed plays have
            different files, and these are the same in both. Defaults to none.
        instance_count: How many instances the job has. Defaults to 1.
    """

    source: Path | None = None
    entry_point: str = ""
    command: Sequence[str] = ()
    channels: Mapping[str, Path] = field(default_factory=dict)
    hyperparameters: Mapping[str, object] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)
    python: str = sys.executable
    install_requirements: bool = False
    checkpoint_path: str = "/opt/ml/checkpoints"
    metrics: Mapping[str, str] = field(default_factory=dict)
    tolerance: float = 0.0
    label: str = ""
    metric_definitions: Mapping[str, str] = field(default_factory=dict)
    instance_count: int = 1

    def checked(self) -> RehearsedProgram:
        """Return itself.

        Raises:
            RehearsalError: What is wrong with it, all at once.
        """
        if problems := [*self._problems_of_source(), *self._problems_of_input()]:
            raise RehearsalError("; ".join(problems))
        return self

    @property
    def folder(self) -> Path:
        """The folder that the source is in."""
        assert self.source is not None  # noqa: S101 - checked() has seen to it
        return self.source if self.source.is_dir() else self.source.parent

    @property
    def program(self) -> str:
        """The entry point; empty when none is given and none can be guessed."""
        if self.entry_point or self.source is None:
            return self.entry_point
        if self.source.is_file():
            return self.source.name
        if (self.source / "train.py").is_file():
            return "train.py"
        found = [path.name for path in self.source.glob("*.py")] if self.source.is_dir() else []
        return found[0] if len(found) == 1 else ""

    @property
    def title(self) -> str:
        """What to call it."""
        return self.label or " ".join(self.command) or str(self.folder / self.program)

    def hyperparameter_texts(self) -> dict[str, str]:
        """Return the hyperparameters as CreateTrainingJob takes them."""
        return {
            name: value if isinstance(value, str) else json.dumps(value) for name, value in self.hyperparameters.items()
        }

    def _problems_of_source(self) -> list[str]:
        if self.command and self.source is not None:
            return ["'source' and 'command' exclude each other, got both; leave one out"]
        if self.command:
            return []
        if self.source is None:
            return ["there is no program; give 'source', the folder of your training program, or 'command'"]
        if not self.source.exists():
            return [f"'source' must be a folder or a file, and there is none at {self.source}"]
        if not self.program:
            return [f"'entry_point' must name the file in {self.source} that trains, such as 'train.py'"]
        if not (self.folder / self.program).is_file():
            return [f"'entry_point' must be a file in {self.folder}, got {self.program!r}"]
        return []

    def _problems_of_input(self) -> list[str]:
        problems = [*self._problems_of_metrics()]
        for name, place in self.channels.items():
            if not _CHANNEL.fullmatch(name):
                problems.append(f"'channels' names must have letters, digits, '.', '-' and '_' only, got {name!r}")
            if not place.exists():
                problems.append(f"'channels' {name!r} must be a file or a folder, and there is none at {place}")
            elif place.is_dir() and not any(path.is_file() for path in place.rglob("*")):
                problems.append(f"'channels' {name!r} must hold a file, and there is none in {place}")
        if not 1 <= self.instance_count <= _MOST_HOSTS:
            problems.append(f"'instance_count' must be between 1 and {_MOST_HOSTS}, got {self.instance_count}")
        if not self.checkpoint_path.startswith("/opt/ml/"):
            problems.append(f"'checkpoint_path' must be below /opt/ml, got {self.checkpoint_path!r}")
        return problems

    def _problems_of_metrics(self) -> list[str]:
        problems = []
        if self.tolerance < 0:
            problems.append(f"'tolerance' must be 0 or more, got {self.tolerance:g}")
        if self.tolerance and not self.metrics:
            problems.append("'tolerance' is for metrics, and there is none; name one with 'metrics'")
        for name, expression in self.metrics.items():
            try:
                groups = re.compile(expression).groups if expression else 1
            except re.error as error:
                problems.append(f"'metrics' {name!r} must be a regular expression, got {expression!r}: {error}")
            else:
                if groups < 1:
                    problems.append(f"'metrics' {name!r} must have a group for the value, got {expression!r}")
        return problems

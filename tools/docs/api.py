"""The reference of all public names, from their types and docstrings: `make docs` writes it.

It reads the source by griffe and imports nothing of it. Every name of `constructs_lib.__all__` is on one of the pages.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import griffe

from tools.docs.api_markdown import arguments_table, class_section, function_section, linked, options_table, raised

ROOT = Path(__file__).parents[2]

OPTIONS_FILE = "reference/options.md"
CONSTRUCTS_FILE = "reference/constructs.md"
VALUES_FILE = "reference/values.md"
PROGRAMS_FILE = "reference/python.md"

_NOTE = "<!-- written by `make docs` from the docstrings; edit those -->"

CONSTRUCTS = (
    "SpotTraining",
    "SpotTrainingTask",
    "TrainingRole",
    "CheckpointBucket",
    "OutputBucket",
    "SpotTrainingDashboard",
    "TrainingMonitoring",
)
OPTIONS = ("TrainingOptions", "SharedTrainingOptions")

MADE_BY_METHODS = frozenset({"Capacity", "Deadline", "Prices", "TrainingChannel", "TrainingImage", "TrainingSource"})
"""Classes whose constructor nobody calls: their methods make them."""


@cache
def library() -> griffe.Module:
    """Return the library as griffe reads it."""
    loader = griffe.GriffeLoader(search_paths=[str(ROOT)], docstring_parser=griffe.Parser.google)
    found = loader.load("constructs_lib", submodules=True)
    loader.resolve_aliases(implicit=False)
    if not isinstance(found, griffe.Module):
        raise TypeError("constructs_lib must be a package")
    return found


def documents() -> dict[str, str]:
    """Return the text of each page, by its place in the directory of the documents."""
    return {
        OPTIONS_FILE: "\n".join(_options()),
        CONSTRUCTS_FILE: "\n".join(_constructs()),
        VALUES_FILE: "\n".join(_values()),
        PROGRAMS_FILE: "\n".join(_programs()),
    }


def public() -> list[str]:
    """Return the names of the public face."""
    return [str(name) for name in library().exports or []]


def _class(name: str) -> griffe.Class:
    found = library()[name]
    target = found.final_target if isinstance(found, griffe.Alias) else found
    if not isinstance(target, griffe.Class):
        raise TypeError(f"{name} must be a class")
    return target


def _init(found: griffe.Class) -> griffe.Function:
    init = found.members["__init__"]
    if not isinstance(init, griffe.Function):
        raise TypeError(f"{found.name} must have a constructor")
    return init


def _docstring(found: griffe.Object) -> str:
    return linked(found.docstring.value) if found.docstring else ""


def _fields(name: str) -> list[griffe.Attribute]:
    return [each for each in _class(name).members.values() if isinstance(each, griffe.Attribute)]


def _options() -> Iterator[str]:
    yield "# Options of a training"
    yield ""
    yield _NOTE
    yield ""
    yield "For whoever writes a stack: every keyword of `SpotTraining` and `SpotTrainingTask`, with its type and what"
    yield "happens without it. Only `image` and `capacity` are needed. What SageMaker would refuse is refused at synth,"
    yield "all problems at once; members of a request without an option of their own are expressed by"
    yield "`training_job_overrides` ([every member](create-training-job.md))."
    yield ""
    yield "## Both constructs"
    yield ""
    yield from options_table([*_fields("TrainingOptions"), *_fields("SharedTrainingOptions")], ("image", "capacity"))
    for name in ("SpotTraining", "SpotTrainingTask"):
        yield f"## {name} alone"
        yield ""
        init = _init(_class(name))
        yield from arguments_table(init, skip=("scope", "construct_id", "options"))
        yield from raised(init)
    yield "## Shared options"
    yield ""
    yield _docstring(_class("SharedTrainingOptions"))
    yield ""


def _constructs() -> Iterator[str]:
    yield "# Constructs"
    yield ""
    yield _NOTE
    yield ""
    yield "For whoever writes a stack: what each construct creates, its attributes and its methods. The keywords of the"
    yield "two trainings are on the page of [options](options.md); a `SpotTraining` has the methods of"
    yield "[TrainingMonitoring](#trainingmonitoring) too."
    yield ""
    for name in CONSTRUCTS:
        constructor = name not in ("SpotTraining", "SpotTrainingTask")
        yield from class_section(_class(name), constructor=constructor, elsewhere=CONSTRUCTS)


def _values() -> Iterator[str]:
    yield "# Values"
    yield ""
    yield _NOTE
    yield ""
    yield "For whoever writes a stack: what the [options](options.md) take, and the names of errors. A value belongs"
    yield "to no stack; one may be used by any number of trainings."
    yield ""
    for name in public():
        if name not in CONSTRUCTS and name not in OPTIONS:
            yield from _value(_class(name))


def _value(found: griffe.Class) -> Iterator[str]:
    if "TypedDict" in {str(base) for base in found.bases}:
        yield f"## {found.name}"
        yield ""
        yield _docstring(found)
        yield ""
        yield from options_table(each for each in found.members.values() if isinstance(each, griffe.Attribute))
        return
    yield from class_section(found, constructor=found.name not in MADE_BY_METHODS)


def _programs() -> Iterator[str]:
    yield "# From Python"
    yield ""
    yield _NOTE
    yield ""
    yield "For programs and tests: what the command does, the embedded AWS, rehearsals, and what your own unit tests"
    yield "see. The extras `runs`, `explain` and `local` bring what each needs."
    yield ""
    for place, heading in (
        ("testing", "constructs_lib.testing"),
        ("runs", "constructs_lib.runs"),
        ("local", "constructs_lib.local"),
        ("local.rehearsal", "constructs_lib.local.rehearsal"),
    ):
        module = library()[place]
        yield f"## {heading}"
        yield ""
        yield _docstring(module)
        yield ""
        for name in _names(module):
            found = module.members[name]
            target = found.final_target if isinstance(found, griffe.Alias) else found
            if isinstance(target, griffe.Function):
                yield from function_section(target, name, 3)
            elif isinstance(target, griffe.Class):
                yield from class_section(target, constructor="dataclass" not in target.labels, level=3)


def _names(module: griffe.Module) -> list[str]:
    if module.exports:
        return [str(name) for name in module.exports]
    own = module.members.items()
    return [name for name, found in own if isinstance(found, griffe.Function) and not name.startswith("_")]

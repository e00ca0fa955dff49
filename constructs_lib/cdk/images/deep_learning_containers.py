"""Finding the Deep Learning Container that is meant, among those that AWS publishes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from constructs_lib.cdk.images.deep_learning_tags import PUBLISHED
from constructs_lib.training_job.refusal import quoted
from constructs_lib.training_job.service_model import closest

_TAG = re.compile(
    r"(?P<version>\d+\.\d+\.\d+)(?:-transformers(?P<transformers>[\d.]+))?(?:-(?P<accelerator>cpu|gpu|neuronx))?"
    r"(?:-(?P<python>py\d+))?(?:-sdk(?P<neuron_sdk>[\d.]+))?(?:-(?P<cuda>cu\d+))?-(?P<os>(?:ubuntu|amzn)[\d.]+)"
    r"(?:-sagemaker)?"
)

# of the images whose tag does not say it
_PYTHON = "py312"

_EXACT = "name an image that is not listed by TrainingImage.from_deep_learning_container(repository_name, tag)"


@dataclass(frozen=True, kw_only=True)
class Container:
    """One published image, with what its tag says."""

    repository: str
    tag: str
    version: str
    parts: Mapping[str, str | None]
    """By the arguments of `TrainingImage.from_framework`: what tells images of one version apart."""


@cache
def containers(framework: str) -> tuple[Container, ...]:
    """Return the images of a framework that are known, newest first."""
    return tuple(_container(repository, tag) for repository, tags in PUBLISHED[framework].items() for tag in tags)


def find_container(framework: str, version: str, wanted: Mapping[str, str | None]) -> Container:
    """Return the one image that is meant.

    Args:
        framework: A key of `PUBLISHED`.
        version: The framework's full version.
        wanted: What else is said about it, by the names of `Container.parts`; None where nothing is.

    Raises:
        ValueError: There is none like that, or more than one.
    """
    if framework not in PUBLISHED:
        raise ValueError(
            f"'framework' must be one of {quoted(PUBLISHED)}, got {framework!r}{closest(framework, PUBLISHED)}; "
            f"{_EXACT}"
        )
    versions = {container.version: None for container in containers(framework)}
    if version not in versions:
        raise ValueError(
            f"'version' of {framework!r} must be one of {quoted(versions)}, got {version!r}"
            f"{_closest_version(version, versions)}; {_EXACT}"
        )
    candidates = [container for container in containers(framework) if container.version == version]
    fitting = [container for container in candidates if not list(_misfits(container, wanted))]
    if not fitting:
        raise ValueError(_nothing_fits(framework, version, candidates, wanted))
    if len(fitting) > 1:
        raise ValueError(_several_fit(framework, version, fitting))
    return fitting[0]


def runs_source(repository: str, tag: str) -> bool | None:
    """Return whether a Deep Learning Container runs a program that is given to it; None where that is not known.

    Those for SageMaker have its training toolkit in them, those for EC2 have not.
    https://docs.aws.amazon.com/sagemaker/latest/dg/docker-containers-prebuilt.html
    """
    if re.search(r"-(?:ec2|e3)(?:-|$)", tag):
        return False
    if "-sagemaker" in tag or re.search(r"-training(?:-|$)", repository):
        return True
    return None


def _container(repository: str, tag: str) -> Container:
    found = _TAG.fullmatch(tag)
    if found is None:
        raise ValueError(f"'tag' must have the form of a Deep Learning Container's, got {tag!r}")
    parts = found.groupdict()
    version = parts.pop("version")
    parts["accelerator"] = parts["accelerator"] or "gpu"
    parts["python"] = parts["python"] or _PYTHON
    return Container(repository=repository, tag=tag, version=version, parts=parts)


def _misfits(container: Container, wanted: Mapping[str, str | None]) -> Iterator[str]:
    return (name for name, value in wanted.items() if value is not None and value != container.parts[name])


def _nothing_fits(framework: str, version: str, candidates: list[Container], wanted: Mapping[str, str | None]) -> str:
    nearest = min(candidates, key=lambda container: len(list(_misfits(container, wanted))))
    said = ", ".join(
        f"'{name}' must be {nearest.parts[name]!r}, got {wanted[name]!r}"
        if nearest.parts[name] is not None
        else f"'{name}' must be left out, got {wanted[name]!r}"
        for name in _misfits(nearest, wanted)
    )
    published = ", ".join(repr(container.tag) for container in candidates)
    return f"no image of {framework!r} {version} is like that: {said}; there are {published}; {_EXACT}"


def _several_fit(framework: str, version: str, fitting: list[Container]) -> str:
    values = {name: {container.parts[name]: None for container in fitting} for name in fitting[0].parts}
    name = next(name for name, different in values.items() if len(different) > 1)
    return (
        f"'{name}' is required, because it tells the images of {framework!r} {version} apart; use one of "
        f"{', '.join(map(repr, values[name]))}"
    )


def _closest_version(version: str, versions: Mapping[str, None]) -> str:
    newest = next((known for known in versions if known.startswith(f"{version}.")), None)
    return closest(version, versions) if newest is None else f"; did you mean {newest!r}"

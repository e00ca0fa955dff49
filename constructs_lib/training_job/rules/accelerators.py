"""Whether a framework image is made for the accelerator of an instance type; one that is not may still run."""

from __future__ import annotations

import re
from collections.abc import Iterator

from constructs_lib.training_job.capacity.instance_type import family
from constructs_lib.training_job.rules.reader import Reader
from constructs_lib.training_job.rules.refused.storage import requested_types
from constructs_lib.training_job.rules.rule import Rule

# as the tags of the Deep Learning Containers and of SageMaker's scikit-learn say it
_IN_TAG = re.compile(r"[:-](cpu|gpu|neuronx)-py\d")
_FAMILIES = (("trn", "neuronx"), ("inf", "neuronx"), ("g", "gpu"), ("p", "gpu"))
_CALLED = {"cpu": "no accelerator", "gpu": "GPUs", "neuronx": "Trainium"}


def images_are_for_the_accelerator(request: Reader) -> Iterator[str]:
    """A framework image is made for GPUs, for Trainium or for neither, and so is an instance type."""
    found = _IN_TAG.search(request.written("AlgorithmSpecification.TrainingImage"))
    for path, name in requested_types(request) if found else ():
        accelerator = _accelerator(name)
        if found and accelerator and accelerator != found[1]:
            yield (
                f"'{path}' is {name!r}, which has {_CALLED[accelerator]}, and the image is made for "
                f"{_CALLED[found[1]]} ({found[1]!r} in its tag); use an image or a type of the other kind"
            )


def _accelerator(instance_type: str) -> str:
    name = family(instance_type)
    return name and next((kind for prefix, kind in _FAMILIES if name.startswith(prefix)), "cpu")


ACCELERATORS = Rule(
    check=images_are_for_the_accelerator,
    page="https://docs.aws.amazon.com/deep-learning-containers/latest/devguide/what-is-dlc.html",
)

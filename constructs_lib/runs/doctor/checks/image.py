"""Whether the image exists, in this Region, and for the instances' architecture.

Images of AWS's own accounts may be asked for by the same calls, which a job's role makes when it pulls.
https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_BatchGetImage.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from constructs_lib.runs.aws.errors import RunsError, aws_errors, error_code, one_line, sentence
from constructs_lib.runs.doctor.asking import Asking
from constructs_lib.runs.doctor.finding import Finding, not_looked, ok, problem
from constructs_lib.runs.doctor.subject import Subject, is_known

CHECK = "image"
_URI = re.compile(
    r"(?P<account>\d{12})\.dkr\.ecr(?:-fips)?\.(?P<region>[a-z0-9-]+)\.[a-z.]+/(?P<name>[^:@]+)(?P<mark>[:@]?)(?P<id>.*)"
)
_INDEXES = (
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
)
_ACCEPTED = (
    *_INDEXES,
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.v2+json",
)
_ARM = re.compile(r"ml\.[a-z]\d+g[a-z]*\.|ml\.p6e-")
"""Instance types with processors of Arm: Graviton, and Grace beside GB200."""


def look(asking: Asking, subject: Subject) -> Iterator[Finding]:
    """Ask the image's registry for it, and for whom it was built."""
    algorithm = subject.request["AlgorithmSpecification"]
    uri = algorithm.get("TrainingImage")
    if uri is None:
        yield not_looked(CHECK, f"the algorithm {algorithm.get('AlgorithmName')} names no image to ask for")
        return
    found = _URI.fullmatch(uri)
    if found is None or not is_known(uri):
        why = "is in no registry of Amazon ECR" if is_known(uri) else "is known when it is deployed"
        yield not_looked(CHECK, f"{uri} {why}")
        return
    if subject.will_be_made(found["name"]):
        yield problem(CHECK, f"the deployment makes the repository {found['name']}, which is empty", "push the image")
        return
    if found["region"] != asking.region:
        fix = f"name the image of {asking.region}, or replicate it there"
        yield problem(CHECK, f"{uri} is in {found['region']}, and SageMaker pulls from its own Region", fix)
        return
    manifest = _manifest(asking, found)
    if manifest is None:
        yield problem(CHECK, f"there is no image {uri}", "push it, or name a tag that is there")
        return
    yield ok(CHECK, f"{uri} exists")
    yield from _architecture(asking, subject, found, manifest)


def _manifest(asking: Asking, found: re.Match[str]) -> Mapping[str, Any] | None:
    image = {"imageDigest": found["id"]} if found["mark"] == "@" else {"imageTag": found["id"] or "latest"}
    try:
        told = asking.client("ecr").batch_get_image(
            registryId=found["account"],
            repositoryName=found["name"],
            imageIds=[image],
            acceptedMediaTypes=list(_ACCEPTED),
        )
    except aws_errors() as error:
        if error_code(error) == "RepositoryNotFoundException":
            return None
        raise RunsError(f"{found[0]}: {sentence(error)}") from error
    if not told.get("images"):
        return None
    manifest: Mapping[str, Any] = json.loads(told["images"][0]["imageManifest"])
    return manifest


def _architecture(
    asking: Asking, subject: Subject, found: re.Match[str], manifest: Mapping[str, Any]
) -> Iterator[Finding]:
    built = _built_for(asking, found, manifest)
    if not built:
        yield not_looked(CHECK, f"{found[0]} does not say which architecture it is for")
        return
    for wanted, types in _wanted(subject).items():
        if wanted not in built:
            fix = f"build it with 'docker buildx build --platform linux/{wanted}'"
            yield problem(CHECK, f"{found[0]} is for {', '.join(built)}, and {', '.join(types)} are {wanted}", fix)
        else:
            yield ok(CHECK, f"{found[0]} is for {', '.join(built)}, as {', '.join(types)}")


def _built_for(asking: Asking, found: re.Match[str], manifest: Mapping[str, Any]) -> list[str]:
    """Return the architectures: of an index from its entries, of one image from its configuration.

    https://github.com/opencontainers/image-spec/blob/main/config.md
    """
    if "manifests" in manifest:
        told = [str(entry.get("platform", {}).get("architecture", "")) for entry in manifest["manifests"]]
        return sorted({name for name in told if name not in ("", "unknown")})
    digest = manifest.get("config", {}).get("digest")
    if digest is None:
        return []
    try:
        layer = asking.client("ecr").get_download_url_for_layer(
            registryId=found["account"], repositoryName=found["name"], layerDigest=digest
        )
        architecture = json.loads(asking.fetch(layer["downloadUrl"])).get("architecture")
    except aws_errors() as error:
        raise RunsError(f"{found[0]}: {sentence(error)}") from error
    except (OSError, ValueError) as error:
        raise RunsError(f"{found[0]}: its configuration cannot be read: {one_line(error)}") from error
    return [str(architecture)] if architecture else []


def _wanted(subject: Subject) -> dict[str, list[str]]:
    """Return the instance types of the plan by their architecture."""
    wanted: dict[str, list[str]] = {}
    for entry in subject.settings["Capacities"]:
        for instances in entry.get("InstanceGroups") or entry.get("InstancePreferences") or [entry]:
            name = instances["InstanceType"]
            types = wanted.setdefault("arm64" if _ARM.match(name) else "amd64", [])
            if name not in types:
                types.append(name)
    return wanted

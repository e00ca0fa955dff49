"""The cloud assembly that `cdk synth` writes: which template is whose, and where its file assets are.

https://docs.aws.amazon.com/cdk/v2/guide/deploy.html
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from constructs_lib.runs.aws.errors import RunsError

_STACK = "aws:cloudformation:stack"
_TEMPLATE = ".template.json"


def newest_template(directory: Path, marker: str, stack: str | None = None) -> Path:
    """Find the newest template that has a text in it, or in the definition of a state machine that it points to.

    Args:
        directory: The cloud assembly; nested ones, of stages, are looked through too.
        marker: The text.
        stack: Only the template of this stack: its name, or its path in the app, such as `Prod/Training`. Defaults to
            any.

    Raises:
        RunsError: There is none; says what to do.
    """
    found = _of_stack(directory, stack)
    for path in sorted(found, key=lambda path: path.stat().st_mtime, reverse=True):
        if _has(path, marker):
            return path
    named = "template" if stack is None else f"template of the stack {stack!r}"
    what = f"has no {named}" if not found else f"has no {named} with a state machine of spot-training-constructs"
    raise RunsError(f"{str(directory)!r} {what}; run 'cdk synth' first, or pass --template")


def templates(directory: Path, marker: str, stack: str | None = None) -> list[Path]:
    """Find all templates that have a text, as `newest_template` looks for it, sorted by their paths."""
    return [path for path in sorted(_of_stack(directory, stack)) if _has(path, marker)]


def asset_file(template: Path, key: str) -> Path | None:
    """Find the file that will be put into the assets' bucket under a key; `None` where there is none beside a template.

    Args:
        template: The template.
        key: The object's key.
    """
    for source, keys in _assets(template):
        if key in keys:
            return source
    return None


def _of_stack(directory: Path, stack: str | None) -> list[Path]:
    return [path for path in directory.rglob(f"*{_TEMPLATE}") if stack is None or stack in stack_names(path)]


def _has(template: Path, marker: str) -> bool:
    text = template.read_text(encoding="utf-8")
    return marker in text or any(marker in asset.read_text(encoding="utf-8") for asset in _definitions(template, text))


def stack_names(template: Path) -> set[str]:
    """Return what a template's stack is called: by the file, in CloudFormation, and as a path in the app."""
    names = {template.name.removesuffix(_TEMPLATE)}
    for name, artifact in _document(template.parent / "manifest.json").get("artifacts", {}).items():
        properties = artifact.get("properties", {})
        if artifact.get("type") == _STACK and properties.get("templateFile") == template.name:
            names |= {name, properties.get("stackName", name), artifact.get("displayName", name)}
    return names


def _definitions(template: Path, text: str) -> Iterator[Path]:
    """Yield the file assets in JSON whose keys a template has."""
    for source, keys in _assets(template):
        if source.suffix == ".json" and source.is_file() and any(key in text for key in keys):
            yield source


def _assets(template: Path) -> Iterator[tuple[Path, set[str]]]:
    """Yield the file assets of the stacks beside a template, each with its keys."""
    for manifest in sorted(template.parent.glob("*.assets.json")):
        for entry in _document(manifest).get("files", {}).values():
            path, destinations = entry.get("source", {}).get("path"), entry.get("destinations", {})
            if path is not None and not path.endswith(_TEMPLATE):
                yield manifest.parent / path, {place["objectKey"] for place in destinations.values()}


def _document(path: Path) -> Mapping[str, Any]:
    if not path.is_file():
        return {}
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise RunsError(f"{str(path)!r} is no JSON: {error}; run 'cdk synth' again") from error
    return document if isinstance(document, dict) else {}

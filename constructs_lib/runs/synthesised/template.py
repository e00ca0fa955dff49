"""State machines in a synthesised CloudFormation template, read without AWS.

What only CloudFormation knows is shown between angle brackets, such as `<Bucket>` or `<Role.Arn>`, unless its value is
given.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from constructs_lib.runs.aws.errors import RunsError
from constructs_lib.runs.synthesised.assembly import asset_file
from constructs_lib.runs.synthesised.conditions import holds

STATE_MACHINE = "AWS::StepFunctions::StateMachine"

_QUOTE = re.compile(r'\\.|"')
_PLACE = re.compile(r"\$\{([^}]*)\}")
_REFERENCE = re.compile(r"\$\{(!?)([^}]*)\}")


@dataclass(frozen=True, kw_only=True)
class Machine:
    """One state machine of a template."""

    logical_id: str
    name: str
    definition: dict[str, Any]


@dataclass(kw_only=True)
class Template:
    """A synthesised template.

    Args:
        path: Where it was read.
        document: What it says.
        known: Values by the names that stand between the angle brackets. Defaults to none.
    """

    path: Path
    document: Mapping[str, Any]
    known: Mapping[str, str] = field(default_factory=dict)
    shown: set[str] = field(default_factory=set)
    """The names that were met, known or not."""

    @classmethod
    def read(cls, path: Path, known: Mapping[str, str]) -> Template:
        """Read a template.

        Raises:
            RunsError: It cannot be read, or is no template in JSON.
        """
        try:
            document = json.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise RunsError(f"--template {str(path)!r} cannot be read: {error.strerror}") from error
        except ValueError as error:
            raise RunsError(f"--template must be a template as JSON, which {str(path)!r} is not: {error}") from error
        if not isinstance(document, dict) or not isinstance(document.get("Resources"), dict):
            raise RunsError(f"--template must be a CloudFormation template, and {str(path)!r} has no Resources")
        return cls(path=path, document=document, known=known)

    def machines(self) -> Iterator[Machine]:
        """Yield the state machines whose definition stands in the template, or in a file asset beside it.

        Raises:
            RunsError: A definition cannot be read.
        """
        for logical_id, resource in self.document["Resources"].items():
            properties = resource.get("Properties", {})
            if resource.get("Type") != STATE_MACHINE:
                continue
            pieces = self._written(logical_id, properties)
            if pieces is not None:
                yield Machine(
                    logical_id=logical_id,
                    name=self.text(properties.get("StateMachineName", "")),
                    definition=self._definition(logical_id, pieces),
                )

    def unknown(self) -> list[str]:
        """List the names that stand between angle brackets."""
        return sorted(self.shown - set(self.known))

    def _written(self, logical_id: str, properties: Mapping[str, Any]) -> Iterator[tuple[str, bool]] | None:
        """Return the texts that make up a definition, wherever it is written; `None` where that is not beside here."""
        if "DefinitionString" in properties:
            pieces = self._pieces(properties["DefinitionString"])
        elif "Definition" in properties:
            pieces = self._object_pieces(properties["Definition"])
        else:
            path = asset_file(self.path, self._key(properties))
            if path is None:
                return None
            try:
                pieces = iter([(path.read_text(encoding="utf-8"), True)])
            except OSError as error:
                raise RunsError(
                    f"the definition of {logical_id} is in {str(path)!r}, which cannot be read: {error.strerror}; run "
                    "'cdk synth' again"
                ) from error
        substitutions = properties.get("DefinitionSubstitutions")
        return pieces if not substitutions else self._in_places(pieces, substitutions)

    def _key(self, properties: Mapping[str, Any]) -> str:
        location = properties.get("DefinitionS3Location", {})
        return self.text(location["Key"]) if "Key" in location else ""

    def _object_pieces(self, value: Any) -> Iterator[tuple[str, bool]]:
        name, _ = _intrinsic(value)
        if name:
            yield self.text(value), False
        elif isinstance(value, dict):
            for index, (key, member) in enumerate(value.items()):
                yield f"{', ' if index else '{'}{json.dumps(key)}: ", True
                yield from self._object_pieces(member)
            yield ("}" if value else "{}"), True
        elif isinstance(value, list):
            for index, member in enumerate(value):
                yield (", " if index else "["), True
                yield from self._object_pieces(member)
            yield ("]" if value else "[]"), True
        else:
            yield json.dumps(value), True

    def _in_places(
        self, pieces: Iterator[tuple[str, bool]], substitutions: Mapping[str, Any]
    ) -> Iterator[tuple[str, bool]]:
        """Put substitutions into their places, as CloudFormation does, by text."""
        for text, literal in pieces:
            for index, part in enumerate(_PLACE.split(text)):
                if index % 2 == 0:
                    yield part, literal
                elif part in substitutions:
                    yield self.text(substitutions[part]), False
                else:
                    yield f"${{{part}}}", literal

    def _definition(self, logical_id: str, pieces: Iterator[tuple[str, bool]]) -> dict[str, Any]:
        """Put the pieces of a definition together; a value inside a text of it is escaped, one outside is quoted."""
        written, inside = [], False
        for text, literal in pieces:
            if literal:
                written.append(text)
                inside ^= sum(match[0] == '"' for match in _QUOTE.finditer(text)) % 2 == 1
            else:
                written.append(json.dumps(text)[1:-1] if inside else _as_json(text))
        try:
            definition: dict[str, Any] = json.loads("".join(written))
        except ValueError as error:
            raise RunsError(f"the definition of {logical_id} in {self.path} cannot be read as JSON: {error}") from error
        return definition

    def _pieces(self, value: Any) -> Iterator[tuple[str, bool]]:
        """Yield the texts that make up a value, and whether each stands in the template itself."""
        name, argument = _intrinsic(value)
        if name == "Fn::Join":
            separator, items = argument
            if not isinstance(items, list):
                yield self.text(value), False
                return
            for index, item in enumerate(items):
                yield (separator if index else "", True)
                yield from self._pieces(item)
        elif name == "Fn::If":
            chosen = self._chosen(argument)
            if chosen is None:
                raise RunsError(
                    f"{self.path} has a definition that goes by the condition {argument[0]!r}, which is not known "
                    "before it is deployed; tell 'run --explain' the values of its parameters by --known, or deploy it "
                    "and pass --stack"
                )
            yield from self._pieces(chosen[0])
        elif name:
            yield self.text(value), False
        else:
            yield self.text(value), True

    def text(self, value: Any) -> str:
        """Write a value with intrinsic functions as one text."""
        name, argument = _intrinsic(value)
        if not name:
            return value if isinstance(value, str) else json.dumps(value)
        if name == "Fn::Join":
            # what is joined may be a list that only CloudFormation knows
            items = argument[1] if isinstance(argument[1], list) else argument[1:]
            return str(argument[0]).join(self.text(item) for item in items)
        if name == "Fn::Sub":
            return self._substituted(argument)
        if name == "Fn::FindInMap" and (found := self._mapped(argument)) is not None:
            return found
        if name == "Fn::If" and (chosen := self._chosen(argument)) is not None:
            return self.text(chosen[0])
        return self._value(self._label(name, argument))

    def _chosen(self, argument: Any) -> list[Any] | None:
        """Return the branch that a condition takes, alone in a list; None where that is not known."""
        condition, then, otherwise = argument
        taken = holds(condition, self.document.get("Conditions", {}), self._known_text)
        return None if taken is None else [then if taken else otherwise]

    def _known_text(self, value: Any) -> str | None:
        """Write a value; None where a part of it is not known."""
        met, self.shown = self.shown, set()
        text, unknown = self.text(value), self.unknown()
        self.shown |= met
        return None if unknown else text

    def _label(self, name: str, argument: Any) -> str:
        """Name a value that only CloudFormation knows."""
        if name == "Ref":
            return str(argument)
        parts = argument if isinstance(argument, list) else [argument]
        texts = [re.sub(r"[<>\"\\]", "", self.text(part)) for part in parts]
        return ".".join(texts) if name in ("Fn::GetAtt", "Fn::FindInMap") else f"{name} {' '.join(texts)}"

    def _value(self, label: str) -> str:
        self.shown.add(label)
        return self.known.get(label, f"<{label}>")

    def _substituted(self, argument: Any) -> str:
        text, own = (argument, {}) if isinstance(argument, str) else argument

        def value(match: re.Match[str]) -> str:
            if match[1]:
                return f"${{{match[2]}}}"
            return self.text(own[match[2]]) if match[2] in own else self._value(match[2])

        return _REFERENCE.sub(value, text)

    def _mapped(self, argument: Any) -> str | None:
        mapping, *keys = (self.text(part) for part in argument[:3])
        found: Any = self.document.get("Mappings", {}).get(mapping, {})
        for key in keys:
            found = found.get(key) if isinstance(found, dict) else None
        return None if found is None else self.text(found)


def _intrinsic(value: Any) -> tuple[str, Any]:
    """Return the name and the argument of an intrinsic function; an empty name for any other value."""
    if isinstance(value, dict) and len(value) == 1:
        name, argument = next(iter(value.items()))
        if name == "Ref" or str(name).startswith("Fn::"):
            return str(name), argument
    return "", None


def _as_json(text: str) -> str:
    """Write a value that stands outside of a text: a number as it is, all else as a text."""
    try:
        json.loads(text)
    except ValueError:
        return json.dumps(text)
    return text

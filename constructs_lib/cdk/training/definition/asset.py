"""The definition as a file of its own: a template may have 1 MB, and a training's definition takes 40 kB of it.

CloudFormation reads the file from the assets' bucket and puts what only it knows (names, ARNs) into the places that the
file has for it: as text, before it reads the whole as JSON, so that a number's place has no quotes.
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-stepfunctions-statemachine.html
https://github.com/aws-cloudformation/aws-cloudformation-resource-providers-stepfunctions
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import aws_cdk as cdk
import jsii
from aws_cdk import aws_s3_assets as s3_assets
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct, IConstruct

from constructs_lib.cdk.inputs.asset_files import place_for_assets
from constructs_lib.training_job.tokens import inside_tokens, is_token

UNWRITTEN = "{}"
"""The definition of a machine whose own is written when everything has been tagged."""

_BARE = "\ue000"
"""Stands around what has no quotes in the file, a number."""
_QUOTED_BARE = re.compile(r'"\\ue000(.*?)\\ue000"')


@jsii.implements(cdk.IAspect)
class DefinitionAsset:
    """Writes a machine's definition into a file when everything has been tagged, and points the machine to it."""

    def __init__(
        self, scope: Construct, machine: sfn.StateMachine, definition: Mapping[str, Any], known: Mapping[Any, Any]
    ) -> None:
        """Wait for the synthesis.

        Args:
            scope: What the asset becomes a child of.
            machine: The machine, with the definition `UNWRITTEN`.
            definition: Its definition, tokens and all.
            known: By each value of the definition that is not known now, a function that gives it at synth.
        """
        self._scope, self._definition, self._known = scope, definition, known
        self._written = False
        resource = machine.node.default_child
        if isinstance(resource, sfn.CfnStateMachine):
            cdk.Aspects.of(resource).add(self, priority=cdk.AspectPriority.READONLY)

    def visit(self, node: IConstruct) -> None:
        """Write the file, once."""
        if self._written or not isinstance(node, sfn.CfnStateMachine):
            return
        self._written = True
        written = definition_file(cdk.Stack.of(node), self._definition, self._known)
        with place_for_assets(self._scope, "definition") as place:
            path = place / "definition.asl.json"
            path.write_text(written.text, encoding="ascii")
            digest = sha256(written.text.encode()).hexdigest()
            asset = s3_assets.Asset(self._scope, "Definition", path=str(path), asset_hash=digest)
        node.definition_string = None
        node.definition_s3_location = sfn.CfnStateMachine.S3LocationProperty(
            bucket=asset.s3_bucket_name, key=asset.s3_object_key
        )
        node.definition_substitutions = written.substitutions


@dataclass(frozen=True, kw_only=True)
class DefinitionFile:
    """A definition with places for what only CloudFormation knows.

    Attributes:
        text: JSON, but for numbers that are not known; the same for the same definition at each synthesis.
        substitutions: By the name of each place, `${Name}` in the text, what comes there.
    """

    text: str
    substitutions: dict[str, str]


def definition_file(stack: cdk.Stack, definition: Any, known: Mapping[Any, Any]) -> DefinitionFile:
    """Write a definition with a place for each token.

    Args:
        stack: The stack of the state machine.
        definition: The definition.
        known: By each value of the definition that is not known before synth, a function that gives it.
    """
    # ASCII: CloudFormation reads the file in whatever encoding its own system has
    text = json.dumps(_plain(definition, known), separators=(",", ":"))
    tokens: dict[str, None] = {}
    inside_tokens(text, lambda token: tokens.setdefault(token) or token)
    listed = [[token] if _is_list(token) else token for token in tokens]
    resolved = dict(zip(tokens, stack.resolve(listed) if listed else [], strict=True))
    places: dict[str, str] = {}
    substitutions: dict[str, str] = {}

    def place(token: str) -> str:
        value = resolved[token]
        if isinstance(value, list):
            return json.dumps(value)[2:-2]
        if not isinstance(value, dict):
            return json.dumps(str(value))[1:-1]
        same = json.dumps(value, sort_keys=True)
        if same not in places:
            places[same] = f"Value{len(places) + 1}"
            substitutions[places[same]] = cdk.Fn.join('","', [token]) if _is_list(token) else token
        return f"${{{places[same]}}}"

    return DefinitionFile(text=_QUOTED_BARE.sub(r"\1", inside_tokens(text, place)), substitutions=substitutions)


def _plain(value: Any, known: Mapping[Any, Any]) -> Any:
    """Copy a definition with what is known now, and texts for all tokens."""
    if isinstance(value, Mapping):
        members = {name: _plain(member, known) for name, member in value.items()}
        return {name: member for name, member in members.items() if member is not _ABSENT}
    if isinstance(value, (list, tuple)):
        return [_plain(member, known) for member in value]
    if value in known:
        found = known[value]()
        return _ABSENT if found is None else _plain(found, known)
    if isinstance(value, float) and is_token(value):
        return f"{_BARE}{cdk.Tokenization.stringify_number(value)}{_BARE}"
    if value is None or isinstance(value, (str, int, float)):
        return value
    return cdk.Token.as_string(value)


_ABSENT = object()


def _is_list(token: str) -> bool:
    return token.startswith("#")

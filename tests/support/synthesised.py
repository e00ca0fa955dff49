"""A template as `cdk synth` would write it, with the intrinsic functions that CDK puts into a definition."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_REFERENCE = re.compile(r"<([A-Za-z0-9:.]+)>")


def joined(text: str) -> Any:
    """Return a text whose `<Id>` and `<Id.Attribute>` are intrinsic functions, as CDK writes it."""
    parts: list[Any] = []
    for index, part in enumerate(_REFERENCE.split(text)):
        if index % 2 == 0:
            parts.append(part)
        elif "." in part:
            parts.append({"Fn::GetAtt": part.split(".")})
        else:
            parts.append({"Ref": part})
    return text if len(parts) == 1 else {"Fn::Join": ["", [part for part in parts if part != ""]]}


def template(**machines: dict[str, Any]) -> dict[str, Any]:
    """Return a template with a state machine for each logical id."""
    return {
        "Resources": {
            "Bucket": {"Type": "AWS::S3::Bucket"},
            **{
                logical_id: {
                    "Type": "AWS::StepFunctions::StateMachine",
                    "Properties": {
                        "StateMachineName": f"{logical_id}-name",
                        "DefinitionString": joined(json.dumps(definition)),
                    },
                }
                for logical_id, definition in machines.items()
            },
        }
    }


def write_template(path: Path, document: Mapping[str, Any]) -> Path:
    """Write a template to a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document), encoding="utf-8")
    return path

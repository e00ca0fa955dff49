"""What is synthesised, as the tests look at it."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import aws_cdk as cdk
from aws_cdk.assertions import Template

from constructs_lib.runs.synthesised.template import Template as SynthesisedTemplate
from tests.support.places import ROOT


def app_context() -> dict[str, Any]:
    """Return the context of the app's cdk.json: its flags and its settings.

    Warnings stay in the assembly, where tests look for them; a synthesis does not print them between the dots.
    """
    document: dict[str, Any] = json.loads((ROOT / "cdk.json").read_text(encoding="utf-8"))["context"]
    return {**document, "@aws-cdk/core:annotationsInValidationReport": False}


def stack(name: str = "Test") -> cdk.Stack:
    """Make an env-agnostic stack under the flags that `cdk init` writes."""
    return cdk.Stack(cdk.App(context=app_context()), name)


def deployed_definition(app: cdk.App, stack: str) -> dict[str, Any]:
    """Synthesise; return the definition of a stack's only machine, wherever it stands."""
    path = app.synth().get_stack_by_name(stack).template_full_path
    (machine,) = SynthesisedTemplate.read(Path(path), {"AWS::Partition": "aws"}).machines()
    return machine.definition


def definition(template: Template, index: int = 0) -> dict[str, Any]:
    """Return a state machine's definition; what only CloudFormation knows reads `<…>` in it."""
    machines = list(template.find_resources("AWS::StepFunctions::StateMachine").values())
    text = flat(machines[index]["Properties"]["DefinitionString"])
    document: dict[str, Any] = json.loads(text)
    return document


def flat(value: Any) -> str:
    """Write a value with intrinsic functions as one text."""
    if isinstance(value, str):
        return value
    if "Fn::Join" in value:
        return "".join(flat(item) for item in value["Fn::Join"][1])
    if "Ref" in value:
        return "aws" if value["Ref"] == "AWS::Partition" else f"<{value['Ref']}>"
    return json.dumps(value).replace('"', "'")


def statements(template: Template, *, of: str) -> list[dict[str, Any]]:
    """List the statements of every policy attached to the role whose logical id begins like this."""
    found = []
    for policy in template.find_resources("AWS::IAM::Policy").values():
        if any(role.get("Ref", "").startswith(of) for role in policy["Properties"]["Roles"]):
            found.extend(policy["Properties"]["PolicyDocument"]["Statement"])
    return found


def validated(app: cdk.App) -> cdk.App:
    """Make an app's synthesis fail on a template that CloudFormation would refuse; the tests' apps do not ask for it.

    The plugin takes longer than all else of a synthesis, so a fact of one option is asserted without it.
    """
    cdk.Validations.of(app).add_plugins(_rules())
    return app


@cache
def _rules() -> cdk.CloudFormationValidatePlugin:
    # each one reads all the rules again, which takes seconds
    return cdk.CloudFormationValidatePlugin()

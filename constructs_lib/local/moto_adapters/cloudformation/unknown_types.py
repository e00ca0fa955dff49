"""Resources of types that moto does not know: what refers to one is told a name or an ARN, which leads nowhere.

AWS makes such a resource and tells its id and its attributes; moto skips it, tells nothing of its id and refuses a
template that asks for an attribute. Reaches into moto/cloudformation/parsing.py.
"""

from __future__ import annotations

from typing import Any

from moto.cloudformation import parsing
from moto.cloudformation.parsing import ResourceMap

from constructs_lib.local.moto_adapters.emulation import Emulation
from constructs_lib.local.moto_adapters.patching import Patch

_FUNCTIONS = ("Ref", "Fn::GetAtt")


def patches(_: Emulation) -> list[Patch]:
    """Let templates refer to resources that are skipped."""

    def with_unknown(original: Any) -> Any:
        def clean_json(resource_json: Any, resources_map: Any) -> Any:
            for function in _FUNCTIONS if isinstance(resource_json, dict) and len(resource_json) == 1 else ():
                if function in resource_json:
                    told = _told(resource_json[function], resources_map)
                    if told:
                        return told
            return original(resource_json, resources_map)

        return clean_json

    def of_known(original: Any) -> Any:
        def validate_outputs(self: Any) -> None:
            whole = self._template
            outputs = {
                name: output
                for name, output in (whole.get("Outputs") or {}).items()
                if not (isinstance(output.get("Value"), dict) and _told(output["Value"].get("Fn::GetAtt", ""), self))
            }
            self._template = {**whole, "Outputs": outputs}
            try:
                original(self)
            finally:
                self._template = whole

        return validate_outputs

    return [
        Patch(owner=parsing, name="clean_json", signature="(resource_json, resources_map)", make=with_unknown),
        Patch(owner=ResourceMap, name="validate_outputs", signature="(self)", make=of_known),
    ]


def _told(named: Any, resources: Any) -> str:
    """Return what stands for a reference to a resource of an unknown type; empty for every other reference."""
    logical_id, *attribute = named.split(".", 1) if isinstance(named, str) else named
    resource = getattr(resources, "_resource_json_map", {}).get(logical_id)
    if not isinstance(resource, dict) or parsing.resource_class_from_type(resource["Type"]):
        return ""
    name = f"{resources['AWS::StackName']}-{logical_id}"
    if not attribute or not str(attribute[0]).endswith("Arn"):
        return name
    _, service, *kind = resource["Type"].lower().split("::")
    return f"arn:aws:{service}:{resources['AWS::Region']}:{resources['AWS::AccountId']}:{':'.join(kind)}/{name}"

"""A real evaluator of IAM policies: npm's @cloud-copilot/iam-simulate, with AWS's service authorization reference.

It knows every condition operator, which resource an action takes and which condition keys a request can have, so that
an action, a resource or a condition key that AWS does not know is an error here and never an empty permission.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from constructs_lib.runs.calls.recorded import Call
from tests.support.engines.node_lines import NodeLines

ACCOUNT = "123456789012"

Policy = Mapping[str, Any]


_OTHER_NAMES = {
    "sagemaker:VolumeKmsKey": "sagemaker:VolumeKmsKeyArn",
    "sagemaker:OutputKmsKey": "sagemaker:OutputKmsKeyArn",
}
"""Condition keys that guides have and the service authorization reference, which the simulator knows, has not."""
_EXCHANGED = {**_OTHER_NAMES, **{name: other for other, name in _OTHER_NAMES.items()}}


class IamSimulator(NodeLines):
    """One Node process that evaluates."""

    script, package = "iam_simulator.mjs", "@cloud-copilot/iam-simulate"

    def allowed(
        self, calls: Sequence[Call], policies: Sequence[Policy], resource_policies: Mapping[str, Policy] | None = None
    ) -> list[bool]:
        """Say of each call whether it is allowed.

        Args:
            calls: The calls, all in one account; what another account must allow is not looked at.
            policies: The policies of the role that makes them.
            resource_policies: The policies of buckets, keys and roles, by ARN. Defaults to none.

        Raises:
            ValueError: A policy is none, or a call is none that IAM knows: its action, resource or a condition key.
        """
        answers: dict[int, bool] = {}
        for others in (False, True):
            chosen = [index for index, call in enumerate(calls) if bool(call.context.keys() & _OTHER_NAMES) is others]
            if chosen:
                found = self._answers([calls[index] for index in chosen], policies, resource_policies or {}, others)
                answers.update(zip(chosen, found, strict=True))
        return [answers[index] for index in range(len(calls))]

    def _answers(
        self, calls: Sequence[Call], policies: Sequence[Policy], policies_of: Mapping[str, Policy], others: bool
    ) -> list[bool]:
        document = {
            "policies": list(policies),
            "calls": [
                {
                    "principal": call.role_arn,
                    "action": call.action,
                    "resource": call.resource,
                    "context": dict(call.context),
                    "account": ACCOUNT,
                    "resourcePolicy": policies_of.get(_owner(call.resource)),
                }
                for call in calls
            ],
        }
        if others:
            document = _with_names_exchanged(document)
        return [_allowed(call, answer) for call, answer in zip(calls, self.ask(document), strict=True)]


def _with_names_exchanged(document: Any) -> Any:
    """Exchange each name that the reference lacks for the one that it has, in calls and policies alike."""
    if isinstance(document, dict):
        return {_EXCHANGED.get(name, name): _with_names_exchanged(value) for name, value in document.items()}
    if isinstance(document, list):
        return [_with_names_exchanged(value) for value in document]
    return document


def _allowed(call: Call, answer: Mapping[str, Any]) -> bool:
    if "error" in answer:
        raise ValueError(f"IAM cannot evaluate {call}: {answer['error']}")
    if answer["ignored"]:
        raise ValueError(f"IAM knows no {', '.join(answer['ignored'])} in {call}")
    return bool(answer["result"] == "Allowed")


def _owner(arn: str) -> str:
    """Return the ARN of what has a policy: of an object its bucket."""
    return arn.partition("/")[0] if arn.split(":")[2:3] == ["s3"] else arn

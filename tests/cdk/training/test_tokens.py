"""is_token says what Token.is_unresolved says."""

from __future__ import annotations

import aws_cdk as cdk
import jsii
import pytest

from constructs_lib.training_job.tokens import is_token

KNOWN = ["", "a", "${x}", "${Token", "#{Token[", 0, -1, 1.5, -1e300, True, [], ["a"], ["a", "b"], {"a": "b"}]


@pytest.mark.parametrize("value", KNOWN, ids=repr)
def test_a_known_value_is_none(value: object) -> None:
    assert not is_token(value)
    assert not cdk.Token.is_unresolved(value)


def test_nothing_is_none() -> None:
    assert not is_token(None)


@pytest.mark.parametrize(
    "encode",
    [
        lambda stack: stack.account,
        lambda stack: f"in-{stack.region}/",
        lambda stack: cdk.CfnParameter(stack, "Text").value_as_string,
        lambda stack: cdk.CfnParameter(stack, "Number", type="Number").value_as_number,
        lambda stack: cdk.CfnParameter(stack, "List", type="CommaDelimitedList").value_as_list,
        lambda _: cdk.Fn.ref("Other"),
        lambda _: cdk.Fn.get_att("Other", "Arn"),
        lambda _: cdk.Token.as_number({"Ref": "Other"}),
        lambda _: cdk.Lazy.string(Later()),
    ],
)
def test_a_token_is_one(encode: object) -> None:
    assert callable(encode)
    value = encode(cdk.Stack(cdk.App(), "Stack"))
    assert is_token(value)
    assert cdk.Token.is_unresolved(value)


@jsii.implements(cdk.IStableStringProducer)
class Later:
    def produce(self) -> str:
        return "later"

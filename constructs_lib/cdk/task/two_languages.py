"""A custom state whose errors are caught as any state's: in JSONPath or in JSONata, whichever the author writes.

aws-cdk-lib's own CustomState renders `result_path` into a state that says it is JSONata, which Step Functions refuses,
and leaves `outputs` out (2.275).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from constructs_lib.training_job.kinds import kind_problems
from constructs_lib.training_job.refusal import refuse
from constructs_lib.workflow.jsonata.given import is_expression, texts


@dataclass(frozen=True, kw_only=True)
class _Caught:
    handler: sfn.IChainable
    errors: Sequence[str]
    outputs: Any


class StateOfTwoLanguages(sfn.CustomState):
    """A state that is rendered in JSONata, and in JSONPath where what catches its errors is written in that."""

    def __init__(
        self, scope: Construct, construct_id: str, *, jsonata: Mapping[str, Any], jsonpath: Mapping[str, Any]
    ) -> None:
        """Define the state.

        Args:
            scope: The construct it stands in.
            construct_id: Its id there, and the name of the state.
            jsonata: The state in JSONata.
            jsonpath: The same in JSONPath.
        """
        super().__init__(scope, construct_id, state_json=jsonata)
        self._states = {"JSONata": jsonata, "JSONPath": jsonpath}
        self._caught: list[_Caught] = []
        self._said: dict[str, str] = {}

    def add_catch(
        self,
        handler: sfn.IChainable,
        *,
        assign: Mapping[str, Any] | None = None,
        errors: Sequence[str] | None = None,
        outputs: Any = None,
        result_path: str | None = None,
    ) -> Self:
        """Catch errors of the state, as `add_catch` of any state does.

        `result_path="$.error"` keeps the state's input beside the error, in a JSONPath machine. In a JSONata machine
        `outputs="{% $merge([$states.input, {'error': $states.errorOutput}]) %}"` does.

        Args:
            handler: The state that goes on.
            assign: Variables to set, in JSONPath or in JSONata. Defaults to none.
            errors: What to catch, such as `[SpotTrainingErrors.CAPACITY_EXHAUSTED]`. Defaults to every error.
            outputs: What the handler gets, in JSONata. Defaults to the error.
            result_path: Where the error stands in the state's input, in JSONPath. Defaults to the error alone.

        Raises:
            ValueError: Errors that are no list, or JSONPath and JSONata together: a state speaks one of them.
        """
        refuse(kind_problems("errors", Sequence[str] | None, errors))
        said = {
            "JSONPath": [
                *(["'result_path'"] if result_path is not None else []),
                *(["'assign' with JSONPath"] if assign and sfn.FieldUtils.find_referenced_paths(assign) else []),
            ],
            "JSONata": [
                *(["'outputs'"] if outputs is not None else []),
                *(["'assign' with JSONata"] if any(is_expression(text) for _, text in texts(assign)) else []),
            ],
        }
        self._said |= {language: arguments[0] for language, arguments in said.items() if arguments}
        if len(self._said) > 1:
            refuse(
                [
                    f"{self._said['JSONPath']} is JSONPath and {self._said['JSONata']} is JSONata, and the state "
                    f"{self.state_id!r} speaks one language; in a JSONPath machine write 'result_path', in a JSONata "
                    "machine 'outputs'"
                ]
            )
        super().add_catch(handler, assign=assign, errors=errors, result_path=result_path)
        self._caught.append(_Caught(handler=handler, errors=errors or ["States.ALL"], outputs=outputs))
        return self

    def to_state_json(self, query_language: sfn.QueryLanguage | None = None) -> Mapping[Any, Any]:
        """Render the state; CDK calls it.

        Args:
            query_language: The language of the machine, where CDK says it.
        """
        rendered = dict(super().to_state_json(query_language))
        if "JSONPath" in self._said:
            if query_language is sfn.QueryLanguage.JSONATA:
                refuse(
                    [
                        f"{self._said['JSONPath']} of {self.state_id!r} is JSONPath, and the machine around it is "
                        "JSONata; write 'outputs', such as "
                        "\"{% $merge([$states.input, {'error': $states.errorOutput}]) %}\""
                    ]
                )
            for member in self._states["JSONata"]:
                del rendered[member]
            return {**rendered, **self._states["JSONPath"]}
        if "Catch" in rendered:
            outputs = {
                (tuple(each.errors), each.handler.start_state.state_id): each.outputs
                for each in reversed(self._caught)
                if each.outputs is not None
            }
            rendered["Catch"] = [
                {**rule, **({"Output": output} if (output := outputs.get(_key(rule))) is not None else {})}
                for rule in rendered["Catch"]
            ]
        return rendered


def _key(rule: Mapping[str, Any]) -> tuple[tuple[str, ...], str]:
    return tuple(rule["ErrorEquals"]), rule["Next"]

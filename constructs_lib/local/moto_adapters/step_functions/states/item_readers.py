"""What a distributed Map reads from S3 and where it writes: JSON Lines, lists of objects, and ResultWriter in JSONata.

What cannot be read fails the Map as States.ItemReaderFailed, which a Catch may name.
A MaxItemsPath to what is no whole number ends the execution, and nothing catches it.

Reaches into moto/stepfunctions/parser/asl/parse/preprocessor.py and, below
parser/asl/component/state/exec/state_map/, item_reader/ (item_reader_decl.py, reader_config/,
eval/) and result_writer/result_writer_decl.py. That a ResultWriter has
Arguments is told to the parser by expressions/grammar.py.
https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html
"""

from __future__ import annotations

import json
from typing import Any

from botocore.exceptions import ClientError
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name_type import StatesErrorNameType
from moto.stepfunctions.parser.asl.component.common.query_language import QueryLanguage, QueryLanguageMode
from moto.stepfunctions.parser.asl.component.state.exec.state_map.item_reader import item_reader_decl
from moto.stepfunctions.parser.asl.component.state.exec.state_map.item_reader.eval.resource_eval_s3 import (
    ResourceEvalS3,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_map.item_reader.eval.resource_output_transformer import (
    transformer_json,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_map.item_reader.reader_config.input_type import InputType
from moto.stepfunctions.parser.asl.component.state.exec.state_map.item_reader.reader_config.max_items_decl import (
    MaxItemsPath,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_map.result_writer.result_writer_decl import ResultWriter
from moto.stepfunctions.parser.asl.parse.preprocessor import Preprocessor

from constructs_lib.local.moto_adapters.emulation import Emulation, caller_of
from constructs_lib.local.moto_adapters.patching import Patch
from constructs_lib.local.moto_adapters.step_functions.expressions.jsonata_expressions import evaluated
from constructs_lib.local.moto_adapters.step_functions.failures import map_run_failed, runtime_error
from constructs_lib.runs.calls.machine import sdk_calls

_LINES = "JSONL"


def patches(emulation: Emulation) -> list[Patch]:
    """Read lines, and evaluate where results go."""
    return [
        Patch(owner=InputType, name="__init__", signature="(self, input_type)", make=_of_lines),
        Patch(
            owner=item_reader_decl,
            name="resource_output_transformer_for",
            signature="(input_type)",
            make=_for_lines,
        ),
        Patch(
            owner=transformer_json.ResourceOutputTransformerJson,
            name="_eval_body",
            signature="(self, env)",
            make=_reading_lines,
        ),
        Patch(owner=item_reader_decl.ItemReader, name="_eval_body", signature="(self, env)", make=_or_failed),
        Patch(
            owner=ResourceEvalS3,
            name="_handle_get_object",
            signature="(env, resource_runtime_part, state_credentials)",
            make=lambda original: staticmethod(_recorded(emulation, original)),
        ),
        Patch(
            owner=ResourceEvalS3,
            name="_handle_list_objects_v2",
            signature="(env, resource_runtime_part, state_credentials)",
            make=lambda _: staticmethod(_listing(emulation)),
        ),
        Patch(owner=MaxItemsPath, name="_validate_value", signature="(self, env, value)", make=_of_whole_numbers),
        Patch(owner=Preprocessor, name="visitResult_writer_decl", signature="(self, ctx)", make=_in_jsonpath),
        Patch(
            owner=ResultWriter,
            name="_eval_body",
            signature="(self, env)",
            make=lambda _: _writing(emulation),
        ),
    ]


def _or_failed(original: Any) -> Any:
    """Fail as Step Functions does where S3 refuses, or the object is not what it is read as."""

    def eval_body(self: Any, env: Any) -> None:
        try:
            original(self, env)
        except (ClientError, ValueError, StopIteration) as error:
            told = str(error) or "the file has no header"
            raise map_run_failed(env, StatesErrorNameType.StatesItemReaderFailed, told) from error

    return eval_body


def _of_lines(original: Any) -> Any:
    def initialise(self: Any, input_type: str) -> None:
        self.is_of_lines = input_type == _LINES
        original(self, "JSON" if self.is_of_lines else input_type)

    return initialise


def _for_lines(original: Any) -> Any:
    def resource_output_transformer_for(input_type: Any) -> Any:
        transformer = original(input_type)
        transformer.is_of_lines = input_type.is_of_lines
        return transformer

    return resource_output_transformer_for


def _reading_lines(original: Any) -> Any:
    def eval_body(self: Any, env: Any) -> None:
        if self.is_of_lines:
            lines = env.stack[-2].split("\n")  # no others: a text in JSON may have what else ends a line elsewhere
            env.stack[-2] = json.dumps([json.loads(line) for line in lines if line.strip()])
        original(self, env)

    return eval_body


def _recorded(emulation: Emulation, original: Any) -> Any:
    def handle_get_object(env: Any, resource_runtime_part: Any, state_credentials: Any) -> None:
        caller = caller_of(env, resource_runtime_part.region)
        for call in sdk_calls(caller, "s3", "GetObject", env.stack[-1]):
            emulation.record(call)
        original(env, resource_runtime_part, state_credentials)

    return handle_get_object


def _listing(emulation: Emulation) -> Any:
    """List all objects, with the members that Step Functions gives of each."""

    def handle_list_objects_v2(env: Any, resource_runtime_part: Any, _: Any) -> None:
        pages = emulation.client("s3", resource_runtime_part.region).get_paginator("list_objects_v2")
        env.stack.append(
            [
                {
                    "Etag": item["ETag"],
                    "Key": item["Key"],
                    "LastModified": int(item["LastModified"].timestamp()),
                    "Size": item["Size"],
                    "StorageClass": item.get("StorageClass", "STANDARD"),
                }
                for page in pages.paginate(**env.stack.pop())
                for item in page.get("Contents", [])
            ]
        )

    return handle_list_objects_v2


def _of_whole_numbers(original: Any) -> Any:
    def validate_value(self: Any, env: Any, value: Any) -> None:
        if not isinstance(value, int):
            path = self.string_sampler.literal_value
            raise runtime_error(
                env, f'The MaxItemsPath field refers to value "{value}" which is not a valid integer: {path}'
            )
        original(self, env, value)

    return validate_value


def _in_jsonpath(original: Any) -> Any:
    """Read a ResultWriter's document as it stands; moto's grammar has no other for it."""

    def visit(self: Any, ctx: Any) -> Any:
        self._query_language_per_scope.append(QueryLanguage(query_language_mode=QueryLanguageMode.JSONPath))
        try:
            return original(self, ctx)
        finally:
            self._query_language_per_scope.pop()

    return visit


def _writing(emulation: Emulation) -> Any:
    def eval_body(self: Any, env: Any) -> None:
        self.parargs.eval(env=env)
        env.stack[-1] = evaluated(emulation, env, env.stack[-1])
        self.resource_eval.eval_resource(env=env)

    return eval_body

"""An InputPath or OutputPath that finds nothing tells the first member that is not there.

So does the reader that Step Functions' messages come from, JsonPath for Java. moto writes the whole path as if it were
one name.

Reaches into moto/stepfunctions/parser/asl/component/common/path/: input_path.py and output_path.py.
https://github.com/json-path/JsonPath
"""

from __future__ import annotations

import re
from typing import Any

from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEventException
from moto.stepfunctions.parser.asl.component.common.path.input_path import InputPath
from moto.stepfunctions.parser.asl.component.common.path.output_path import OutputPath
from moto.stepfunctions.parser.asl.utils.json_path import NoSuchJsonPathError

from constructs_lib.local.moto_adapters.emulation import Emulation
from constructs_lib.local.moto_adapters.patching import Patch
from constructs_lib.local.moto_adapters.step_functions.failures import runtime_error

_OF_NAMES = re.compile(r"\$(\.\w+)+")


def patches(_: Emulation) -> list[Patch]:
    """Tell what is missing."""
    return [
        Patch(owner=path, name="_eval_body", signature="(self, env)", make=_telling) for path in (InputPath, OutputPath)
    ]


def what_is_missing(path: str, data: Any) -> str:
    """Say what a path of names does not find in a document; empty for other paths, and where no member is missing."""
    if not _OF_NAMES.fullmatch(path):
        return ""
    *names, last = path.split(".")[1:]
    place = "$"
    for name in names:
        place += f"['{name}']"
        if not isinstance(data, dict):
            return ""
        if name not in data:
            return f"Missing property in path {place}"
        data = data[name]
    return f"No results for path: {place}['{last}']" if isinstance(data, dict) else ""


def _telling(original: Any) -> Any:
    def eval_body(self: Any, env: Any) -> None:
        try:
            original(self, env)
        except FailureEventException as failure:
            missing = failure.__context__
            if not (
                isinstance(missing, NoSuchJsonPathError) and (told := what_is_missing(missing.json_path, missing.data))
            ):
                raise
            raise runtime_error(env, f"Invalid path '{missing.json_path}' : {told}") from missing

    return eval_body

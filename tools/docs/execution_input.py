"""The JSON Schema of a run's input and the page about it, both written from the table of fields.

`make docs` writes them; a test says when they are out of date.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from constructs_lib.training_job.input_field import InputField
from constructs_lib.training_job.input_fields import INPUT_FIELDS

SCHEMA_FILE = "reference/execution-input.schema.json"
PAGE_FILE = "reference/execution-input.md"

_INTRODUCTION = """\
# The input of a run

<!-- written by `make docs`; edit the table in input_fields.py -->

For whoever starts runs: every field that an execution may be started with.

A run takes nothing, `{}`, the console's own `{"Comment": "Insert your JSON here"}`, or any of the fields below.
They go over what is deployed. The state machine checks them before any job exists, and refuses an input with all its
problems in one message (`SpotTraining.InvalidInput`). [JSON Schema](execution-input.schema.json) (draft 2020-12) says
the same, for an editor or a pipeline; the rules that a schema cannot know stand with each field.

`null` is a value, and no field takes it but `Comment`; leave a field out for the deployed value.

`spot-training run --explain` prints the request that an input leads to, or what is wrong with it, without AWS
([command.md](command.md)).
"""


def input_schema() -> dict[str, Any]:
    """Return the JSON Schema of a run's input: whatever the machine accepts, it accepts too."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "The input of a run",
        "description": "Fields that go over the deployed settings of a run.",
        "type": "object",
        "properties": {each.name: _described(each) for each in INPUT_FIELDS},
        "additionalProperties": False,
    }


def input_page() -> str:
    """Return the page about a run's input, as Markdown."""
    return "\n".join([_INTRODUCTION, *_overview(), *(line for each in INPUT_FIELDS for line in _section(each))])


def documents() -> dict[str, str]:
    """Return the text of each file, by its name."""
    return {SCHEMA_FILE: json.dumps(input_schema(), indent=2) + "\n", PAGE_FILE: input_page()}


def _described(each: InputField) -> dict[str, Any]:
    schema = json.loads(json.dumps(each.schema))
    for member in each.members:
        properties = schema["items"]["properties"]
        properties[member.name] = {"description": member.meaning, **properties[member.name]}
    return {"description": each.meaning, **schema, "examples": [each.example]}


def _overview() -> Iterator[str]:
    yield "| field | flag of `spot-training run` | what it does |"
    yield "|---|---|---|"
    for each in INPUT_FIELDS:
        flag = f"`{each.flag} {each.form}`" if each.flag else "-"
        yield f"| [`{each.name}`](#{each.name.lower()}) | {flag} | {each.meaning} |"
    yield ""


def _section(each: InputField) -> Iterator[str]:
    yield f"## {each.name}"
    yield ""
    yield each.meaning
    yield ""
    yield from (f"- {line}" for line in _forms(each))
    yield from (f"- `{member.name}`: {_lower(member.meaning)}" for member in each.members)
    if each.flag:
        yield f"- On the command line: `{each.flag} {each.form}`{_repeated(each)}"
        yield ""
    if each.rules:
        yield "Beyond that, the machine checks:"
        yield ""
        yield from (f"- {rule}" for rule in each.rules)
        yield ""
    yield "```json"
    yield json.dumps({each.name: each.example})
    yield "```"
    yield ""


def _forms(each: InputField) -> Iterator[str]:
    """Say in words what the schema says."""
    schema = each.schema
    if schema.get("type") == "integer":
        yield f"A whole number from {schema['minimum']} to {schema['maximum']:,} ({_days(schema['maximum'])})."
    elif schema.get("type") == "number":
        yield f"A number above {schema['exclusiveMinimum']}."
    elif schema.get("type") == "array":
        yield f"A list of {schema['minItems']} to {schema['maxItems']} entries, each an object with:"
    elif schema.get("type") == "string":
        most = f" of at most {schema['maxLength']} characters" if "maxLength" in schema else ""
        yield f"A string{most} that matches `{schema['pattern']}`."
    elif schema.get("type") == "object":
        yield from _names_and_values(schema)


def _names_and_values(schema: Mapping[str, Any]) -> Iterator[str]:
    names, values = schema["propertyNames"], schema["additionalProperties"]
    most = f" of at most {schema['maxProperties']} entries" if "maxProperties" in schema else ""
    yield f"An object{most}."
    matching = f" match `{names['pattern']}` and" if "pattern" in names else ""
    yield f"Names{matching} have at most {names['maxLength']} characters."
    kinds = "strings" if values["type"] == "string" else "strings, numbers or booleans"
    yield f"Values are {kinds}; a string has at most {values['maxLength']} characters."
    if "pattern" in values:
        yield f"A value matches `{values['pattern']}` and has no `.` or `..` between slashes."
    if "maximum" in values:
        yield f"A number is from {values['minimum']:,} to {values['maximum']:,}."


def _repeated(each: InputField) -> str:
    many = each.schema.get("type") in ("object", "array")
    return ", repeatable." if many else "."


def _days(seconds: int) -> str:
    return f"{seconds // 86400} days"


def _lower(sentence: str) -> str:
    return sentence[0].lower() + sentence[1:]

"""The input of a sweep: what a file says, JSON or JSON Lines, with the flags merged over it."""

from __future__ import annotations

import json
from typing import Any, BinaryIO

from constructs_lib.runs.aws.errors import RunsError
from constructs_lib.runs.execution_input import InputFlags, check_digits, merge, parse_input, read_text
from constructs_lib.runs.verbs.sweep.flags import KINDS, SweepFlags, kind_problems
from constructs_lib.workflow.sweep.settings import MAX_INPUT_BYTES

_MOST_TOLD = 20
"""Of the lines of a file that have problems, so many are told, as a sweep does of its items."""


def sweep_input(flags: SweepFlags, common: InputFlags, input_file: str | None, stdin: BinaryIO) -> dict[str, Any]:
    """Return the input of a sweep.

    Args:
        flags: The flags that say which runs it has.
        common: The flags that make up what all runs have in common.
        input_file: The file with the input, or `-` for standard input; None for none.
        stdin: Standard input.

    Raises:
        RunsError: If something is wrong with the flags or the file; says all of it.
    """
    problems: list[str] = []
    asked = flags.document(problems)
    try:
        asked |= common.document()
    except RunsError as error:
        problems.append(str(error))
    given: dict[str, Any] = {}
    try:
        given = {} if input_file is None else _read(input_file, stdin)
        document = _merged(given, asked)
    except RunsError as error:
        problems.append(str(error))
    else:
        problems += kind_problems(document)
        size = len(json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode(errors="surrogatepass"))
        if size > MAX_INPUT_BYTES:
            problems.append(
                f"the input must be at most {MAX_INPUT_BYTES} bytes, got {size}; put the runs into a file below "
                "sweeps/ in the bucket for models, and name it by --runs-from"
            )
    if problems:
        raise RunsError("; ".join(dict.fromkeys(problems)))
    return document


def _merged(given: dict[str, Any], asked: dict[str, Any]) -> dict[str, Any]:
    merged = merge(given, asked)
    for field in ("Grid", "Random"):
        if isinstance(given.get(field), dict) and field in asked:
            merged[field] = {**given[field], **asked[field]}
    return merged


def _read(path: str, stdin: BinaryIO) -> dict[str, Any]:
    if path.lower().endswith(".csv"):
        raise RunsError(f"--input takes JSON or JSON Lines, got {path!r}; a .csv is read from S3, by --runs-from")
    text, where = read_text(path, stdin)
    if path.lower().endswith(".jsonl") or _is_lines(text):
        return {"Runs": _lines(text, where)}
    if text.lstrip().startswith("["):
        raise RunsError(f'{where} must not be a list; write {{"Runs": [...]}}, or a run on each line, with no list')
    document = parse_input(text, where)
    for field in ("Grid", "Random", "Runs"):
        if field in document:
            check_digits(text, where, field)
    return document


def _is_lines(text: str) -> bool:
    """Say whether the first of a text's several lines is a JSON object, so that all of it is no one document."""
    lines = [line for line in text.split("\n") if line.strip()]
    try:
        return len(lines) > 1 and isinstance(json.loads(lines[0]), dict)
    except ValueError:
        return False


def _lines(text: str, where: str) -> list[dict[str, Any]]:
    runs, problems = [], []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            run = parse_input(line, f"line {number} of {where}")
        except RunsError as error:
            problems.append(str(error))
            continue
        runs.append(run)
        problems += [
            f"line {number} of {where} must be the input of one run, got {kind!r} in it"
            for kind in KINDS
            if kind in run
        ]
    if problems:
        more = [f"and {len(problems) - _MOST_TOLD} more"] if len(problems) > _MOST_TOLD else []
        raise RunsError("; ".join([*problems[:_MOST_TOLD], *more]))
    return runs

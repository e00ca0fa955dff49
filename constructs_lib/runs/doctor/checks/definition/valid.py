"""Asks Step Functions what it finds wrong with the definition.

https://docs.aws.amazon.com/step-functions/latest/apireference/API_ValidateStateMachineDefinition.html
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from constructs_lib.runs.doctor.asking import Asking
from constructs_lib.runs.doctor.finding import Finding, ok, problem, warning
from constructs_lib.runs.doctor.subject import Subject

CHECK = "definition"


def look(asking: Asking, subject: Subject) -> Iterator[Finding]:
    """Have the definition validated."""
    definition = json.dumps(subject.run.machine.definition)
    told = asking.clients.sfn.validate_state_machine_definition(definition=definition, severity="WARNING")
    for diagnostic in told["diagnostics"]:
        tell = problem if diagnostic["severity"] == "ERROR" else warning
        where = f" at {diagnostic['location']}" if diagnostic.get("location") else ""
        yield tell(CHECK, f"{diagnostic['code']}: {diagnostic['message']}{where}", "mend the definition")
    if not told["diagnostics"]:
        yield ok(CHECK, f"Step Functions takes the {len(definition)} characters of the definition")

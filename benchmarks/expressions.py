"""What the expressions of a run take at their largest legitimate inputs, and what a training adds to a template.

Depth is counted twice: as jsonata-js's guard counts, with its leak of a level for each array or object that is written
with two or more members, and nested as it is. AWS ends an evaluation at a depth of about 100, and after a second.
Milliseconds are those of npm's jsonata 2.0.6, the best of five.

Run it from the top of the repository: `python -m benchmarks.expressions`.
"""

from __future__ import annotations

import json

from constructs_lib.workflow.definition import run_definition
from constructs_lib.workflow.jsonata.expressions import expression
from tests.support.engines.jsonata_engine import PythonEngine, ReferenceEngine
from tests.support.run_documents import ON_DEMAND, SPOT, run_settings
from tests.support.worst_cases import worst_cases


def main() -> None:
    """Measure and print."""
    python, reference = PythonEngine(), ReferenceEngine()
    print(f"{'':38}{'leaking':>9}{'nested':>8}{'ms':>9}{'bytes':>8}")
    for case in worst_cases(python):
        best = float("inf")
        for _ in range(5):
            reference.call(case.call, **case.variables)
            best = min(best, reference.milliseconds)
        nested = python.depth_of(case.call, **case.variables)
        print(f"{case.name:38}{reference.depth:9}{nested:8}{best:9.1f}{len(expression(case.call)):8}")
    reference.close()
    print()
    for name, settings in {
        "one capacity": run_settings(SPOT),
        "two capacities, watched": run_settings(SPOT, ON_DEMAND, capacity_patience_seconds=1800),
    }.items():
        definition = run_definition(settings)
        text = json.dumps(definition, separators=(",", ":"))
        print(f"{name:38}{len(definition['States']):3} states{len(json.dumps(text)):8} bytes in a template")


if __name__ == "__main__":
    main()

"""How long synthesis takes with SpotTraining, beside the same resources written by hand with aws-cdk-lib.

    python -m benchmarks.synth [--counts 1 10 50] [--pairs 5] [--cpu]

Each measurement is a process of its own, from its first import to the written assembly, and the two kinds take turns,
so that what the machine does meanwhile hits both alike. One pair is run first to fill the file cache. The times are
medians; the calls to the jsii kernel are exact, and the same on every machine: those of one training, from its first
line to its last. On a machine that is busy with something else take `--cpu`, the processor time of Python and Node
together. Both kinds must give the same resources and the same number of policy statements, or there is nothing to
compare and the benchmark fails.
"""

from __future__ import annotations

import argparse
import importlib
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

from benchmarks.kernel_calls import kernel_calls

# 10 resources and 50 kB each: five to a stack stay far from CloudFormation's limits
PER_STACK = 5
KINDS = {"by hand": "benchmarks.synth_by_hand", "constructs_lib": "benchmarks.synth_with_library"}


def synthesise(kind: str, count: int, machine: dict[str, Any]) -> dict[str, Any]:
    """Write `count` trainings of one kind, synthesise them, and say how long it took and what came out."""
    start = time.perf_counter()
    # imported here because importing is part of what a synthesis costs
    cdk = importlib.import_module("aws_cdk")
    write = importlib.import_module(KINDS[kind]).write
    calls = []
    with tempfile.TemporaryDirectory() as outdir:
        app = cdk.App(outdir=outdir, analytics_reporting=False)
        for number in range(count):
            if number % PER_STACK == 0:
                stack = cdk.Stack(app, f"Stack{number // PER_STACK}")
            with kernel_calls() as made:
                write(stack, number, machine)
            calls.append(made.count)
        app.synth()
        seconds = time.perf_counter() - start
        templates = [json.loads(path.read_text()) for path in sorted(Path(outdir).glob("*.template.json"))]
    resources = [found for template in templates for found in template["Resources"].values()]
    return {
        "seconds": seconds,
        "calls": [calls[0], calls[-1]],
        "contents": Counter(found["Type"] for found in resources) + Counter(statements=_statements(resources)),
        "machine": machine or _machine(resources),
    }


def _statements(value: Any) -> int:
    """Count the policy statements anywhere in a document."""
    if isinstance(value, list):
        return sum(map(_statements, value))
    if isinstance(value, dict):
        own = len(value["Statement"]) if isinstance(value.get("Statement"), list) else 0
        return own + sum(map(_statements, value.values()))
    return 0


def _machine(resources: list[dict[str, Any]]) -> dict[str, Any]:
    """Write a synthesised definition as an author would: one text, with placeholders for what is in other resources."""
    (found,) = (found for found in resources if found["Type"] == "AWS::StepFunctions::StateMachine")
    parts = found["Properties"]["DefinitionString"]["Fn::Join"][1]
    names: set[str] = set()

    def text(part: Any) -> str:
        if isinstance(part, str):
            return part
        reference = json.dumps(part)
        (name,) = (
            name
            for name in ("CheckpointBucket", "OutputBucket", "Role", "Partition", "Region", "AccountId")
            if name in reference
        )
        names.add(name)
        return f"${{{name}}}"

    definition = "".join(map(text, parts))
    return {"definition": definition, "placeholders": sorted(names)}


def measure(kind: str, count: int, machine: dict[str, Any]) -> dict[str, Any]:
    """Synthesise in a new process, and add the processor time that it and its Node took."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "benchmarks.synth", "--child", kind, "--counts", str(count)]
    # the answer is the last line: CDK may write notices of its own before it
    process = subprocess.run(
        command, input=json.dumps(machine), stdout=subprocess.PIPE, text=True, check=True, timeout=600
    )
    answer: dict[str, Any] = json.loads(process.stdout.splitlines()[-1])
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    answer["cpu"] = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return answer


def compare(counts: list[int], pairs: int, clock: str) -> dict[str, dict[int, float]]:
    """Print the calls of both kinds, measure them in turn, and return the medians of `seconds` or `cpu`."""
    machine = measure("constructs_lib", 1, {})["machine"]
    for kind in KINDS:
        first, further = measure(kind, 2, machine)["calls"]
        print(f"{kind}: {first} calls to the jsii kernel for one training, {further} for a further one")
    medians: dict[str, dict[int, float]] = {kind: {} for kind in KINDS}
    for count in counts:
        seconds: dict[str, list[float]] = {kind: [] for kind in KINDS}
        for pair in range(pairs):
            turns = list(KINDS) if pair % 2 == 0 else list(reversed(KINDS))
            found = {kind: measure(kind, count, machine) for kind in turns}
            contents = [f"{kind}: {json.dumps(found[kind]['contents'], sort_keys=True)}" for kind in KINDS]
            if found["by hand"]["contents"] != found["constructs_lib"]["contents"]:
                sys.exit("\n".join(["the two kinds give different resources; change synth_by_hand.py", *contents]))
            for kind in KINDS:
                seconds[kind].append(found[kind][clock])
        for kind in KINDS:
            medians[kind][count] = statistics.median(seconds[kind])
    return medians


def report(medians: dict[str, dict[int, float]]) -> None:
    """Print the table, and what a further training costs."""
    print(f"{'':<26}{'by hand':>12}{'constructs_lib':>18}{'ratio':>9}")

    def row(label: str, hand: float, library: float, aim: str = "") -> None:
        print(f"{label:<26}{hand:>10.3f} s{library:>16.3f} s{library / hand:>9.2f}  {aim}")

    def each(times: dict[int, float], low: int, high: int) -> float:
        return (times[high] - times[low]) / (high - low)

    hand, library = medians["by hand"], medians["constructs_lib"]
    counts = sorted(hand)
    for count in counts:
        label = f"{count} training{'s' if count != 1 else ''}"
        row(label, hand[count], library[count], "aim: at most 1.15" if count == 1 else "")
    if len(counts) == 1:
        return
    steps = list(pairwise(counts))
    for low, high in steps if len(steps) > 1 else []:
        row(f"each further, {low} to {high}", each(hand, low, high), each(library, low, high))
    low, high = counts[0], counts[-1]
    row(f"each further, {low} to {high}", each(hand, low, high), each(library, low, high), "aim: at most 1.30")
    if len(steps) > 1:
        first, last = (each(library, low, high) for low, high in (steps[0], steps[-1]))
        print(f"growth: a further one costs {last / first:.2f} times as much near {high} as near {low} (linear: 1)")


def main() -> None:
    """Run the benchmark, or one measurement of it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--counts", type=int, nargs="+", default=[1, 10, 50], help="numbers of trainings")
    parser.add_argument("--pairs", type=int, default=5, help="measurements of each kind for each number")
    parser.add_argument("--cpu", action="store_true", help="compare processor time instead of the time on the clock")
    parser.add_argument("--child", choices=KINDS, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if min(arguments.counts) < 1 or arguments.pairs < 1:
        parser.error("--counts and --pairs must be from 1 up")
    if arguments.child is not None:
        print(json.dumps(synthesise(arguments.child, arguments.counts[0], json.load(sys.stdin))))
    else:
        clock = "cpu" if arguments.cpu else "seconds"
        report(compare(sorted(set(arguments.counts)), arguments.pairs, clock))


if __name__ == "__main__":
    main()

"""The graph of a run's states, from a definition as it is synthesised."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tools.pictures.graphs import SETTINGS
from tools.pictures.look import LIGHT

FILE = "pictures/states.svg"
TITLE = "The states of a run and the ways between them"

_LOOKS = {
    "Task": "blue",
    "Parallel": "blue",
    "Wait": "amber",
    "Succeed": "green",
    "Choice": "fill",
    "Pass": "fill",
    "Fail": "fill",
}
_FEW = 3
"""A branch that has no more states ends in a Fail state to end the branch beside it, which is no failure of the run."""

_FAILURES = "A failure, with its cause"


def description(definition: Mapping[str, Any]) -> str:
    """Return the graph in Graphviz's language; the states that a run fails in are one node that lists them."""
    fails = [name for name, state in definition["States"].items() if state["Type"] == "Fail"]
    lines = [*_states(definition), *_failures(fails), *_ways(definition, fails)]
    return f"digraph run {{\n{SETTINGS}{''.join(f'  {line}{chr(10)}' for line in lines)}}}\n"


def _states(machine: Mapping[str, Any]) -> Iterator[str]:
    for name, state in machine["States"].items():
        if state["Type"] == "Fail" and len(machine["States"]) > _FEW:
            continue
        if state["Type"] != "Parallel":
            yield _node(name, state)
            continue
        yield f'subgraph "cluster {name}" {{ label="{name}" color="{LIGHT["blue-edge"]}" style=rounded'
        for branch in state["Branches"]:
            yield from _states(branch)
            yield from _ways(branch, [])
        yield "}"


def _node(name: str, state: Mapping[str, Any]) -> str:
    look = _LOOKS[state["Type"]]
    edge = LIGHT.get(f"{look}-edge", LIGHT["edge"])
    end = state.get("End") and name == "Report"
    colours = ("green", LIGHT["green-edge"]) if end else (look, edge)
    return f'"{name}" [fillcolor="{LIGHT[colours[0]]}" color="{colours[1]}"]'


def _failures(names: list[str]) -> Iterator[str]:
    if names:
        listed = "\\l".join(names)
        yield (
            f'"{_FAILURES}" [label="{_FAILURES}:\\l\\l{listed}\\l" margin="0.35,0.1" fillcolor="{LIGHT["red"]}" '
            f'color="{LIGHT["red-edge"]}"]'
        )


def _ways(machine: Mapping[str, Any], fails: list[str]) -> Iterator[str]:
    seen = set()
    for name, state in machine["States"].items():
        caught = [each["Next"] for each in state.get("Catch", [])]
        for target in [*_next(state), *caught]:
            way = (name, _FAILURES if target in fails else target)
            if way in seen:
                continue
            seen.add(way)
            only_caught = " [style=dashed]" if target in caught and target not in _next(state) else ""
            yield _way(machine, *way, only_caught)


def _way(machine: Mapping[str, Any], begin: str, end: str, look: str) -> str:
    states = machine["States"]
    options = [look.strip(" []")] if look else []
    options.append(f'color="{LIGHT["edge"]}"')
    # a way from or to a state that has states in it begins and ends at its frame's inside
    first, last = begin, end
    if states.get(begin, {}).get("Type") == "Parallel":
        first = list(states[begin]["Branches"][0]["States"])[-1]
        options.append(f'ltail="cluster {begin}"')
    if states.get(end, {}).get("Type") == "Parallel":
        last = states[end]["Branches"][0]["StartAt"]
        options.append(f'lhead="cluster {end}"')
    return f'"{first}" -> "{last}" [{" ".join(options)}]'


def _next(state: Mapping[str, Any]) -> list[str]:
    choices = [each["Next"] for each in state.get("Choices", [])]
    return [each for each in (state.get("Next"), *choices, state.get("Default")) if each]

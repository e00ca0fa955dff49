"""The pictures are of what there is: the run that is kept, the definition as it is synthesised. `make pictures`."""

from __future__ import annotations

import runpy

import pytest
from aws_cdk.assertions import Template

from tests.support.places import DOCS, EXAMPLES
from tools.pictures import architecture
from tools.pictures.__main__ import PAGE, graphs, of_run, with_sequence
from tools.pictures.graphs import mark
from tools.pictures.record import read


@pytest.mark.parametrize("file", sorted(of_run(read())))
def test_it_is_drawn_from_the_run_that_is_kept(file: str) -> None:
    assert (DOCS / file).read_text(encoding="utf-8") == of_run(read())[file]


def test_the_run_is_told_as_it_was() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert with_sequence(page, read()) == page


def test_the_run_that_is_kept_shows_a_drought_in_its_middle() -> None:
    first, second, last = read()["Report"]["Attempts"]
    assert (first["Interruptions"], first["Verdict"], second["Verdict"]) == (2, "no capacity", "no capacity")
    assert (last["Market"], last["Verdict"]) == ("on-demand", "completed")


def test_the_graphs_are_those_of_today() -> None:
    for file, (graph, _) in graphs().items():
        assert mark(graph) in (DOCS / file).read_text(encoding="utf-8"), file


def test_the_architecture_has_all_that_the_smallest_app_creates() -> None:
    stack = runpy.run_path(str(EXAMPLES / "smallest" / "app.py"))["stack"]
    created = {each["Type"] for each in Template.from_stack(stack).to_json()["Resources"].values()}
    assert created == set(architecture.CREATED)
    boxes = {box for found in architecture.CREATED.values() for box in found.split(", ") if box}
    assert boxes == set(architecture.CREATED_BOXES)


@pytest.mark.parametrize("name", ["timeline", "live-view", "states", "architecture", "rehearsal", "deadline"])
def test_it_has_a_light_and_a_dark_look(name: str) -> None:
    picture = (DOCS / "pictures" / f"{name}.svg").read_text(encoding="utf-8")
    assert "prefers-color-scheme:dark" in picture
    assert "<title>" in picture

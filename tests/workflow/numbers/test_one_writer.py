"""Two jobs never write one checkpoint prefix: every interleaving of three runs, by exhaustion.

A model of what Check input, Find earlier job, Train, Inspect and Judge do with the number of a job; `test_numbers.py`
holds the real functions to the same moves. SageMaker is modelled as badly as it may be: a listing lags by any amount,
an answer to a create is lost, a job just created is not found, an abort stops its job or does not. Whose a job is
decides nothing here: a run may treat any job as its own or as another's. A run that is aborted and redriven is one that
is slow.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Literal, NamedTuple

import pytest

MOST_JOBS = 4

Status = Literal["live", "stopping", "ended"]


class Run(NamedTuple):
    """Where a run is, and the number of the job that it asks for or about."""

    at: Literal["find", "create", "inspect", "ask", "over"]
    number: int = 0


class World(NamedTuple):
    """The jobs of one prefix, number 1 first, and the runs."""

    jobs: tuple[Status, ...]
    runs: tuple[Run, ...]

    def with_run(self, index: int, run: Run) -> World:
        # which run is which makes no difference
        return World(self.jobs, tuple(sorted((*self.runs[:index], run, *self.runs[index + 1 :]))))

    def with_job(self, number: int, status: Status) -> World:
        return World((*self.jobs[: number - 1], status, *self.jobs[number:]), self.runs)


Move = Callable[[World, int, int], Iterator[World]]
OVER = Run("over")


def find(world: World, index: int, number: int) -> Iterator[World]:
    for newest in range(len(world.jobs) + 1):  # the listing lags
        yield world.with_run(index, Run("ask", max(newest, number)))


def create(world: World, index: int, number: int) -> Iterator[World]:
    yield world.with_run(index, OVER)  # refused for good
    if number == len(world.jobs) + 1 <= MOST_JOBS:
        world = world.with_job(number, "live")
    if number <= len(world.jobs):  # it was made, whether or not the answer came back, or SageMaker has one of that name
        yield world.with_run(index, Run("inspect", number))


def ask(world: World, index: int, number: int) -> Iterator[World]:
    """Inspect the job of a number that this run has not asked for itself."""
    if number > len(world.jobs):
        yield world.with_run(index, OVER)  # there is no such run, or so it seems
        return
    if world.jobs[number - 1] == "ended":
        yield world.with_run(index, Run("create", number + 1))
        yield world.with_run(index, Run("find", number))  # a fresh run whose name has been used
    yield world.with_run(index, OVER)  # in use, or completed


def inspect(world: World, index: int, number: int) -> Iterator[World]:
    yield world.with_run(index, Run("create", number))  # not found, or not found yet
    yield from ask(world, index, number)


MOVES: dict[str, Move] = {"find": find, "create": create, "ask": ask, "inspect": inspect}


def successors(world: World, moves: dict[str, Move]) -> Iterator[World]:
    for index, run in enumerate(world.runs):
        if run != OVER:
            yield from moves[run.at](world, index, run.number)
    for number, status in enumerate(world.jobs, start=1):
        if status == "live":
            yield world.with_job(number, "stopping")  # by an abort, a person, a watch
        if status != "ended":
            yield world.with_job(number, "ended")


def reached(start: World, moves: dict[str, Move]) -> set[World]:
    found, queue = {start}, [start]
    while queue:
        for world in successors(queue.pop(), moves):
            if world not in found:
                found.add(world)
                queue.append(world)
    return found


def writers(world: World) -> int:
    return sum(status != "ended" for status in world.jobs)


FRESH, RESUMED = Run("create", 1), Run("find", 1)
STARTS = {
    "three fresh runs of one name": World((), (FRESH, FRESH, FRESH)),
    "one run, resumed twice": World((), (FRESH, RESUMED, RESUMED)),
    "a job was left alive, and is resumed three times": World(("live",), (RESUMED, RESUMED, RESUMED)),
}


@pytest.mark.parametrize("start", STARTS.values(), ids=STARTS)
def test_no_two_jobs_write_at_once(start: World) -> None:
    worlds = reached(start, MOVES)
    assert max(map(writers, worlds)) == 1
    assert max(len(world.jobs) for world in worlds) == MOST_JOBS


def hasty_ask(world: World, index: int, number: int) -> Iterator[World]:
    """Take a job that is stopping for one that has ended."""
    yield from ask(world, index, number)
    if number <= len(world.jobs) and world.jobs[number - 1] == "stopping":
        yield world.with_run(index, Run("create", number + 1))


def trusting_find(world: World, index: int, _: int) -> Iterator[World]:
    """Take the newest job of a listing for one that has ended."""
    for newest in range(len(world.jobs) + 1):
        yield world.with_run(index, Run("create", newest + 1))


@pytest.mark.parametrize("wrong", [{"ask": hasty_ask}, {"find": trusting_find}], ids=["hasty", "trusting"])
def test_the_model_finds_what_breaks_it(wrong: dict[str, Move]) -> None:
    worlds = reached(STARTS["a job was left alive, and is resumed three times"], {**MOVES, **wrong})
    assert max(map(writers, worlds)) > 1

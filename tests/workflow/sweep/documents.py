"""Documents that a sweep reads and writes, as the tests need them."""

from __future__ import annotations

from typing import Any

from constructs_lib.workflow.sweep.halving import Halving
from constructs_lib.workflow.sweep.objective import Objective
from constructs_lib.workflow.sweep.settings import SweepSettings
from tests.support.engines.jsonata_engine import Engine
from tests.support.run_documents import run_settings

MACHINE = "arn:aws:states:eu-west-1:123456789012:stateMachine:train"
HALVING = Halving(resource="epochs", rungs=[1, 3, 9], keep=1 / 3)


def sweep_settings(**changes: Any) -> SweepSettings:
    """Make deployed settings of a sweep: the least loss, four runs at once, no failure, unless said otherwise."""
    defaults: dict[str, Any] = {
        "run": run_settings(),
        "state_machine_arn": MACHINE,
        "bucket": "models-bucket",
        "objective": Objective.minimize("loss"),
        "max_concurrency": 4,
    }
    return SweepSettings(**{**defaults, **changes})


def begun(
    engine: Engine, given: Any, name: str = "nightly", page: dict[str, Any] | None = None, **changes: Any
) -> dict[str, Any]:
    """Return a sweep's state after its input was checked as a whole; the page has what an earlier one has left."""
    settings = sweep_settings(**changes).document()
    state: dict[str, Any] = engine.call("$beginSweep($s, $g, $n, $p)", s=settings, g=given, n=name, p=page or {})
    return state


def item(engine: Engine, given: Any, place: Any = 0, rung: int = 1, **changes: Any) -> dict[str, Any]:
    """Return what a child of the sweep `nightly` is given of one entrant."""
    sweep = {"Name": "nightly", "Folder": "sweeps/nightly/", "Rung": rung}
    found: dict[str, Any] = engine.call(
        "$sweepItem($s, $g, $w, $e)", s=sweep_settings(**changes).document(), g=given, w=sweep, e=place
    )
    return found

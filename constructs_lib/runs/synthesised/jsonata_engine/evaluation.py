"""One evaluation of an expression by jsonata-python, which is made without reading anything and finds names quickly.

Reaches into jsonata/jsonata.py: a `Jsonata` reads its expression when it is made, and its frames are asked at each step
for two callbacks, which it looks for in all frames above: a quarter of the time of an evaluation.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import jsonata

from constructs_lib.runs.synthesised.jsonata_engine.corrected import CORRECTED, remainder

_ENTRY, _EXIT = "__evaluate_entry", "__evaluate_exit"
_STEPS_BETWEEN_LOOKS = 1_000
_READ = jsonata.Jsonata("null")


class Evaluation(jsonata.Jsonata):  # type: ignore[misc]  # jsonata-python has no types
    """One evaluation, in the thread that makes it.

    Nulls stay the engine's own, so that they can be told from what is undefined.

    Args:
        tree: The expression, as jsonata-python's parser has read it.
        longest_seconds: How long it may take before it fails with D1012. Defaults to for ever.
    """

    def __init__(self, tree: Any, *, longest_seconds: float | None = None) -> None:
        self.__dict__.update(_READ.__dict__)
        self.ast = tree
        self.environment = self.create_frame(_LIBRARY)
        if longest_seconds is not None:
            self.environment.set_evaluate_entry_callback(_within(longest_seconds))
        self.set_output_convert_nulls(False)
        jsonata.Jsonata.CURRENT.jsonata = self

    def create_frame(self, enclosing_environment: Any = None) -> Any:
        """Return a frame inside of another."""
        return _Frame(enclosing_environment)

    def evaluate_numeric_expression(self, lhs: Any, rhs: Any, op: str) -> Any:
        """Return the result of an operator."""
        if op == "%" and jsonata.Utils.is_numeric(lhs) and jsonata.Utils.is_numeric(rhs):
            return remainder(lhs, rhs)
        return super().evaluate_numeric_expression(lhs, rhs, op)


class _Frame(jsonata.Jsonata.Frame):  # type: ignore[misc]  # nor here
    """A frame that has the callbacks of the one above, and looks for names without calling itself."""

    def __init__(self, parent: Any) -> None:
        super().__init__(parent)
        self.bindings = {_ENTRY: parent.bindings.get(_ENTRY), _EXIT: parent.bindings.get(_EXIT)}

    def lookup(self, name: str) -> Any:
        frame = self
        while frame is not None:
            if name in frame.bindings:
                return frame.bindings[name]
            frame = frame.parent
        return None


_LIBRARY = _Frame(jsonata.Jsonata.static_frame)
for _name, _function in CORRECTED.items():
    _LIBRARY.bind(_name, _function)


def _within(seconds: float) -> Callable[..., None]:
    """Return a callback that fails once the time is over; it looks at the clock now and then."""
    end, steps = time.monotonic() + seconds, 0

    def enter(*_: object) -> None:
        nonlocal steps
        steps += 1
        if steps % _STEPS_BETWEEN_LOOKS == 0 and time.monotonic() > end:
            raise jsonata.JException("D1012", -1, round(seconds * 1000))

    return enter

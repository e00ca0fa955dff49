"""A request that leaves an input little room: the embedded AWS's engine is slower than AWS's."""

from __future__ import annotations

from tests.support.run_documents import shared_request

NEARLY_FULL = {
    "request": shared_request(
        hyperparameters={f"p{number}": "x" for number in range(97)},
        environment={f"V{number}": "x" for number in range(96)},
    )
}

"""How often one training calls the jsii kernel, which is what its synthesis waits for."""

from __future__ import annotations

from benchmarks.kernel_calls import kernel_calls
from benchmarks.synth_with_library import write
from constructs_lib.cdk.buckets import settings
from tests.support.templates import stack


def test_one_training_makes_at_most_90_calls() -> None:
    # as in a process of its own: tests before this one have made what is made once
    for made_once in (settings.days, settings._block_all):
        made_once.cache_clear()
    scope = stack()
    made = []
    for number in range(2):
        with kernel_calls() as calls:
            write(scope, number, {})
        made.append(calls.count)
    print(f"{made[0]} calls for one training, {made[1]} for a further one")
    assert 0 < made[1] <= made[0] <= 90

"""The prices that go into a state machine: those of its Region, and of the instance types that its runs may have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from constructs_lib.cdk.training.arguments import TrainingArguments
from constructs_lib.training_job.capacity.prices import Prices
from constructs_lib.training_job.refusal import refuse
from constructs_lib.training_job.tokens import is_token
from constructs_lib.workflow.settings import RunPrices


def deployed_prices(arguments: TrainingArguments, region: str) -> RunPrices | None:
    """Choose what is deployed of the prices that a training was given; None where it has none.

    Args:
        arguments: What the author wants.
        region: The stack's Region; may be a token.

    Raises:
        ValueError: There is no price of the Region, or of an instance type whose dollars are to be counted.
    """
    prices: Prices | None = arguments.options.prices
    if prices is None:
        return None
    of_regions = prices.dollars_per_hour
    if is_token(region) and len(of_regions) == 1:
        region = next(iter(of_regions))
    refuse(_problems(arguments, region, of_regions))
    known = {name: of_regions[region][name] for name in arguments.instance_types if name in of_regions[region]}
    return RunPrices(dollars_per_hour=known, as_of=prices.as_of, region=region, max_cost=arguments.options.max_cost)


def _problems(
    arguments: TrainingArguments, region: str, of_regions: Mapping[str, Mapping[str, float]]
) -> Iterator[str]:
    has = ", ".join(of_regions) or "none"
    if is_token(region):
        yield (
            "'prices' must be of one Region where that of the stack is not known at synth, got prices of "
            f"{has}; pass env=Environment(region=…) to the stack, or prices of its Region only"
        )
        return
    if region not in of_regions:
        yield f"'prices' must have those of {region}, the stack's Region, got prices of {has}; add them"
        return
    if arguments.options.max_cost is None:
        return
    for name in arguments.instance_types:
        if is_token(name):
            yield "'max_cost' needs instance types that are known at synth, got a token; write them, or leave it out"
        elif name not in of_regions[region]:
            yield f"'max_cost' needs the price of every instance type, and 'prices' has none of {name} in {region}"

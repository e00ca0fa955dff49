"""The option `--prices`, and where prices are from without it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from constructs_lib.runs.aws.clients import Clients
from constructs_lib.runs.aws.errors import RunsError, plain_errors
from constructs_lib.runs.command.options import say
from constructs_lib.runs.prices.kept import KeptPrices
from constructs_lib.runs.prices.price_book import Price, PriceBook, from_file
from constructs_lib.runs.prices.price_list import from_price_list
from constructs_lib.runs.synthesised.explain import Explanation, deployed_run, explain
from constructs_lib.runs.synthesised.most import most_cost, within

RUN_NAME = "explained"
"""The name of a run that never starts."""

prices_option = click.option(
    "--prices",
    type=click.Path(),
    metavar="FILE",
    envvar="SPOT_TRAINING_PRICES",
    help="A JSON file with prices. [default: SPOT_TRAINING_PRICES, or AWS's price list]",
)


max_cost_option = click.option(
    "--max-cost",
    type=click.FloatRange(min=0, min_open=True),
    metavar="DOLLARS",
    help="What the instances of the run may cost at most: a smaller training budget where that is needed.",
)


def price_book(clients: Clients, file: str | None) -> PriceBook:
    """Return the prices of the clients' Region: of a file, or else as AWS's price list has them.

    Raises:
        RunsError: If the file cannot be read, or is of another form.
    """
    if file is not None:
        return from_file(Path(file), clients.region)

    def asked(instance_type: str) -> Price | None:
        # first of all: what stands in for AWS has no prices, not even those that were kept
        client = clients.price_list()
        kept = KeptPrices(clients.region)
        return kept.or_else(lambda name: from_price_list(client, clients.region, name))(instance_type)

    return PriceBook(asked)


def priced_input(
    clients: Clients, machine: str, document: dict[str, Any], book: PriceBook, max_cost: float | None
) -> dict[str, Any]:
    """Say what a run costs at most, before it starts, and return its input, within a cost where there is one.

    Nothing is said of an input that will be refused. Both need the deployed definition, and what evaluates it; without
    a cost to keep to, the run is none the worse where one is not there.

    Raises:
        RunsError: There is a cost to keep to, and it cannot be.
    """
    try:
        found = _explained(clients, machine, document)
    except RunsError as error:
        if max_cost is not None:
            raise RunsError(f"--max-cost cannot be kept: {error}") from error
        say(f"what it can cost is not known: {error}")
        return document
    if found.cause:
        return document
    if max_cost is not None:
        document = within(found, document, book, max_cost)
        found = _explained(clients, machine, document)
    say(most_cost(found, document, book))
    return document


def _explained(clients: Clients, machine: str, document: Mapping[str, Any]) -> Explanation:
    with plain_errors():
        described = clients.sfn.describe_state_machine(stateMachineArn=machine)
    run = deployed_run(described["name"], json.loads(described["definition"]))
    if run is None:
        raise RunsError(f"{described['name']} is not one run, but a state machine with several in it, or none")
    return explain(run, document, RUN_NAME, region=clients.region)


def book_without_aws(region: str | None, file: str | None) -> PriceBook:
    """Return the prices of a Region without a call: of a file, or else those that were kept.

    Raises:
        RunsError: If the file cannot be read, or is of another form.
    """
    if file is not None:
        return from_file(Path(file), region)
    return PriceBook(KeptPrices(region).of if region else lambda _: None)

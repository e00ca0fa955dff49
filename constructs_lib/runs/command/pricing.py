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
from constructs_lib.runs.synthesised.explain import deployed_run, explain
from constructs_lib.runs.synthesised.most import most_cost

RUN_NAME = "explained"
"""The name of a run that never starts."""

prices_option = click.option(
    "--prices",
    type=click.Path(),
    metavar="FILE",
    envvar="SPOT_TRAINING_PRICES",
    help="A JSON file with prices. [default: SPOT_TRAINING_PRICES, or AWS's price list]",
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


def say_most_cost(clients: Clients, machine: str, document: Mapping[str, Any], book: PriceBook) -> None:
    """Say what a run with this input costs at most, before it starts; nothing where the input will be refused.

    It needs the deployed definition, and what evaluates it; where one is not there, the run is none the worse.
    """
    try:
        with plain_errors():
            described = clients.sfn.describe_state_machine(stateMachineArn=machine)
        run = deployed_run(described["name"], json.loads(described["definition"]))
        if run is None:
            return
        found = explain(run, document, RUN_NAME, region=clients.region)
    except RunsError as error:
        say(f"what it can cost is not known: {error}")
        return
    if not found.cause:
        say(most_cost(found.requests, book))


def book_without_aws(region: str | None, file: str | None) -> PriceBook:
    """Return the prices of a Region without a call: of a file, or else those that were kept.

    Raises:
        RunsError: If the file cannot be read, or is of another form.
    """
    if file is not None:
        return from_file(Path(file), region)
    return PriceBook(KeptPrices(region).of if region else lambda _: None)

"""The option `--prices`, and where prices are from without it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import click

from constructs_lib.runs.aws.clients import Clients
from constructs_lib.runs.aws.errors import RunsError, plain_errors
from constructs_lib.runs.command.options import say
from constructs_lib.runs.prices.kept import KeptPrices
from constructs_lib.runs.prices.price_book import Ask, Price, PriceBook, from_file
from constructs_lib.runs.prices.price_list import from_price_list
from constructs_lib.runs.synthesised.explain import SynthesisedRun, deployed_run, explain, runs_in
from constructs_lib.runs.synthesised.most import asked_for, most_cost
from constructs_lib.runs.synthesised.template import Machine

RUN_NAME = "explained"
"""The name of a run that never starts."""

prices_option = click.option(
    "--prices",
    type=click.Path(),
    metavar="FILE",
    envvar="SPOT_TRAINING_PRICES",
    help="A JSON file with prices. [default: SPOT_TRAINING_PRICES, or the deployed prices, or AWS's price list]",
)


max_cost_option = click.option(
    "--max-cost",
    type=click.FloatRange(min=0, min_open=True),
    metavar="DOLLARS",
    help="What the instances of the run may cost at most: a smaller training budget where that is needed.",
)


def price_book(clients: Clients, file: str | None, machines: Sequence[str]) -> PriceBook:
    """Return the prices of the clients' Region: of a file, or else those that are deployed, or as AWS's list has them.

    Args:
        clients: The AWS clients.
        file: A file of prices.
        machines: The ARNs of the state machines that may have prices.

    Raises:
        RunsError: If the file cannot be read, or is of another form.
    """
    if file is not None:
        return from_file(Path(file), clients.region)

    own = _deployed(clients, machines)

    def asked(instance_type: str) -> Price | None:
        if (price := own(instance_type)) is not None:
            return price
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
        run = _run_of(clients, machine)
        found = explain(run, document, RUN_NAME, region=clients.region)
    except RunsError as error:
        if max_cost is not None:
            raise RunsError(f"--max-cost cannot be kept: {error}") from error
        say(f"what it can cost is not known: {error}")
        return document
    if found.cause:
        return document
    if max_cost is not None:
        document = asked_for(run, found, document, book, max_cost)
        found = explain(run, document, RUN_NAME, region=clients.region)
    if not found.cause:
        say(most_cost(found, document, book))
    return document


def _run_of(clients: Clients, machine: str) -> SynthesisedRun:
    described = _described(clients, machine)
    run = deployed_run(described.name, described.definition)
    if run is None:
        raise RunsError(f"{described.name} is not one run, but a state machine with several in it, or none")
    return run


def _described(clients: Clients, machine: str) -> Machine:
    with plain_errors():
        found = clients.sfn.describe_state_machine(stateMachineArn=machine)
    return Machine(logical_id=found["name"], name=found["name"], definition=json.loads(found["definition"]))


def _deployed(clients: Clients, machines: Sequence[str]) -> Ask:
    """Return how to ask for a price that is deployed; the machines are described when the first one is asked for."""

    @cache
    def found() -> list[SynthesisedRun]:
        described = []
        for machine in machines:
            try:
                described.append(_described(clients, machine))
            except RunsError:
                # deleted, or not to be read: its runs are told by AWS's prices
                continue
        return [run for machine in described for run in runs_in(machine)]

    return lambda instance_type: next(filter(None, (_own(run, instance_type) for run in found())), None)


def _own(run: SynthesisedRun, instance_type: str) -> Price | None:
    dollars = run.prices.get("DollarsPerHour", {}).get(instance_type)
    return None if dollars is None else Price(dollars_per_hour=dollars, as_of=run.prices["AsOf"])


def book_without_aws(region: str | None, file: str | None, run: SynthesisedRun) -> PriceBook:
    """Return the prices of a Region without a call: of a file, or else those of the template, or that were kept.

    Raises:
        RunsError: If the file cannot be read, or is of another form.
    """
    if file is not None:
        return from_file(Path(file), region)
    kept = KeptPrices(region).of if region else lambda _: None
    return PriceBook(lambda instance_type: _own(run, instance_type) or kept(instance_type))

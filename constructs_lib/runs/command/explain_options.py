"""The options of `run --explain`, and what they print."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from constructs_lib.runs.aws.errors import RunsError
from constructs_lib.runs.command.options import Target, say, together
from constructs_lib.runs.command.pricing import RUN_NAME, book_without_aws
from constructs_lib.runs.execution_input import name_value_pairs
from constructs_lib.runs.reports.report import EXIT_STATUS
from constructs_lib.runs.synthesised.assembly import newest_template
from constructs_lib.runs.synthesised.conditions import defaults_of
from constructs_lib.runs.synthesised.explain import explain, find_run
from constructs_lib.runs.synthesised.explanation import Explanation
from constructs_lib.runs.synthesised.most import asked_for, most_cost
from constructs_lib.runs.synthesised.template import Template
from constructs_lib.training_job.durations import readable
from constructs_lib.workflow.names import SETTINGS

ASSEMBLY = "cdk.out"
"""Where `cdk synth` writes."""

_REGION = "AWS::Region"


@dataclass(frozen=True, kw_only=True)
class Explaining:
    """How a run is explained."""

    explain: bool
    template: str | None
    known: Sequence[str]

    def check(self, *, watch: bool) -> None:
        """Check that the options go together.

        Raises:
            RunsError: They do not; says which to leave out.
        """
        if self.explain and watch:
            raise RunsError("--explain starts no run that could be watched; leave --watch out")
        if not self.explain and (self.template is not None or self.known):
            raise RunsError("--template and --known go with --explain; add it, or leave them out")

    def show(
        self,
        target: Target,
        document: dict[str, Any],
        run_name: str | None,
        prices: str | None,
        max_cost: float | None,
    ) -> int:
        """Print what an input leads to; return the exit status.

        Args:
            target: Which state machine is meant.
            document: The input.
            run_name: The run's name.
            prices: A file of prices. Defaults to those of the template, and then to those that this machine has kept.
            max_cost: What the run's instances may cost, in dollars. Defaults to what the training budget allows.

        Raises:
            RunsError: There is no such template or state machine, or a price is not known; says what to do.
        """
        template = self._template(target)
        run = find_run(template, target.state_machine)
        book = book_without_aws(target.region, prices, run)
        self._check_known(template)
        found = explain(run, document, run_name or RUN_NAME, region=target.region)
        if max_cost is not None and not found.cause:
            document = asked_for(run, found, document, book, max_cost)
            found = explain(run, document, run_name or RUN_NAME, region=target.region)
        if found.cause:
            say(found.cause)
            _say_what_is_not_known(template, found.cause)
            return EXIT_STATUS["FAILED"]
        click.echo(json.dumps(found.requests[found.first], indent=2, ensure_ascii=False))
        say(f"the first attempt of {run.label} in {template.path}; its name is decided when a run starts")
        given = name_value_pairs("--known", self.known)
        if taken := [f"{name}={value}" for name, value in self._defaults(template).items() if name not in given]:
            say(f"the parameters have their defaults, other values are told by --known: {', '.join(taken)}")
        for entry in found.entries:
            say(entry)
        if found.goes_on_with:
            say(
                f"what the newest job of run {found.goes_on_with} was asked for comes between this and what is deployed"
            )
        for line in found.deadline or _worst_case(found):
            say(line)
        say(most_cost(found, document, book))
        _say_what_is_not_known(template, json.dumps(found.requests))
        return 0

    def _template(self, target: Target) -> Template:
        named = None if self.template is None else Path(self.template)
        path = named or newest_template(Path(ASSEMBLY), SETTINGS, target.stack)
        given = name_value_pairs("--known", self.known)
        region = {} if target.region is None else {_REGION: target.region}
        return Template.read(path, {**defaults_of(Template.read(path, {}).document), **region, **given})

    def _defaults(self, template: Template) -> dict[str, str]:
        """Return the defaults of the parameters that what is explained was made of."""
        return {name: value for name, value in defaults_of(template.document).items() if name in template.shown}

    def _check_known(self, template: Template) -> None:
        for name in name_value_pairs("--known", self.known):
            if name not in template.shown:
                there = ", ".join(sorted(template.shown)) or "none"
                raise RunsError(f"--known must name what is not known in {template.path} ({there}), got {name!r}")


explain_options = together(
    "explaining",
    Explaining,
    (
        click.option(
            "--explain", is_flag=True, help="Start nothing; print the request that would be sent, without AWS."
        ),
        click.option(
            "--template",
            type=click.Path(),
            metavar="FILE",
            help="With --explain: the synthesised template. [default: the newest in cdk.out with such a state machine]",
        ),
        click.option(
            "--known",
            multiple=True,
            metavar="NAME=VALUE",
            help="With --explain: the value of what is shown as <NAME>, such as a bucket's name; repeatable.",
        ),
    ),
)
"""Add the options; they arrive as one argument `explaining`."""


def _worst_case(found: Explanation) -> Iterator[str]:
    longest = found.longest
    if len(found.requests) > 1:
        yield f"without spot capacity, the last entry is tried after {readable(longest.until_last_entry_seconds)}"
    yield f"the run may last {readable(longest.whole_seconds)} in all"


def _say_what_is_not_known(template: Template, text: str) -> None:
    if unknown := [name for name in template.unknown() if f"<{name}>" in text]:
        say(f"known when it is deployed, or by --known: {', '.join(unknown)}")

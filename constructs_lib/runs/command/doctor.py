"""The command `doctor`: looks at what a run needs before money is spent."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from constructs_lib.runs.aws.errors import RunsError
from constructs_lib.runs.command.explain_options import ASSEMBLY
from constructs_lib.runs.command.options import Target, is_typed, one_sentence, target_options
from constructs_lib.runs.doctor.asking import Asking
from constructs_lib.runs.doctor.examine import examine
from constructs_lib.runs.doctor.finding import Finding, Status, exit_status
from constructs_lib.runs.doctor.reading import of_deployed, of_template
from constructs_lib.runs.doctor.subject import Subject
from constructs_lib.runs.synthesised.assembly import newest_template
from constructs_lib.runs.views.plain_text import printable
from constructs_lib.workflow.names import SETTINGS

EPILOG = """\b
Exit status:
  0    all is well, as far as can be seen
  1    there are problems
  2    something could not be looked at, or AWS cannot be asked
"""


@click.command(epilog=EPILOG)
@click.option(
    "--template",
    metavar="FILE",
    help="Look at this synthesised template. [default: the newest in cdk.out, unless --stack or --state-machine]",
)
@click.option("--json", "as_json", is_flag=True, help="Write the findings as JSON.")
@target_options
def doctor(target: Target, *, template: str | None, as_json: bool) -> None:
    """Look at what a run needs: quotas, image, buckets, network, roles, definition.

    It changes nothing, starts nothing and costs nothing. It looks at a synthesised template, or with --stack or
    --state-machine at what is deployed.
    """
    with one_sentence():
        asking, subjects = _subjects(target, template)
    found = []
    for subject in subjects:
        if not as_json:
            click.echo(f"{subject.label} of {subject.source}")
        for finding in examine(asking, subject):
            found.append((subject, finding))
            if not as_json:
                click.echo(printable(finding.as_line()))
    findings = [finding for _, finding in found]
    if as_json:
        document = [{"Training": subject.label, **finding.as_document()} for subject, finding in found]
        click.echo(json.dumps({"Findings": document, "ExitStatus": exit_status(findings)}, indent=2))
    else:
        click.echo(_summary(findings))
    sys.exit(exit_status(findings))


def _subjects(target: Target, template: str | None) -> tuple[Asking, list[Subject]]:
    deployed = target.stack is not None or target.state_machine is not None
    if template is not None and (is_typed("stack") or is_typed("state_machine")):
        raise RunsError("--template, or --stack or --state-machine for what is deployed; leave one out")
    clients = target.connect()
    asking = Asking(clients=clients, profile=target.profile, endpoint_url=target.endpoint_url)
    if deployed and template is None:
        return asking, of_deployed(asking, target.machine(clients))
    path = Path(template) if template is not None else newest_template(Path(ASSEMBLY), SETTINGS)
    return asking, of_template(asking, path, None)


def _summary(findings: list[Finding]) -> str:
    counted = {status: sum(finding.status is status for finding in findings) for status in Status}
    return ", ".join(f"{count} {status.value}" for status, count in counted.items())

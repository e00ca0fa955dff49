"""Makes every look, one after the other, and goes on where one cannot be made."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from constructs_lib.runs.aws.errors import RunsError, aws_errors, sentence
from constructs_lib.runs.doctor.asking import Asking
from constructs_lib.runs.doctor.checks import bootstrap, buckets, channels, image, keys, logs, network, quotas, versions
from constructs_lib.runs.doctor.checks.definition import expressions, valid
from constructs_lib.runs.doctor.checks.roles import simulated, validated
from constructs_lib.runs.doctor.finding import Finding, not_looked
from constructs_lib.runs.doctor.subject import Subject

Check = Callable[[Asking, Subject], Iterable[Finding]]

CHECKS: Mapping[str, Check] = {
    "versions": versions.look,
    "bootstrap": bootstrap.look,
    "quotas": quotas.look,
    "image": image.look,
    "buckets": buckets.look,
    "keys": keys.look,
    "channels": channels.look,
    "network": network.look,
    "logs": logs.look,
    "roles": simulated.look,
    "policies": validated.look,
    "definition": valid.look,
    "expressions": expressions.look,
}
"""What is looked at, in this order."""


def examine(asking: Asking, subject: Subject, checks: Mapping[str, Check] = CHECKS) -> Iterator[Finding]:
    """Yield what each look finds; one that cannot be made is told, and the next one is made.

    Args:
        asking: Whom to ask.
        subject: What is looked at.
        checks: The looks. Defaults to all.
    """
    for name, look in checks.items():
        try:
            yield from look(asking, subject)
        except RunsError as error:
            yield not_looked(name, str(error))
        except aws_errors() as error:
            yield not_looked(name, sentence(error))

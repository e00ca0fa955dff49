"""Whether the account and Region are bootstrapped for CDK, which a first deployment needs.

https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-env.html
"""

from __future__ import annotations

from collections.abc import Iterator

from constructs_lib.runs.aws.errors import RunsError, aws_errors, error_code, sentence
from constructs_lib.runs.doctor.asking import Asking
from constructs_lib.runs.doctor.finding import Finding, ok, problem
from constructs_lib.runs.doctor.subject import Subject

CHECK = "bootstrap"
OLDEST = 6
"""What the rule `CheckBootstrapVersion` in every template of CDK asks for."""


def look(asking: Asking, subject: Subject) -> Iterator[Finding]:
    """Ask for the version of the bootstrap that the template names; a stack that is deployed needs none."""
    name = subject.bootstrap_parameter
    if not name:
        return
    again = f"run 'cdk bootstrap aws://{asking.account}/{asking.region}'"
    try:
        version = asking.client("ssm").get_parameter(Name=name)["Parameter"]["Value"]
    except aws_errors() as error:
        if error_code(error) != "ParameterNotFound":
            raise RunsError(sentence(error)) from error
        yield problem(CHECK, f"{asking.account} is not bootstrapped for CDK in {asking.region}: no {name}", again)
        return
    if not version.isdigit() or int(version) < OLDEST:
        yield problem(CHECK, f"CDK's bootstrap has version {version}, and at least {OLDEST} is needed", again)
    else:
        yield ok(CHECK, f"CDK's bootstrap has version {version}")

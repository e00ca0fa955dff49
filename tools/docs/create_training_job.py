"""The page of all members and rules: `make docs`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from constructs_lib.training_job.request.members import READ_ONLY, Member, leaves
from constructs_lib.training_job.rules.advice import ADVICE, WASTED_ON_SPOT
from constructs_lib.training_job.rules.rule import Rule
from constructs_lib.training_job.rules.table import RULES

FILE = "reference/create-training-job.md"

_INTRODUCTION = """\
# Every member of CreateTrainingJob

<!-- written by `make docs`; edit members.py or a rule instead -->

For whoever needs a member of the API that has no option of its own, or wants to know why something is refused.

A request has {count} leaves that may be set: scalars, lists of scalars and maps, in botocore's model of SageMaker. The
model has {read_only} more,
{read_only_names},
which are read-only: the service does not accept them in a request.

**Set by** says how `SpotTraining` and `SpotTrainingTask` set a member:

- an **argument** of its own ({typed} members); those marked *only* cannot be overridden, because a grant goes with them
- the **run**, which works it out for each attempt from the argument named ({run} members); these cannot be overridden
- `training_job_overrides` alone ({overrides} members), a part of a request that is merged over what the arguments give:
  objects member by member, lists and everything else whole. It may set the members with an argument, too

A member that nobody sets is not sent, unless an argument's default says so.

**`.sync`** says what is known of a member in Step Functions' `createTrainingJob.sync`, which starts the jobs where it
knows all their members:

- *documented*: [Step Functions' page](https://docs.aws.amazon.com/step-functions/latest/dg/connect-sagemaker.html)
  lists the top-level member. It does not list what is in it; a newer member of an older object may not be known there
- *seen*: not on that page, and used with `.sync` in public state machines
- *not verified*: nothing was found either way, and a task whose parameters Step Functions refuses ends a run as
  `States.Runtime`, which no state can catch. So with one of these members a run asks for its jobs by
  `aws-sdk:sagemaker:createTrainingJob`, which takes the whole API, and synthesis tells it. It looks then whether a job
  has ended, the first time after half a minute, later after a tenth of the job's time, after an hour at the latest, or
  after `capacity_patience`; each look takes four transitions. Aborting such a run leaves its job: `spot-training stop`
  stops both. All else is the same

| member | type | set by | `.sync` |
|---|---|---|---|
"""

_RULES = """
## Rules

Every request is checked against the model (members, types, lengths, ranges, patterns, enumerations) when the stack is
synthesised, and against what AWS states in prose only. All problems are told at once, each with its path. CDK tokens
are not judged. An instance type that botocore does not know is accepted with a warning when it has the form of one,
because the list grows.

| rule | source |
|---|---|
"""

_ADVICE = """
## Warnings

Accepted, and told as warnings that can be acknowledged:

| warning | source |
|---|---|
"""

_CONTRADICTIONS = """
Where the prose says less than the service's own model, the model is followed: a hyperparameter's value may have 2,500
characters (the text says 256), and a warm pool's period 21,600 seconds (the guide says 3,600).
"""


def page() -> str:
    """Return the page."""
    members = leaves()
    by = Counter(member.setting.by for member in members)
    introduction = _INTRODUCTION.format(
        count=len(members),
        read_only=len(READ_ONLY),
        read_only_names=" and ".join(f"`{path}`" for path in READ_ONLY),
        typed=by["typed"],
        run=by["run"],
        overrides=by["overrides"],
    )
    parts = [
        introduction,
        *_rows(members),
        _RULES,
        *_rule_rows(RULES),
        _CONTRADICTIONS,
        _ADVICE,
        *_rule_rows((*ADVICE, WASTED_ON_SPOT)),
    ]
    return "".join(parts)


def _rows(members: Iterable[Member]) -> Iterator[str]:
    for member in members:
        yield f"| `{member.path}` | {member.kind} | {_set_by(member)} | {member.sync} |\n"


def _set_by(member: Member) -> str:
    names = ", ".join(f"`{name}`" for name in member.setting.argument.split(", "))
    if member.setting.by == "run":
        return f"run: {names}"
    return names if member.setting.overridable else f"{names} only"


def _rule_rows(rules: Iterable[Rule]) -> Iterator[str]:
    for rule in rules:
        yield f"| {rule.says} | [{_label(rule.page)}]({rule.page}) |\n"


def _label(page: str) -> str:
    place = page.removesuffix(".html").split("/")
    return f"{place[-3]} issue {place[-1]}" if place[-2] == "issues" else place[-1].removeprefix("API_")

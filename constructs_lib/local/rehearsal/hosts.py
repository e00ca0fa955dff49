"""With several hosts: does each keep its checkpoints under names of its own?

All hosts copy to one prefix, and none puts its own name there:
https://docs.aws.amazon.com/sagemaker/latest/dg/model-checkpoints.html
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from constructs_lib.local.rehearsal.plays.evidence import Evidence
from constructs_lib.local.rehearsal.plays.record import Play
from constructs_lib.local.rehearsal.questions.answer import Answer, Question
from constructs_lib.local.rehearsal.questions.words import once_or_more

QUESTION = Question("hosts", "Do several hosts keep out of one another's checkpoints?")
_OWN = (
    "let only the first host write (if os.environ['SM_CURRENT_HOST'] == json.loads(os.environ['SM_HOSTS'])[0]), or "
    "write the host's name into the file's"
)


def answer(evidence: Evidence) -> Answer:
    """Answer by the names that the hosts wrote, and by what was left under them."""
    failed = [play for play in evidence.hosts if not play.succeeded]
    if failed:
        return QUESTION.unclear(
            f"{failed[0].script.title}, it failed: {failed[0].failure}",
            mend="if it needs the other hosts, that cannot be seen here, where they do not reach one another; see "
            "yourself that only the first host writes checkpoints, and rehearse with --instance-count 1",
        )
    names = {f"algo-{number}": _written(play, evidence) for number, play in enumerate(evidence.hosts, start=1)}
    counts = ", ".join(f"{host} wrote {once_or_more(len(wrote), 'file')}" for host, wrote in names.items())
    shared = sorted(set.union(*(one & other for one, other in combinations(names.values(), 2))))
    if not shared:
        return QUESTION.good(f"{counts}, and no two hosts one of the same name")
    told = f"{counts}; more than one wrote {', '.join(shared[:3])}{' and others' if len(shared) > 3 else ''}"
    compared = [name for name in shared if len(_digests(evidence.hosts, name)) > 1]
    different = [name for name in compared if len(set(_digests(evidence.hosts, name))) > 1]
    if different:
        return QUESTION.bad(
            told,
            f"{different[0]} is not the same on all of them, and S3 keeps that of the host that comes last",
            mend=_OWN,
        )
    if not compared:
        return QUESTION.unclear(told, "none of these was there in the end to be compared", mend=_OWN)
    return QUESTION.good(told, "with the same bytes on each, so that it does not matter whose is kept")


def _written(play: Play, evidence: Evidence) -> set[str]:
    return {file.name for one in play.launches[0].checkpoints(evidence.habits) for file in one.files}


def _digests(hosts: Sequence[Play], name: str) -> list[str]:
    return [play.launches[0].digests[name] for play in hosts if name in play.launches[0].digests]

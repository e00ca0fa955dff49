"""A rehearsal as one HTML page that needs nothing else: the verdict, a picture, the answers, the output."""

from __future__ import annotations

from html import escape

from constructs_lib.local.rehearsal.questions.answer import Answer, Outcome
from constructs_lib.local.rehearsal.rehearsing import Rehearsal
from constructs_lib.local.rehearsal.views.text import SENTENCES, SIGNS, play_line, plays
from constructs_lib.local.rehearsal.views.timeline import timeline
from constructs_lib.runs.views.html.document import document

_OUTPUT = 20_000
_STYLE = "p{margin:.1rem 0}.mend{font-style:italic}"
_OUTCOMES = {0: Outcome.GOOD, 1: Outcome.BAD, 2: Outcome.UNCLEAR}


def page(rehearsal: Rehearsal) -> str:
    """Write the page."""
    title = f"{rehearsal.evidence.program.title} {SENTENCES[rehearsal.verdict]}"
    outcome = _OUTCOMES[rehearsal.exit_status]
    outputs = "".join(
        f"<details><summary>{escape(play_line(play))}</summary><pre>{escape(play.output[-_OUTPUT:])}</pre></details>"
        for play in plays(rehearsal)
    )
    body = (
        f'<h1 class="{outcome}">{escape(title)}</h1>{timeline(rehearsal)}'
        f"<h2>Questions</h2><table>{''.join(map(_row, rehearsal.answers))}</table>"
        f"<h2>What was played, and its output</h2>{outputs}"
    )
    return document(title, body, _STYLE)


def _row(answer: Answer) -> str:
    evidence = "".join(f"<p>{escape(sentence)}</p>" for sentence in answer.evidence)
    mend = f'<p class="mend">{escape(answer.mend)}</p>' if answer.mend else ""
    return (
        f'<tr><td class="{answer.outcome}"><b>{SIGNS[answer.outcome]}</b></td><td>{escape(answer.question)}</td>'
        f"<td>{evidence}{mend}</td></tr>"
    )

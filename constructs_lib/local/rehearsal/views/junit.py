"""A rehearsal as JUnit XML, for the pages of a CI: a test case a question."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from constructs_lib.local.rehearsal.questions.answer import Outcome
from constructs_lib.local.rehearsal.rehearsing import Rehearsal
from constructs_lib.local.rehearsal.views.text import plays

_ELEMENTS = {Outcome.BAD: "failure", Outcome.UNCLEAR: "error"}


def junit(rehearsal: Rehearsal) -> str:
    """Write the answers as test cases: a bad one is a failure, an unclear one an error."""
    outcomes = [answer.outcome for answer in rehearsal.answers]
    suite = ET.Element(
        "testsuite",
        name=f"rehearsal of {rehearsal.evidence.program.title}",
        tests=str(len(outcomes)),
        failures=str(outcomes.count(Outcome.BAD)),
        errors=str(outcomes.count(Outcome.UNCLEAR)),
        time=f"{sum(play.seconds for play in plays(rehearsal)):.3f}",
    )
    for answer in rehearsal.answers:
        case = ET.SubElement(suite, "testcase", classname="rehearsal", name=answer.question)
        told = _printable("\n".join([*answer.evidence, *([f"mend: {answer.mend}"] if answer.mend else [])]))
        if answer.outcome in _ELEMENTS:
            message = _printable(answer.evidence[0])
            ET.SubElement(case, _ELEMENTS[answer.outcome], message=message, type=answer.name).text = told
        else:
            ET.SubElement(case, "system-out").text = told
    return ET.tostring(suite, encoding="unicode", xml_declaration=True) + "\n"


def _printable(text: str) -> str:
    """Return a text without what XML cannot hold, such as the colours of a terminal."""
    return "".join(character for character in text if character in "\n\t" or character.isprintable())

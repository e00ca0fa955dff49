"""`make conformance`: plays every case and prints, by topic, how many agree and how the others differ.

`--stories` tells of each that differs what was expected and what came; `--topic NAME` plays one topic.
"""

from __future__ import annotations

import argparse
import sys
import time

from constructs_lib.local.embedded_aws import EmbeddedAws
from tests.local.conformance.play import furnish, play
from tests.local.conformance.table import counted, told
from tests.local.conformance.topics.all_topics import TOPICS
from tests.local.machines import Machines


def main() -> int:
    """Play; return 1 if a case is not as its entry says."""
    parser = argparse.ArgumentParser(prog="python -m tests.local.conformance", description=__doc__)
    parser.add_argument("--stories", action="store_true", help="what was expected and what came, where they differ")
    parser.add_argument("--topic", choices=sorted(TOPICS), help="this topic alone")
    arguments = parser.parse_args()
    begun = time.monotonic()
    topics = {name: cases for name, cases in TOPICS.items() if arguments.topic in (None, name)}
    with EmbeddedAws(speed=100) as aws:
        furnish(aws)
        outcomes = {name: play(Machines(aws), cases) for name, cases in topics.items()}
    every = [outcome for found in outcomes.values() for outcome in found]
    print(told({name: counted(outcome.level for outcome in found) for name, found in outcomes.items()}))
    print(f"{len(every)} cases in {time.monotonic() - begun:.0f} s")
    otherwise = [outcome for outcome in every if outcome.level != outcome.case.differs]
    for outcome in every:
        if outcome in otherwise or (arguments.stories and outcome.level != "agrees"):
            print(f"\n{outcome.story()}")
    print(f"\n{len(otherwise)} are not as the table says")
    return 1 if otherwise else 0


if __name__ == "__main__":
    sys.exit(main())

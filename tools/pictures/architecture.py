"""The picture of what a training is made of, and what is around it; a test holds it to what is synthesised."""

from __future__ import annotations

from collections.abc import Iterator

from tools.pictures.graphs import SETTINGS
from tools.pictures.look import LIGHT

FILE = "pictures/architecture.svg"
TITLE = "What a training is made of: what starts it, the state machine, its jobs, the buckets, who is told"

CREATED = {
    "AWS::StepFunctions::StateMachine": "machine",
    "AWS::Logs::LogGroup": "log",
    "AWS::S3::Bucket": "checkpoints, models",
    "AWS::S3::BucketPolicy": "",
    "AWS::IAM::Role": "machine, job",
    "AWS::IAM::Policy": "",
}
"""What the smallest app creates, and the boxes that stand for it; policies stand in no box of their own."""

BOXES = {
    "start": ("Whoever starts runs", "console · spot-training run\\nschedule · event", "fill"),
    "machine": ("State machine, with its role", "input · plan · judge · report\\nJSONata, no Lambda", "blue"),
    "job": ("Training job, with the job's role", "your image and program\\nspot, then on-demand", "amber"),
    "data": ("Channels", "S3 · EFS · FSx", "fill"),
    "checkpoints": ("Bucket for checkpoints", "one prefix a run", "green"),
    "models": ("Bucket for models", "versions are kept", "green"),
    "log": ("Log group", "every state of every run", "fill"),
    "told": ("Who is told", "CloudWatch metrics · alarms\\nEventBridge rules · e-mail", "fill"),
}
CREATED_BOXES = ("machine", "job", "checkpoints", "models", "log")

WAYS = (
    ("start", "machine", "starts an execution", ""),
    ("machine", "job", "one at a time: creates, watches, stops", ""),
    ("job", "machine", "ends", "style=dashed constraint=false"),
    ("data", "job", "reads", ""),
    ("job", "checkpoints", "writes, reads when it comes back", "dir=both"),
    ("job", "models", "writes at its end", ""),
    ("machine", "log", "", ""),
    ("machine", "told", "the figures of each run", ""),
)


def description() -> str:
    """Return the graph in Graphviz's language."""
    return f"digraph architecture {{\n{SETTINGS}{''.join(f'  {line}{chr(10)}' for line in _lines())}}}\n"


def _lines() -> Iterator[str]:
    for name in BOXES:
        if name not in CREATED_BOXES:
            yield _box(name)
    yield (
        f'subgraph "cluster created" {{ label="what SpotTraining creates, where you bring none" labeljust=l '
        f'fontcolor="{LIGHT["soft"]}" color="{LIGHT["edge"]}" style="rounded,dashed"'
    )
    yield from (_box(name) for name in CREATED_BOXES)
    yield "}"
    for begin, end, words, look in WAYS:
        label = f' label="{words}" fontcolor="{LIGHT["soft"]}"' if words else ""
        yield f'"{begin}" -> "{end}" [color="{LIGHT["edge"]}"{label} {look}]'


def _box(name: str) -> str:
    title, words, look = BOXES[name]
    edge = LIGHT.get(f"{look}-edge", LIGHT["edge"])
    return f'"{name}" [label="{title}\\n{words}" fillcolor="{LIGHT[look]}" color="{edge}"]'

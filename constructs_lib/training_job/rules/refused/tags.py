"""Tags of the job."""

from __future__ import annotations

from collections.abc import Iterator

from constructs_lib.training_job.rules.reader import Reader, repeated_texts
from constructs_lib.training_job.rules.rule import API, Rule


def tags_have_keys_of_their_own(request: Reader) -> Iterator[str]:
    """A key stands once on a resource."""
    for tag, key in repeated_texts(request.entries("Tags"), "Key"):
        yield f"'{tag.path('Key')}' must be another than the keys before it, got {key!r} again"


def tag_keys_are_not_awss(request: Reader) -> Iterator[str]:
    """Keys that begin with `aws:`, in whatever case, are AWS's own."""
    for tag in request.entries("Tags"):
        key = tag.text("Key")
        if key is not None and key.lower().startswith("aws:"):
            yield f"'{tag.path('Key')}' must not begin with 'aws:', which is reserved, got {key!r}"


RULES = (
    Rule(check=tags_have_keys_of_their_own, page=f"{API}API_Tag.html"),
    Rule(check=tag_keys_are_not_awss, page="https://docs.aws.amazon.com/tag-editor/latest/userguide/tagging.html"),
)

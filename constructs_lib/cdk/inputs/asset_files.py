"""Where files that are written at synth lie until CDK has taken its copy of them."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import aws_cdk as cdk
from constructs import Construct

# what `cdk synth --no-staging` sets
_NO_STAGING = "aws:cdk:disable-asset-staging"


@contextmanager
def place_for_assets(scope: Construct, name: str) -> Iterator[Path]:
    """Give a directory that lives until CDK has taken its copy of what is in it.

    Args:
        scope: The construct that the asset becomes a child of.
        name: What the directory's name begins with.
    """
    prefix = f"{name}-"
    if scope.node.try_get_context(_NO_STAGING):
        # CDK takes no copy then and names the file itself, so it stays beside the template
        stage = cdk.Stage.of(scope)
        yield Path(tempfile.mkdtemp(prefix=prefix, dir=None if stage is None else stage.asset_outdir))
        return
    place = Path(tempfile.mkdtemp(prefix=prefix))
    try:
        yield place
    finally:
        shutil.rmtree(place)

"""The assembly of an app, made in this process: the CDK CLI deploys it and need not start the app anew."""

from __future__ import annotations

import json
import os
import runpy
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from unittest import mock

import aws_cdk as cdk

from tests.support.cloudformation import ACCOUNT, REGION
from tests.support.templates import validated


def assembled(app_dir: Path, to: Path, environment: Mapping[str, str] | None = None) -> Path:
    """Run an app's `app.py` under the context of its cdk.json; return a directory whose app is what it synthesised.

    Args:
        app_dir: The app.
        to: An empty directory.
        environment: Variables that the app reads. Defaults to none.
    """
    document = json.loads((app_dir / "cdk.json").read_text(encoding="utf-8"))
    assert document["app"] == "python3 app.py"
    context = {**document["context"], "aws:cdk:enable-path-metadata": True, "aws:cdk:enable-asset-metadata": True}
    # the tests validate with rules that are read once; the app's own wish reads them again
    context["@aws-cdk/core:validateAgainstDefaultRules"] = False
    out = to / "assembly"
    made = cdk.App

    def app(**given: Any) -> cdk.App:
        return validated(made(outdir=str(out), context=context, **given))

    variables = {"CDK_DEFAULT_ACCOUNT": ACCOUNT, "CDK_DEFAULT_REGION": REGION, **(environment or {})}
    with mock.patch.object(cdk, "App", app), mock.patch.dict(os.environ, variables):
        runpy.run_path(str(app_dir / "app.py"), run_name="__main__")
    (to / "cdk.json").write_text(json.dumps({"app": str(out)}), encoding="utf-8")
    return to

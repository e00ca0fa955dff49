"""Node and the CDK CLI are found where they are, and their absence is one sentence."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from constructs_lib.local.cdk_cli import find_cli as finding
from constructs_lib.local.cdk_cli import node
from constructs_lib.local.cdk_cli.cli import CdkCli, reason_in
from constructs_lib.local.cdk_cli.find_cli import CLI_VERSION, fetched_at, find_cli
from constructs_lib.local.cdk_cli.node import OLDEST, find_node
from constructs_lib.local.errors import LocalError
from tests.support.places import ROOT as REPOSITORY


def fake_node(directory: Path, version: str) -> Path:
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / "node"
    path.write_text(f"#!/bin/sh\necho {version}\n")
    path.chmod(0o755)
    return path


def fake_cli(directory: Path, version: str = CLI_VERSION) -> Path:
    package = directory / "node_modules" / "aws-cdk"
    (package / "bin").mkdir(parents=True)
    (package / "package.json").write_text(json.dumps({"version": version}))
    (package / "bin" / "cdk").write_text("")
    return package / "bin" / "cdk"


@pytest.fixture
def without_own_node(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(node, "wheel_node", lambda: None)


def test_the_environments_own_node_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = fake_node(tmp_path / "own", "v24.0.0")
    monkeypatch.setattr(node, "wheel_node", lambda: own)
    assert find_node(str(fake_node(tmp_path / "path", "v24.0.0").parent)) == own


@pytest.mark.usefixtures("without_own_node")
def test_then_the_first_on_the_path(tmp_path: Path) -> None:
    found = fake_node(tmp_path, f"v{OLDEST}.1.0")
    assert find_node(str(tmp_path)) == found


@pytest.mark.usefixtures("without_own_node")
@pytest.mark.parametrize("version", [f"v{OLDEST - 2}.9.9", "nonsense"])
def test_fails_with_a_node_that_is_too_old(tmp_path: Path, version: str) -> None:
    fake_node(tmp_path, version)
    with pytest.raises(LocalError, match=rf"Node {OLDEST} or later is needed .* install one, or run: pip install"):
        find_node(str(tmp_path))


@pytest.mark.usefixtures("without_own_node")
def test_fails_without_a_node(tmp_path: Path) -> None:
    with pytest.raises(LocalError, match="there is none on the PATH; install one, or run: pip install"):
        find_node(str(tmp_path))


def test_the_version_is_the_one_that_package_json_pins() -> None:
    assert json.loads((REPOSITORY / "package.json").read_text())["devDependencies"]["aws-cdk"] == CLI_VERSION


def test_the_cli_is_found_above_the_app(tmp_path: Path) -> None:
    cli = fake_cli(tmp_path)
    deep = tmp_path / "apps" / "one"
    deep.mkdir(parents=True)
    assert find_cli(deep, deep) == cli


def test_the_nearest_cli_counts(tmp_path: Path) -> None:
    fake_cli(tmp_path)
    assert find_cli(tmp_path / "app", tmp_path) != fake_cli(tmp_path / "app")
    assert find_cli(tmp_path / "app", tmp_path) == tmp_path / "app" / "node_modules" / "aws-cdk" / "bin" / "cdk"


@pytest.fixture
def without_cli(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No CDK CLI beside the package, on the PATH, or fetched before."""
    monkeypatch.setattr(finding, "__file__", str(tmp_path / "elsewhere" / "find_cli.py"))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def fake_npm(directory: Path, does: str) -> Path:
    """Make a Node whose npm is a shell script; return the Node."""
    found = fake_node(directory, "v24.0.0")
    script = directory / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    script.parent.mkdir(parents=True)
    script.write_text("")
    found.write_text(f"#!/bin/sh\n{does}\n")
    return found


@pytest.mark.usefixtures("without_cli")
def test_then_the_cli_on_the_path(tmp_path: Path) -> None:
    cli = fake_cli(tmp_path / "global")
    (tmp_path / "bin").mkdir()
    cli.chmod(0o755)
    (tmp_path / "bin" / "cdk").symlink_to(cli)
    assert find_cli(tmp_path / "app", tmp_path / "node") == cli


@pytest.mark.usefixtures("without_cli")
def test_it_is_fetched_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = fake_cli(tmp_path / "made").parents[1]
    # npm gets: npm-cli.js install --prefix DIR …
    node_with_npm = fake_npm(tmp_path / "node", f'/bin/mkdir "$4/node_modules" && /bin/cp -r {made} "$4/node_modules/"')
    cli = fetched_at() / "node_modules" / "aws-cdk" / "bin" / "cdk"
    assert find_cli(tmp_path / "app", node_with_npm) == cli
    assert f"fetching the CDK CLI, aws-cdk@{CLI_VERSION}, once" in capsys.readouterr().err
    assert find_cli(tmp_path / "app", node_with_npm) == cli
    assert capsys.readouterr().err == ""
    assert [path.name for path in fetched_at().parent.iterdir()] == [fetched_at().name]


@pytest.mark.usefixtures("without_cli")
def test_fails_where_it_cannot_be_fetched(tmp_path: Path) -> None:
    node_with_npm = fake_npm(tmp_path / "node", "echo npm error network; exit 1")
    with pytest.raises(LocalError, match=rf"can it be fetched \(npm error network\); .*aws-cdk@{CLI_VERSION}"):
        find_cli(tmp_path / "app", node_with_npm)
    assert list(fetched_at().parent.iterdir()) == []
    with pytest.raises(LocalError, match="npm, which fetches the CDK CLI, is not on the PATH"):
        find_cli(tmp_path / "app", fake_node(tmp_path / "alone", "v24.0.0"))


def test_fails_with_the_version_that_was_published_by_accident(tmp_path: Path) -> None:
    fake_cli(tmp_path, "3.0.0")
    with pytest.raises(LocalError, match=r"is version 3\.0\.0, which cannot read today's apps"):
        find_cli(tmp_path, tmp_path)


def test_fails_without_an_app(tmp_path: Path) -> None:
    with pytest.raises(LocalError, match=r"there is no cdk\.json in .*; name the directory of a CDK app"):
        CdkCli(tmp_path, environment={}, account="123456789012", region="us-east-1")


def test_nothing_of_this_machines_aws_settings_reaches_the_cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "cdk.json").write_text("{}")
    fake_cli(tmp_path)
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL_S3", "CDK_DEFAULT_ACCOUNT"):
        monkeypatch.setenv(name, "mine")
    cli = CdkCli(tmp_path, environment={"AWS_ENDPOINT_URL": "there"}, account="123456789012", region="us-east-1")
    variables = cli._variables(tmp_path)
    assert "mine" not in variables.values()
    assert variables["AWS_ENDPOINT_URL"] == "there"
    assert variables["CDK_DISABLE_CLI_TELEMETRY"] == "true"
    assert variables["PATH"].startswith(str(Path(sys.executable).parent))


@pytest.mark.parametrize(
    ("output", "reason"),
    [
        ("", "it said nothing"),
        ("one\ntwo\n", "two"),
        ("\x1b[31m❌ Deployment failed\x1b[39m\nmore\n", "❌ Deployment failed"),
        (
            "Traceback (most recent call last):\n  File \"app.py\"\nValueError: 'image' must be an image\n\nSubprocess "
            "exited with error 1\n",
            "ValueError: 'image' must be an image",
        ),
        (
            "jsii.errors.JSIIError: no such thing\nSubprocess exited with error 1",
            "jsii.errors.JSIIError: no such thing",
        ),
    ],
)
def test_the_reason_of_a_failure_is_one_line(output: str, reason: str) -> None:
    assert reason_in(output) == reason

"""How a version is made: what stands in its way is said, and nothing is changed then."""

from __future__ import annotations

import subprocess
from datetime import date
from pathlib import Path

import pytest

from constructs_lib.version import VERSION
from tests.support.places import ROOT
from tools.release import CHANGELOG, VERSION_FILE, ReleaseError, commit, look, with_heading, with_version, write

DAY = date(2026, 12, 1)
CHANGES = "# Changelog\n\n## [Unreleased]\n\n### Added\n\n- A thing.\n"
EARLIER = "\n## [0.2.0] - 2026-11-01\n\n- Another.\n"


def git(place: Path, *words: str) -> str:
    return subprocess.run(["git", *words], cwd=place, check=True, capture_output=True, text=True).stdout


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{name}_NAME", "Somebody")
        monkeypatch.setenv(f"GIT_{name}_EMAIL", "somebody@example.com")
    (tmp_path / VERSION_FILE).parent.mkdir()
    (tmp_path / VERSION_FILE).write_text((ROOT / VERSION_FILE).read_text(encoding="utf-8"))
    (tmp_path / CHANGELOG).write_text(CHANGES)
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "--message", "Begin")
    return tmp_path


def test_a_version_is_written_committed_and_tagged(repository: Path) -> None:
    look(repository, "0.3.0")
    write(repository, "0.3.0", DAY)
    commit(repository, "0.3.0")
    assert git(repository, "status", "--porcelain") == ""
    assert git(repository, "describe", "--exact-match").strip() == "v0.3.0"
    assert 'VERSION = "0.3.0"\n' in (repository / VERSION_FILE).read_text()
    assert "## [Unreleased]\n\n## [0.3.0] - 2026-12-01\n\n### Added" in (repository / CHANGELOG).read_text()
    with pytest.raises(ReleaseError, match=r"there is a tag v0\.3\.0"):
        look(repository, "0.3.0")


def test_fails_with_changes_that_are_not_committed(repository: Path) -> None:
    (repository / "new.py").write_text("")
    with pytest.raises(ReleaseError, match=r"must be clean.*\n.*new\.py"):
        look(repository, "0.3.0")


@pytest.mark.parametrize(
    ("changelog", "version", "said"),
    [
        (CHANGES, "0.3", "three numbers"),
        (CHANGES, "0.3.0rc1", "three numbers"),
        (CHANGES + EARLIER, "0.2.0", r"newer than 0\.2\.0"),
        (CHANGES + EARLIER, "0.1.9", r"newer than 0\.2\.0"),
        ("# Changelog\n\n## [Unreleased]\n" + EARLIER, "0.3.0", "nothing under"),
        ("# Changelog\n", "0.3.0", "must have the heading"),
    ],
)
def test_fails_on_a_version_that_is_none(changelog: str, version: str, said: str) -> None:
    with pytest.raises(ReleaseError, match=said):
        with_heading(changelog, version, DAY)


def test_the_changelog_and_the_version_of_today_have_the_form_that_is_written() -> None:
    changelog = (ROOT / CHANGELOG).read_text(encoding="utf-8")
    told = changelog.replace("## [Unreleased]\n", "## [Unreleased]\n\n- A thing.\n", 1)
    assert "## [999.0.0] - 2026-12-01" in with_heading(told, "999.0.0", DAY)
    source = (ROOT / VERSION_FILE).read_text(encoding="utf-8")
    assert with_version(source, VERSION) == source
    assert 'VERSION = "999.0.0"' in with_version(source, "999.0.0")

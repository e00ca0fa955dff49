"""docs/reference/security.md is up to date: its tables, its figures, and the names of options in it."""

from __future__ import annotations

import inspect
import re

import pytest

from constructs_lib import SpotTraining, SpotTrainingSweep
from constructs_lib.cdk.training.options import TrainingOptions
from tests.permissions.attempts import hostile
from tests.support.places import ROOT
from tools.docs.security import FILE, PERMISSIONS, with_tables

PAGE = (ROOT / "docs" / FILE).read_text(encoding="utf-8")
OPTIONS = {
    *TrainingOptions.__annotations__,
    *inspect.signature(SpotTraining.__init__).parameters,
    *inspect.signature(SpotTrainingSweep.__init__).parameters,
}


def test_its_tables_are_those_of_the_code() -> None:
    # make docs
    assert with_tables(PAGE) == PAGE


def test_every_page_is_aws_s_or_a_program_s_own() -> None:
    pages = {permission.page for permissions in PERMISSIONS.values() for permission in permissions}
    assert all(page.startswith(("https://docs.aws.amazon.com/", "https://github.com/aws/")) for page in pages)


def test_the_options_that_it_names_exist() -> None:
    named = set(re.findall(r"`([a-z]+(?:_[a-z0-9]+)+)(?:=\w+)?`", PAGE))
    assert {"encryption_key", "network_isolation", "log_execution_data"} < named
    assert named - OPTIONS == {"credentials_provider"}


def test_it_says_what_it_does_not_protect_against() -> None:
    section = PAGE.partition("## What it does not protect against")[2]
    assert len(re.findall(r"^- \*\*", section, re.MULTILINE)) >= 8


def test_there_are_as_many_hostile_calls_as_it_says() -> None:
    assert "Some hundred hostile calls" in PAGE
    assert 90 <= len(hostile()) <= 120


def test_fails_without_the_marks() -> None:
    with pytest.raises(ValueError, match="the page must have the marks"):
        with_tables("# Security")

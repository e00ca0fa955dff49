"""`spot-training template` writes the template that comes with the library, and needs no CDK for it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from click.testing import CliRunner

from constructs_lib.runs.command.main import main
from constructs_lib.runs.synthesised.plain.shipped import FILE


def test_it_writes_the_template_to_standard_output() -> None:
    result = CliRunner().invoke(main, ["template"])
    assert result.exit_code == 0
    assert result.stdout == FILE.read_text(encoding="utf-8")
    assert set(json.loads(result.stdout)) >= {"Parameters", "Resources", "Outputs"}


def test_it_writes_it_to_a_file_and_says_where(tmp_path: Path) -> None:
    place = tmp_path / "training.json"
    result = CliRunner().invoke(main, ["template", "--output", str(place)])
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == f"wrote {place}\n"
    assert place.read_bytes() == FILE.read_bytes()


def test_a_place_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    place = tmp_path / "nowhere" / "training.json"
    result = CliRunner().invoke(main, ["template", "--output", str(place)])
    assert result.exit_code == 2
    assert result.stderr == f"Error: --output '{place}' cannot be written: No such file or directory\n"


def test_it_needs_no_cdk() -> None:
    program = (
        "import sys; from constructs_lib.runs.command.main import main;"
        "main(['template'], standalone_mode=False); assert not {'aws_cdk', 'jsii'} & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == FILE.read_text(encoding="utf-8")

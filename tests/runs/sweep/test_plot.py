"""The pictures of a sweep: what is drawn, that the page needs nothing else, and that it says what is missing."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from constructs_lib.needed import installing
from constructs_lib.runs.command.main import main
from constructs_lib.runs.views.sweep.plot import sweep_plot
from tests.local.aws.door.browser import find_browser
from tests.runs.sweep.sweeps import line
from tests.support.places import ROOT

BROWSER = find_browser()
EVIL = "</script><script>alert(1)</script><b>"
CONTENTS = [{"HyperParameters": {"lr": 0.1 * place, "act": "relu" if place % 2 else "tanh"}} for place in range(4)]


def page(contents: Any = CONTENTS, name: str = "night", **changes: Any) -> str:
    lines = [line(place, None if place == 3 else 1 / (place + 1), **changes) for place in range(4)]
    return sweep_plot(name, "loss", "Minimize", lines, contents)


def drawn(text: str) -> list[dict[str, Any]]:
    """Read the figures that a page draws."""
    calls = text.rpartition("<script")[2]
    return [json.loads(found) for found in re.findall(r"draw\('plot-\d',(.*?)\);(?=draw\(|</script>)", calls)]


def test_the_objective_is_drawn_by_trial_and_cost_and_the_hyperparameters_side_by_side() -> None:
    text = page()
    by_trial, by_cost, side_by_side = drawn(text)
    dots, best = by_trial["data"]
    assert (dots["x"], dots["y"]) == ([1, 2, 3], [1, 0.5, 1 / 3])
    assert best["y"] == [1, 0.5, 1 / 3]
    assert by_cost["data"][0]["x"] == [30, 30, 30]
    (lines,) = side_by_side["data"]
    assert [axis["label"] for axis in lines["dimensions"]] == ["lr", "act", "loss"]
    assert lines["dimensions"][1] == {
        "label": "act", "values": [1, 0, 1], "tickvals": [0, 1], "ticktext": ["relu", "tanh"]
    }  # fmt: skip
    assert "1 of 4 runs have no objective" in text


def test_it_loads_nothing_and_sends_nothing() -> None:
    text = page()
    script = re.search(r"<script nonce=[^>]+>(.*?)</script><script", text, re.DOTALL)
    assert script is not None
    assert len(script[1]) > 1_000_000
    # plotly's script names the makers of maps, which it draws none of; nothing else in the page has an address
    rest = text.replace(script[1], "")
    assert re.findall(r"https?:|//|src=|<link|<img", rest) == []
    policy = re.findall(r'Content-Security-Policy" content="([^"]+)"', text)[0]
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'; script-src 'nonce-")
    assert "connect-src" not in policy
    assert '"showSendToCloud": false' in rest


def test_nothing_that_a_person_wrote_is_taken_for_html() -> None:
    text = page([{"HyperParameters": {EVIL: EVIL}}] * 4, name=EVIL)
    assert text.count("</script>") == 2
    # plotly reads some HTML in texts
    assert drawn(text)[2]["data"][0]["dimensions"][0]["label"].startswith("&lt;/script&gt;&lt;script&gt;")
    assert "<b>" not in text.replace("\\u003c", "").rpartition("<script")[2]


def test_a_sweep_without_an_objective_has_words() -> None:
    text = sweep_plot("night", "loss", "Minimize", [line(0, None)], [{}])
    assert "No run that has ended has the objective." in text
    assert "<script" not in text


def test_a_missing_extra_is_one_sentence_before_anything_is_started() -> None:
    code = "import sys; sys.modules['plotly'] = None; sys.argv[0] = 'x'; "
    code += "from constructs_lib.runs.command.entry import main; main()"
    words = ("sweep", "--grid", "lr=1", "--watch", "--plot", "x.html")
    ended = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, check=False, cwd=ROOT)
    told = f"Error: --plot cannot draw: 'plotly' is not installed; run: {installing('plot')}\n"
    assert (ended.returncode, ended.stderr) == (2, told)


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (("--plot", "x.html"), "--plot draws what has ended; pass --watch, too"),
        (("--watch", "--plot", "no/such/x.html"), "--plot must be a file in a directory that is there"),
    ],
)
def test_fails_before_anything_is_started(words: tuple[str, ...], problem: str) -> None:
    result = CliRunner().invoke(main, ["sweep", "--grid", "lr=1", *words])
    assert (result.exit_code, problem in result.stderr) == (2, True)


@pytest.mark.browser
@pytest.mark.skipif(BROWSER is None, reason="there is no browser here: the tests above ask for all but the drawing")
def test_a_browser_draws_all_of_it_without_a_network(tmp_path: Path) -> None:
    path = tmp_path / "sweep.html"
    path.write_text(page(), encoding="utf-8")
    command = [
        str(BROWSER), "--headless", "--no-sandbox", "--disable-dev-shm-usage", "--enable-unsafe-swiftshader",
        "--host-resolver-rules=MAP * ~NOTFOUND", f"--user-data-dir={tmp_path / 'profile'}",
        "--virtual-time-budget=10000", "--dump-dom", path.as_uri(),
    ]  # fmt: skip
    dumped = subprocess.run(command, check=True, capture_output=True, text=True, timeout=120).stdout
    shown = dumped.partition("</h1>")[2].partition("<script")[0]
    assert shown.count('class="point"') == 6
    assert "WebGL is not supported" not in shown
    assert [shown.count(f">{label}<") for label in ("lr", "act")] == [1, 1]
    assert "Share chart" not in dumped.rpartition("</script>")[2] + shown

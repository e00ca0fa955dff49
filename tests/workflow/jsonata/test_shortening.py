"""What is written is shorter than what is read, and says the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from constructs_lib.workflow.jsonata import shortening
from constructs_lib.workflow.jsonata.shortening import shortened

FILES = sorted(Path(shortening.__file__).parent.rglob("*.jsonata"))

OF_JSONATA = {"filter", "map", "match", "number", "parse", "range", "replace", "sort", "split", "string", "sum", "type"}
"""Names of its own functions that one might give to a function of ours."""


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("/* a\n comment */ $f := function($long, $other) { $long + $other };", "$f:=function($a,$b){$a+$b};"),
        ('$f := function($x) { $x = "it" and $y };', "$f:=function($a){$a='it'and $y};"),
        ("""$f := function($x) { "it's " & 'a "b" c' };""", """$f:=function($a){"it's "&'a "b" c'};"""),
        ('$f := function($x) { "{\\"a\\": " & $x };', """$f:=function($a){'{"a": '&$a};"""),
        ("$f := function($x) { $x.Name in [1, 2] or $x / 2 > 1 };", "$f:=function($a){$a.Name in[1,2]or $a/2>1};"),
        ("$f := function($x) { $contains($x, /a b[/ ]\\/ c/i) };", "$f:=function($a){$contains($a,/a b[/ ]\\/ c/i)};"),
        ("$f := function($x) { $g($x, function($f) { $f }) };", "$f:=function($a){$g($a,function($f){$f})};"),
        ("$f := function($x) {(\n  $mine := $x;\n  $mine\n)};", "$f:=function($a){($b:=$a;$b)};"),
    ],
)
def test_it_says_the_same_in_fewer_characters(source: str, expected: str) -> None:
    assert shortened(source, {"f", "g"}) == expected


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_value_bears_the_name_of_a_function_that_is_called(path: Path) -> None:
    # it would be renamed where the function is called, too
    source = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    functions = set(re.findall(r"\$(\w+)\s*:= function\(", source))
    values = set(re.findall(r"\$(\w+)\s*:=", source)) - functions
    called = set(re.findall(r"\$(\w+)\(", source))
    assert not values & called
    assert not functions & OF_JSONATA

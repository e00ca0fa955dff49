"""A synthesised template, read without AWS."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from constructs_lib.runs.aws.errors import RunsError
from constructs_lib.runs.synthesised.assembly import newest_template
from constructs_lib.runs.synthesised.template import Template
from tests.support.synthesised import template, write_template

MAPPINGS = {"Accounts": {"eu-west-1": {"id": "123456789012"}}}


def read(definition: Any, known: dict[str, str] | None = None) -> Template:
    document = {
        "Mappings": MAPPINGS,
        "Resources": {
            "M": {"Type": "AWS::StepFunctions::StateMachine", "Properties": {"DefinitionString": definition}}
        },
    }
    return Template(path=Path("t.json"), document=document, known=known or {})


def value(intrinsic: Any, known: dict[str, str] | None = None) -> Any:
    """Return what stands for an intrinsic function inside a text of a definition."""
    (machine,) = read({"Fn::Join": ["", ['{"x":"', intrinsic, '"}']]}, known).machines()
    return machine.definition["x"]


@pytest.mark.parametrize(
    ("intrinsic", "shown"),
    [
        ({"Ref": "Bucket"}, "<Bucket>"),
        ({"Ref": "AWS::Region"}, "<AWS::Region>"),
        ({"Fn::GetAtt": ["Role", "Arn"]}, "<Role.Arn>"),
        ({"Fn::GetAtt": "Role.Arn"}, "<Role.Arn>"),
        ({"Fn::Join": ["/", ["a", {"Ref": "B"}, "c"]]}, "a/<B>/c"),
        ({"Fn::Join": [",", {"Ref": "List"}]}, "<List>"),
        ({"Fn::Sub": "a/${B}/${C.Arn}/${!D}"}, "a/<B>/<C.Arn>/${D}"),
        ({"Fn::Sub": ["a/${B}", {"B": {"Ref": "X"}}]}, "a/<X>"),
        ({"Fn::ImportValue": "Other:Bucket"}, "<Fn::ImportValue Other:Bucket>"),
        ({"Fn::FindInMap": ["Accounts", {"Ref": "AWS::Region"}, "id"]}, "<Accounts.AWS::Region.id>"),
        ({"Fn::FindInMap": ["Accounts", "eu-west-1", "id"]}, "123456789012"),
        ({"Fn::Select": [1, {"Fn::Split": ['"', {"Ref": "X"}]}]}, "<Fn::Select 1 Fn::Split  X>"),
    ],
)
def test_what_only_cloudformation_knows_is_a_placeholder(intrinsic: Any, shown: str) -> None:
    assert value(intrinsic) == shown


def test_a_known_value_stands_for_its_placeholder() -> None:
    assert value({"Ref": "Bucket"}, {"Bucket": 'a "quoted\\" one'}) == 'a "quoted\\" one'
    assert value({"Fn::GetAtt": ["Role", "Arn"]}, {"Role.Arn": "x"}) == "x"
    mapped = {"Fn::FindInMap": ["Accounts", {"Ref": "AWS::Region"}, "id"]}
    assert value(mapped, {"AWS::Region": "eu-west-1"}) == "123456789012"


def test_a_value_outside_of_a_text_is_quoted_unless_it_is_a_number() -> None:
    pieces = {"Fn::Join": ["", ['{"text":"a \\"', {"Ref": "A"}, '","size":', {"Ref": "Size"}, "}"]]}
    assert next(read(pieces).machines()).definition == {"text": 'a "<A>', "size": "<Size>"}
    assert next(read(pieces, {"Size": "30"}).machines()).definition["size"] == 30
    assert next(read(pieces, {"Size": "x y"}).machines()).definition["size"] == "x y"


def machine_of(path: Path, **properties: Any) -> dict[str, Any]:
    machine = {"Type": "AWS::StepFunctions::StateMachine", "Properties": properties}
    (found,) = Template(path=path, document={"Resources": {"M": machine}}).machines()
    return found.definition


def write_asset(directory: Path, key: str, text: str) -> None:
    """Write a file asset as CDK does, with the manifest of its stack."""
    (directory / "asset.a.json").write_text(text, encoding="utf-8")
    files = {"a": {"source": {"path": "asset.a.json"}, "destinations": {"here": {"bucketName": "b", "objectKey": key}}}}
    write_template(directory / "App.assets.json", {"files": files})


def test_a_definition_may_stand_in_a_file_asset(tmp_path: Path) -> None:
    write_asset(tmp_path, "a.json", '{"x": "s3://${B}/\\"${Other}", "n": ${N}}')
    location = {"Bucket": {"Fn::Sub": "assets-${AWS::Region}"}, "Key": "a.json"}
    values = {"B": {"Ref": "Models"}, "N": {"Ref": "Size"}}
    found = machine_of(tmp_path / "t.json", DefinitionS3Location=location, DefinitionSubstitutions=values)
    assert found == {"x": 's3://<Models>/"${Other}', "n": "<Size>"}


def test_a_definition_may_stand_in_the_template_as_an_object(tmp_path: Path) -> None:
    written = {"x": [{"Ref": "A"}, 1, {}, []], "y": {"Fn::Join": ["", ["a", {"Ref": "B"}]]}, "z": "${V}"}
    found = machine_of(tmp_path / "t.json", Definition=written, DefinitionSubstitutions={"V": "v"})
    assert found == {"x": ["<A>", 1, {}, []], "y": "a<B>", "z": "v"}


def test_a_machine_whose_definition_is_elsewhere_is_passed_over(tmp_path: Path) -> None:
    machine = {
        "Type": "AWS::StepFunctions::StateMachine",
        "Properties": {"DefinitionS3Location": {"Bucket": "b", "Key": "elsewhere.json"}},
    }
    assert list(Template(path=tmp_path / "t.json", document={"Resources": {"M": machine}}).machines()) == []


def test_fails_on_an_asset_that_is_gone(tmp_path: Path) -> None:
    write_asset(tmp_path, "a.json", "{}")
    (tmp_path / "asset.a.json").unlink()
    with pytest.raises(RunsError, match=r"the definition of M is in '.*', which cannot be read: No such file"):
        machine_of(tmp_path / "t.json", DefinitionS3Location={"Bucket": "b", "Key": "a.json"})


def test_what_is_not_known_is_listed() -> None:
    found = read({"Fn::Join": ["", ['{"x":"', {"Ref": "B"}, {"Ref": "A"}, '"}']]}, {"A": "1"})
    assert list(found.machines())
    assert found.unknown() == ["B"]


def test_other_resources_are_passed_over(tmp_path: Path) -> None:
    path = write_template(tmp_path / "t.json", template(M={"States": {}}))
    assert [machine.logical_id for machine in Template.read(path, {}).machines()] == ["M"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "--template must be a template as JSON, which"),
        ("[]", "has no Resources"),
        ('{"Resources": []}', "has no Resources"),
        ("\xff", "must be a template as JSON"),
    ],
)
def test_fails_on_what_is_no_template(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "t.json"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(RunsError) as caught:
        Template.read(path, {})
    assert said in str(caught.value)


def test_fails_on_a_file_that_is_not_there() -> None:
    with pytest.raises(RunsError, match=r"--template 'nowhere.json' cannot be read: No such file"):
        Template.read(Path("nowhere.json"), {})


def test_fails_on_a_definition_that_is_no_json() -> None:
    with pytest.raises(RunsError, match=r"the definition of M in t.json cannot be read as JSON"):
        list(read("{").machines())


def test_the_newest_template_with_the_marker_is_found(tmp_path: Path) -> None:
    names = ("A.template.json", "assembly-Prod/B.template.json", "C.template.json", "D.assets.json")
    for age, name in enumerate(reversed(names)):
        path = write_template(tmp_path / name, {"marker" if name[0] != "A" else "none": 1})
        os.utime(path, (1000 + age, 1000 + age))
    assert newest_template(tmp_path, "marker").name == "B.template.json"
    assert newest_template(tmp_path, "marker", "C").name == "C.template.json"


def test_the_template_whose_definition_is_an_asset_is_found(tmp_path: Path) -> None:
    write_template(tmp_path / "App.template.json", {"Key": "a.json"})
    write_asset(tmp_path, "a.json", '"marker"')
    assert newest_template(tmp_path, "marker").name == "App.template.json"


@pytest.mark.parametrize("name", ["Prod/App", "Prod-App", "ProdApp1234"])
def test_a_stack_in_a_stage_is_found_by_each_of_its_names(tmp_path: Path, name: str) -> None:
    nested = tmp_path / "assembly-Prod"
    written = write_template(nested / "ProdApp1234.template.json", {"marker": 1})
    artifact = {
        "type": "aws:cloudformation:stack",
        "displayName": "Prod/App",
        "properties": {"templateFile": "ProdApp1234.template.json", "stackName": "Prod-App"},
    }
    write_template(nested / "manifest.json", {"artifacts": {"ProdApp1234": artifact}})
    assert newest_template(tmp_path, "marker", name) == written


def test_fails_on_a_manifest_that_is_no_json(tmp_path: Path) -> None:
    write_template(tmp_path / "App.template.json", {"marker": 1})
    (tmp_path / "manifest.json").write_text("{", encoding="utf-8")
    with pytest.raises(RunsError, match=r"manifest.json' is no JSON: .*; run 'cdk synth' again"):
        newest_template(tmp_path, "marker", "App")


@pytest.mark.parametrize(
    ("stack", "said"),
    [(None, "has no template with a state machine"), ("A", "has no template of the stack 'A' with a state machine"),
     ("B", "has no template of the stack 'B'; run 'cdk synth' first, or pass --template")],
)  # fmt: skip
def test_fails_without_a_template(tmp_path: Path, stack: str | None, said: str) -> None:
    (tmp_path / "A.template.json").write_text(json.dumps({}), encoding="utf-8")
    with pytest.raises(RunsError) as caught:
        newest_template(tmp_path, "marker", stack)
    assert said in str(caught.value)


def test_fails_where_nothing_was_synthesised(tmp_path: Path) -> None:
    with pytest.raises(RunsError, match="has no template; run 'cdk synth' first"):
        newest_template(tmp_path / "cdk.out", "marker")

"""The plain template: it is what the constructs give, CloudFormation takes it, and each parameter says what it says."""

from __future__ import annotations

import json
import re
import subprocess
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import cloudformation_include as include

from constructs_lib.runs.synthesised.plain.shipped import FILE
from constructs_lib.training_job.request.naming import base_job_name_problems
from tests.examples.plain.given import NEEDED, shipped, with_parameters
from tests.examples.test_logical_ids import CREATED
from tests.permissions.evaluated import machine_settings
from tests.support.cloudformation import DeployedTemplate
from tests.support.places import DOCS
from tools.template.examples import Example
from tools.template.parameters import GROUPS
from tools.template.synthesis import written

IN_A_REQUEST, FROM_S3 = 51_200, 1_000_000
"""How many bytes a template may have; https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html"""

GUIDE = DOCS / "guides" / "without-python.md"

OTHER = Example(
    account="345678901234",
    region="ap-south-1",
    repository="another-image",
    tag="9.9",
    spot="ml.m4.2xlarge",
    on_demand="ml.m5.2xlarge",
    base_job_name="zebra",
    data_bucket="other-bucket-of-it",
    data_prefix="quagga/",
    output_prefix="okapi",
    instance_count=3,
    volume_gibibytes=77,
    patience_seconds=777,
    runtime_seconds=15 * 86400,
    # with this the checkpoints are kept for longer, too
    wait_seconds=20 * 86400,
)


def test_the_shipped_template_is_what_the_constructs_give_by_whatever_example() -> None:
    assert FILE.read_text(encoding="utf-8") == written(), "run `make template`"
    assert written(OTHER) == written(), "an example's value is in the template where a parameter should be"


def test_cfn_lint_finds_nothing() -> None:
    done = subprocess.run(["cfn-lint", "--", str(FILE)], capture_output=True, text=True, check=False)
    assert done.stdout + done.stderr == ""


def test_its_size_is_for_s3_and_not_for_a_request() -> None:
    # the guide and the command say so
    assert IN_A_REQUEST < FILE.stat().st_size < FROM_S3 / 10


def test_it_needs_nothing_of_cdk() -> None:
    template = shipped()
    assert set(template["Parameters"]) == {name for names in GROUPS.values() for name in names}
    assert "Rules" not in template
    assert not re.search(
        r"cdk|bootstrap|asset", json.dumps([template["Resources"], template["Outputs"]]), re.IGNORECASE
    )
    assert {resource["Type"].split("::")[1] for resource in template["Resources"].values()} == {
        "IAM", "Logs", "S3", "StepFunctions",
    }  # fmt: skip


def test_what_holds_data_has_the_logical_ids_that_no_version_changes() -> None:
    resources = shipped()["Resources"]
    assert {name: resources.get(name, {}).get("Type") for name in CREATED} == CREATED


def test_the_guide_tells_the_parameters_and_names_no_other() -> None:
    page, parameters = GUIDE.read_text(encoding="utf-8"), shipped()["Parameters"]
    told = dict(re.findall(r"^\| `(\w+)` \|.*\| ([^|]+) \|$", page, re.MULTILINE))
    assert {name: default.strip("`") for name, default in told.items()} == {
        name: str(parameter.get("Default", "required")) or "empty" for name, parameter in parameters.items()
    }
    commands = re.findall(r"```(?:sh|terraform|typescript)\n(.*?)```", page, re.DOTALL)
    given = {name for command in commands for name in re.findall(r"\b([A-Z]\w+)(?:=| += |: )[\"'\w]", command)}
    assert set(NEEDED) <= given <= set(parameters)
    assert set(re.findall(r"`(\w+)`", page.split("The outputs are")[1].split(". ")[0])) == set(shipped()["Outputs"])


def test_cdk_includes_it_as_it_is() -> None:
    stack = cdk.Stack(cdk.App(), "Theirs", synthesizer=cdk.LegacyStackSynthesizer())
    found = include.CfnInclude(
        stack, "Training", template_file=str(FILE), preserve_logical_ids=True, parameters={"DataBucket": "their-data"}
    )
    assert found.get_output("StateMachineArn").value is not None
    template = cdk.App.of(stack).synth().get_stack_by_name("Theirs").template  # type: ignore[union-attr]
    assert set(template["Resources"]) == set(shipped()["Resources"])
    given = DeployedTemplate(
        {**template, "Parameters": {**template["Parameters"], "Image": {"Default": NEEDED["Image"]}}}
    )
    assert machine_settings(given) == machine_settings(with_parameters(DataBucket="their-data"))


MACHINE, MACHINE_POLICY, JOB_POLICY, CHECKPOINTS = (
    "TrainingStateMachineEAE34FB3",
    "TrainingStateMachineRoleDefaultPolicyE3AAC6BF",
    "TrainingRoleDefaultPolicy4032EFC5",
    "TrainingCheckpointBucket374C77C0",
)

SPOT = {"InstanceType": "ml.m5.xlarge", "InstanceCount": 1, "Market": "spot", "Tries": 1}
ON_DEMAND = {**SPOT, "Market": "on-demand"}

SAYS: dict[str, tuple[str, dict[str, Any], set[str]]] = {
    "Image": (
        f"210987654321.dkr.ecr.eu-west-1.amazonaws.com/team/churn@sha256:{'0' * 64}",
        {
            "Request.AlgorithmSpecification.TrainingImage": (
                f"210987654321.dkr.ecr.eu-west-1.amazonaws.com/team/churn@sha256:{'0' * 64}"
            )
        },
        {MACHINE, JOB_POLICY},
    ),
    "DataBucket": (
        "other-data",
        {
            "Request.InputDataConfig.0.DataSource.S3DataSource.S3Uri": "s3://other-data/",
            "InputLocations": ["s3://other-data/"],
        },
        {MACHINE, JOB_POLICY},
    ),
    "DataPrefix": (
        "in/2026/",
        {
            "Request.InputDataConfig.0.DataSource.S3DataSource.S3Uri": "s3://data-bucket/in/2026/",
            "InputLocations": ["s3://data-bucket/in/2026/"],
        },
        {MACHINE, JOB_POLICY},
    ),
    "BaseJobName": ("churn", {"BaseJobName": "churn"}, {MACHINE, JOB_POLICY, MACHINE_POLICY}),
    "SpotInstanceType": (
        "ml.g5.xlarge",
        {"Capacities": [{**SPOT, "InstanceType": "ml.g5.xlarge"}, ON_DEMAND]},
        {MACHINE, MACHINE_POLICY},
    ),
    "OnDemandInstanceType": ("", {"Capacities": [SPOT]}, {MACHINE}),
    "InstanceCount": (
        "3",
        {"Capacities": [{**SPOT, "InstanceCount": 3}, {**ON_DEMAND, "InstanceCount": 3}]},
        {MACHINE},
    ),
    "VolumeSizeInGB": ("200", {"Request.ResourceConfig.VolumeSizeInGB": 200}, {MACHINE}),
    "CapacityPatienceInSeconds": ("900", {"CapacityPatienceInSeconds": 900}, {MACHINE}),
    "MaxRuntimeInSeconds": ("7200", {"MaxRuntimeInSeconds": 7200, "LongestRuntimeInSeconds": 7200}, {MACHINE}),
    "MaxWaitTimeInSeconds": ("9000", {"MaxWaitTimeInSeconds": 9000}, {MACHINE}),
    "OutputPrefix": (
        "made/here",
        {"Request.OutputDataConfig.S3OutputPath": "s3://trainingoutputbucketd42020dc/made/here"},
        {MACHINE, JOB_POLICY},
    ),
    "CheckpointExpirationInDays": ("7", {"CheckpointsKeptInSeconds": "{% 86400 * 7 %}"}, {MACHINE, CHECKPOINTS}),
}
"""By parameter: a value, what the machine's settings have then, and which resources differ from the default."""


@pytest.mark.parametrize("name", shipped()["Parameters"])
def test_each_parameter_changes_what_it_says_and_nothing_else(name: str) -> None:
    value, said, changed = SAYS[name]
    default, given = with_parameters(), with_parameters(**{name: value})
    settings = machine_settings(given)
    assert {path: at(settings, path) for path in said} == said
    before, after = _resolved(default), _resolved(given)
    assert {resource for resource in after if before[resource] != after[resource]} == changed
    if {JOB_POLICY, MACHINE_POLICY} & changed and name != "Image":
        policies = json.dumps([after[policy] for policy in sorted({JOB_POLICY, MACHINE_POLICY} & changed)])
        assert value in policies


def test_the_repository_is_that_of_the_image() -> None:
    for end in (":1.4", f"@sha256:{'0' * 64}", f":1.4@sha256:{'0' * 64}"):
        image = f"210987654321.dkr.ecr.eu-west-1.amazonaws.com/team/churn.v2{end}"
        policy = json.dumps(_resolved(with_parameters(Image=image))[JOB_POLICY])
        assert '"arn:aws:ecr:eu-west-1:210987654321:repository/team/churn.v2"' in policy


def test_jobs_are_held_to_the_types_of_the_plan() -> None:
    def types(**given: str) -> list[str]:
        policy = _resolved(with_parameters(**given))[MACHINE_POLICY]["PolicyDocument"]
        (condition,) = (each["Condition"] for each in policy["Statement"] if "CreateTrainingJob" in str(each["Action"]))
        found: list[str] = condition["ForAllValues:StringEquals"]["sagemaker:InstanceTypes"]
        return found

    assert types(SpotInstanceType="ml.g5.xlarge") == ["ml.g5.xlarge", "ml.m5.xlarge"]
    assert types(SpotInstanceType="ml.g5.xlarge", OnDemandInstanceType="") == ["ml.g5.xlarge"]
    assert types() == ["ml.m5.xlarge"]


GOOD = {
    "Image": [NEEDED["Image"], f"123456789012.dkr.ecr.eu-west-1.amazonaws.com/a/b_c.d@sha256:{'f' * 64}"],
    "DataBucket": ["data-bucket", "my.data.1"],
    "DataPrefix": ["", "in/", "in/2026=11/x/"],
    "BaseJobName": ["training", "a", "a--b"],
    "SpotInstanceType": ["ml.g5.xlarge", "ml.p6e-gb200.36xlarge", "ml.trn1.2xlarge"],
    "OnDemandInstanceType": ["", "ml.g5.xlarge"],
    "OutputPrefix": ["models", "a/b"],
}
BAD = {
    "Image": ["churn:1.4", "https://123456789012.dkr.ecr.eu-west-1.amazonaws.com/churn:1.4",
              "123456789012.dkr.ecr.eu-west-1.amazonaws.com/churn", "docker.io/library/churn:1",
              "123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/churn:1.4"],
    "DataBucket": ["s3://data", "Data", "*", "", 'a"b'],
    "DataPrefix": ["in", "/in/", "*/", "in//", 'a"/', "{% 1 %}/", "a\\/", "${x}/"],
    "BaseJobName": ["", "Training", "-a", "a-", "a_b", "*"],
    "SpotInstanceType": ["", "g5.xlarge", "*", "ml.*"],
    "OnDemandInstanceType": ["none", "g5.xlarge"],
    "OutputPrefix": ["", "/models", "models/", "a//b", "*"],
}  # fmt: skip
"""Values that CloudFormation is to refuse before anything is created: what would be wrong, or would grant more."""


def test_what_a_parameter_may_be_is_refused_early() -> None:
    parameters = shipped()["Parameters"]
    texts = {name for name, parameter in parameters.items() if parameter["Type"] == "String"}
    assert set(GOOD) == set(BAD) == texts
    for name in texts:
        # CloudFormation holds the whole value to a pattern, and Java's \$ and Python's differ only before a newline
        pattern = re.compile(parameters[name]["AllowedPattern"])
        assert [value for value in GOOD[name] if not pattern.fullmatch(value)] == [], name
        assert [value for value in BAD[name] if pattern.fullmatch(value)] == [], name
    for name, parameter in parameters.items():
        assert parameter["ConstraintDescription"].startswith("must be "), name
        assert len(parameter["Description"]) <= 4000
        assert name in texts or parameter["MinValue"] <= parameter["Default"] <= parameter["MaxValue"]


def test_the_base_job_name_is_held_to_the_constructs_rule() -> None:
    for value in BAD["BaseJobName"] + GOOD["BaseJobName"]:
        assert bool(base_job_name_problems(value)) is (value in BAD["BaseJobName"])


def at(document: Any, path: str) -> Any:
    for name in path.split("."):
        document = document[int(name)] if isinstance(document, list) else document[name]
    return document


def _resolved(template: DeployedTemplate) -> dict[str, Any]:
    types = {resource["Type"] for resource in shipped()["Resources"].values()}
    return {name: found for kind in types for name, found in template.resources(kind).items()}

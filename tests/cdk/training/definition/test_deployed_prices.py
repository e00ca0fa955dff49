"""Prices that are deployed with a training: what of them is in its machine, and what is refused at synth."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk.assertions import Template

from constructs_lib import Capacity, Deadline, Prices, SpotTraining, TrainingImage
from constructs_lib.training_job.capacity.prices import FORM
from tests.support.templates import app_context, definition

IMAGE = TrainingImage.from_registry("123456789012.dkr.ecr.eu-west-1.amazonaws.com/churn:1.4")
PRICES = Prices.of(json.loads(FORM))
TWO_REGIONS = Prices(as_of="2026-11-27", dollars_per_hour={"us-east-1": {"ml.g5.xlarge": 1}, "eu-west-1": {}})


def machine(region: str | None = "eu-west-1", **options: Any) -> dict[str, Any]:
    stack = cdk.Stack(cdk.App(context=app_context()), "Test", env=cdk.Environment(region=region))
    given = {"image": IMAGE, "capacity": [Capacity.spot("ml.g5.xlarge")], "base_job_name": "churn", **options}
    SpotTraining(stack, "Training", **given)
    return definition(Template.from_stack(stack))


def settings(**options: Any) -> dict[str, Any]:
    found: dict[str, Any] = machine(**options)["States"]["Prepare"]["Assign"]["spot_training_settings"]
    return found


def test_the_prices_of_the_region_and_of_its_instances_are_in_the_machine(tmp_path: Path) -> None:
    path = tmp_path / "prices.json"
    regions = {"eu-west-1": {"ml.g5.xlarge": 1.4, "ml.m5.xlarge": 0.2, "ml.c5.xlarge": 0.1}, "us-east-1": {}}
    path.write_text(json.dumps({"AsOf": "2026-11-27", "DollarsPerHour": regions}))
    found = settings(prices=Prices.from_file(path), max_cost=25, allowed_instance_types=["ml.m5.xlarge"])
    assert found["Prices"] == {
        "AsOf": "2026-11-27",
        "Region": "eu-west-1",
        "DollarsPerHour": {"ml.g5.xlarge": 1.4, "ml.m5.xlarge": 0.2},
    }
    assert found["MaxCost"] == 25
    assert "MaxCost" in found["InputFields"]


def test_an_object_of_the_same_form_will_do_and_one_region_where_the_stacks_is_not_known() -> None:
    found = settings(prices=json.loads(FORM), region=None)
    assert found["Prices"]["Region"] == "eu-west-1"
    assert "MaxCost" not in found


def test_a_training_with_a_deadline_has_prices_for_the_command_alone() -> None:
    hours = cdk.Duration.hours
    found = settings(
        capacity=[Capacity.spot("ml.g5.xlarge"), Capacity.on_demand("ml.g5.xlarge")],
        prices=PRICES,
        deadline=Deadline.after(hours(9), expected_runtime=hours(2)),
    )
    assert found["Prices"]["DollarsPerHour"] == {"ml.g5.xlarge": 1.408}
    assert "MaxCost" not in found["InputFields"]


def test_a_machine_without_prices_has_nothing_of_them() -> None:
    without = json.dumps(machine())
    assert "MaxCost" not in without
    assert "Prices" not in without


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"max_cost": 5}, "'max_cost' is reckoned by 'prices', and there are none"),
        ({"max_cost": 0, "prices": PRICES}, "'max_cost' must be a number of dollars above nought, got 0"),
        ({"max_cost": "5", "prices": PRICES}, "'max_cost' must be a number, got '5'"),
        (
            {"max_cost": cdk.Token.as_number(cdk.Fn.ref("Dollars")), "prices": PRICES},
            "'max_cost' must be known at synth",
        ),
        (
            {"max_cost": 5, "prices": PRICES, "allowed_instance_types": ["ml.m5.xlarge", "ml.p3.2xlarge"]},
            "'prices' has none of ml.m5.xlarge in eu-west-1",
        ),
        (
            {"max_cost": 5, "prices": PRICES, "capacity": [Capacity.spot(cdk.Fn.ref("Type"))]},
            "'max_cost' needs instance types that are known at synth",
        ),
        (
            {
                "max_cost": 5,
                "prices": PRICES,
                "capacity": [Capacity.spot("ml.g5.xlarge"), Capacity.on_demand("ml.g5.xlarge")],
                "deadline": Deadline.after(cdk.Duration.hours(9), expected_runtime=cdk.Duration.hours(2)),
            },
            "'max_cost' could end a run that 'deadline' is to bring to its end",
        ),
        ({"prices": PRICES, "region": "us-east-1"}, "'prices' must have those of us-east-1, the stack's Region, got "),
        (
            {"prices": TWO_REGIONS, "region": None},
            "'prices' must be of one Region where that of the stack is not",
        ),
        ({"prices": {"DollarsPerHour": {}}}, "'AsOf' must be the day of the prices, such as 2026-11-27, got None"),
        ({"prices": {"AsOf": "x", "DollarsPerHour": {"a": {"b": -1}}}}, "the price of 'b' in 'a' must be a number"),
        ({"prices": 5}, "'prices' must be a Prices or a mapping"),
    ],
)
def test_prices_that_cannot_be_reckoned_by_are_refused(options: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=re.escape(said)):
        machine(**options)


def test_prices_are_checked_however_they_are_made() -> None:
    with pytest.raises(ValueError, match="'AsOf' must be the day of the prices"):
        Prices(as_of="lately", dollars_per_hour={})
    with pytest.raises(ValueError, match=r"the price of 'ml\.g5\.xlarge' in 'eu-west-1' must be a number of dollars"):
        Prices(as_of="2026-11-27", dollars_per_hour={"eu-west-1": {"ml.g5.xlarge": 0}})
    with pytest.raises(ValueError, match="there is no object"):
        Prices.of([])


def test_a_file_that_is_none_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"the prices '.*none.json' cannot be read: No such file"):
        Prices.from_file(tmp_path / "none.json")
    (tmp_path / "text.json").write_text("x")
    with pytest.raises(ValueError, match="must be a JSON file such as"):
        Prices.from_file(tmp_path / "text.json")

"""Prices: asked of AWS's list, read from a file, kept on this machine."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from constructs_lib.runs.aws.clients import Clients
from constructs_lib.runs.aws.errors import RunsError
from constructs_lib.runs.prices.kept import KeptPrices, directory
from constructs_lib.runs.prices.price_book import Price, PriceBook, from_file
from constructs_lib.runs.prices.price_list import from_price_list
from constructs_lib.training_job.capacity.prices import FORM

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
PRICE = Price(dollars_per_hour=1.408, as_of="2026-11-20")


def product(usage: str, *dollars: str, unit: str = "Hrs", currency: str = "USD") -> str:
    """Write a product in the form of the price list."""
    dimensions = {
        f"SKU.TERM.{number}": {
            "unit": unit, "endRange": "Inf", "beginRange": "0", "appliesTo": [],
            "description": f"${amount} per hour", "rateCode": f"SKU.TERM.{number}", "pricePerUnit": {currency: amount},
        }
        for number, amount in enumerate(dollars)
    }  # fmt: skip
    return json.dumps({
        "product": {
            "productFamily": "ML Instance", "sku": "SKU",
            "attributes": {"usagetype": usage, "regionCode": "eu-west-1", "instanceName": "ml.g5.xlarge"},
        },
        "serviceCode": "AmazonSageMaker",
        "terms": {"OnDemand": {"SKU.TERM": {"sku": "SKU", "priceDimensions": dimensions, "termAttributes": {}}}},
        "version": "20261120000000", "publicationDate": "2026-11-20T09:00:00Z",
    })  # fmt: skip


def listed(*pages: list[str]) -> tuple[Any, Stubber]:
    """Make a client of the price list that gives these pages."""
    client = boto3.client("pricing", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="y")  # noqa: S106
    stubber = Stubber(client)
    for number, page in enumerate(pages):
        asked: dict[str, Any] = {
            "ServiceCode": "AmazonSageMaker",
            "FormatVersion": "aws_v1",
            "Filters": [
                {"Type": "TERM_MATCH", "Field": "regionCode", "Value": "eu-west-1"},
                {"Type": "TERM_MATCH", "Field": "productFamily", "Value": "ML Instance"},
                {"Type": "TERM_MATCH", "Field": "instanceName", "Value": "ml.g5.xlarge"},
            ],
        }
        more = {"NextToken": str(number)} if number + 1 < len(pages) else {}
        before = {"NextToken": str(number - 1)} if number else {}
        stubber.add_response("get_products", {"PriceList": page, **more}, {**asked, **before})
    stubber.activate()
    return client, stubber


@pytest.mark.parametrize(
    ("pages", "dollars"),
    [
        ([[product("EU-Train:ml.g5.xlarge", "1.408")]], 1.408),
        # the list has each type for all that SageMaker does, and for spot jobs
        (
            [[product("EU-Host:ml.g5.xlarge", "1.6"), product("EU-SpotTraining:ml.g5.xlarge", "9")],
             [product("EU-Train:ml.g5.xlarge", "1.408"), product("EU-Train:ml.g5.xlarge.other", "7")]],
            1.408,
        ),
        ([[product("Train:ml.g5.xlarge", "0", "1.5")]], 1.5),
        ([[product("EU-Train:ml.g5.xlarge", "1.5", "1.6")]], 1.6),
        ([[product("EU-Train:ml.g5.xlarge", "1.5", unit="GB")]], None),
        ([[product("CNN1-Train:ml.g5.xlarge", "9.9", currency="CNY")]], None),
        ([[]], None),
    ],
)  # fmt: skip
def test_the_price_list_is_asked_for_a_type(pages: list[list[str]], dollars: float | None) -> None:
    client, stubber = listed(*pages)
    found = from_price_list(client, "eu-west-1", "ml.g5.xlarge")
    assert found == (None if dollars is None else Price(dollars_per_hour=dollars, as_of="2026-11-20"))
    stubber.assert_no_pending_responses()


def test_fails_in_one_sentence_where_the_list_may_not_be_asked() -> None:
    client, stubber = listed()
    stubber.add_client_error("get_products", "AccessDeniedException", "not authorized")
    book = PriceBook(lambda name: from_price_list(client, "eu-west-1", name))
    assert book.of("ml.g5.xlarge") is None
    # and once is enough
    assert book.of("ml.m5.xlarge") is None
    assert book.problem == "these credentials may not call GetProducts: not authorized"


def test_the_embedded_aws_is_not_asked_for_prices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "y")
    local = Clients.connect("eu-west-1", None, "http://localhost:5000")
    with pytest.raises(RunsError, match="stands in for AWS has no price list; pass --prices FILE"):
        local.price_list()
    with pytest.raises(RunsError, match="price list cannot be asked from cn-north-1; pass --prices FILE"):
        Clients.connect("cn-north-1").price_list()
    assert Clients.connect("eu-west-1").price_list().meta.endpoint_url == "https://api.pricing.us-east-1.amazonaws.com"


def test_a_file_has_prices_by_region(tmp_path: Path) -> None:
    path = tmp_path / "prices.json"
    path.write_text(FORM)
    for region in ("eu-west-1", None):
        book = from_file(path, region)
        assert book.of("ml.g5.xlarge") == Price(dollars_per_hour=1.408, as_of="2026-11-27")
    assert from_file(path, "us-east-1").of("ml.g5.xlarge") is None
    path.write_text('{"DollarsPerHour": {"eu-west-1": {}, "us-east-1": {}}}')
    with pytest.raises(RunsError, match=r"has prices of several Regions \(eu-west-1, us-east-1\); pass --region"):
        from_file(path, None)
    assert book.of("ml.m5.xlarge") is None
    assert book.problem == "there is no price of ml.m5.xlarge; pass it with --prices FILE"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "is none: "),
        ("[]", "there is no object"),
        ("{}", "'DollarsPerHour' must have prices by Region and instance type"),
        ('{"DollarsPerHour": {"ml.g5.xlarge": 1}}', "'DollarsPerHour' must have prices by Region and instance type"),
        ('{"DollarsPerHour": {}, "Prices": 1}', "'Prices' is none of 'AsOf', 'DollarsPerHour'"),
        ('{"DollarsPerHour": {"r": {"t": "1"}}, "AsOf": 1}', "'AsOf' must be a day such as 2026-11-27, got 1; "),
        ('{"DollarsPerHour": {"r": {"t": "1"}}}', "the price of 't' in 'r' must be a number of dollars above nought"),
        ('{"DollarsPerHour": {"r": {"t": Infinity}}}', "above nought, got inf"),
        (None, "cannot be read: No such file or directory"),
    ],
)
def test_fails_on_a_file_of_another_form(tmp_path: Path, text: str | None, said: str) -> None:
    path = tmp_path / "prices.json"
    if text is not None:
        path.write_text(text)
    with pytest.raises(RunsError) as raised:
        from_file(path, "eu-west-1")
    assert said in str(raised.value)


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return directory()


def test_a_price_is_kept_for_a_week_where_nobody_else_writes(cache: Path) -> None:
    asked = []

    def ask(name: str) -> Price:
        asked.append(name)
        return PRICE

    for days, times in ((0, 1), (7, 1), (8, 2)):
        kept = KeptPrices("eu-west-1", partial(NOW.__add__, timedelta(days=days)))
        assert kept.or_else(ask)("ml.g5.xlarge") == PRICE
        assert len(asked) == times
    assert cache.stat().st_mode & 0o777 == 0o700
    assert KeptPrices("us-east-1", lambda: NOW).of("ml.g5.xlarge") is None
    # a clock that was wrong, and a directory that others may write to
    assert KeptPrices("eu-west-1", lambda: NOW - timedelta(days=1)).of("ml.g5.xlarge") is None
    cache.chmod(0o777)
    assert KeptPrices("eu-west-1", lambda: NOW + timedelta(days=8)).of("ml.g5.xlarge") is None


@pytest.mark.parametrize("text", ["", "[]", '{"ml.g5.xlarge": 1}', '{"ml.g5.xlarge": {"AskedAt": "x"}}'])
def test_what_is_kept_and_cannot_be_read_is_asked_again(cache: Path, text: str) -> None:
    cache.mkdir(parents=True, mode=0o700)
    (cache / "eu-west-1.json").write_text(text)
    kept = KeptPrices("eu-west-1", lambda: NOW)
    assert kept.or_else(lambda _: PRICE)("ml.g5.xlarge") == PRICE
    assert kept.of("ml.g5.xlarge") == PRICE


def test_a_home_that_may_not_be_written_to_is_no_trouble(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.parent.parent.joinpath("spot-training").write_text("a file")
    assert KeptPrices("eu-west-1", lambda: NOW).or_else(lambda _: PRICE)("ml.g5.xlarge") == PRICE
    assert not os.path.isdir(cache)  # noqa: PTH112

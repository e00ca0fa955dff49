"""AWS's own price list, asked for one instance type at a time.

https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_pricing_GetProducts.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from constructs_lib.runs.aws.errors import RunsError, plain_errors
from constructs_lib.runs.prices.price_book import Price

_TRAINING = r"(?:.+-)?Train:{}"
"""The usage type of a training instance: `USE1-Train:ml.m5.large`. Spot jobs have another one, which is not asked for:
what they save is told by fewer seconds, at this price."""


def from_price_list(client: Any, region: str, instance_type: str) -> Price | None:
    """Return the on-demand price of a training instance; None where the list has none in dollars.

    Args:
        client: The client of the price list.
        region: The Region in which it trains.
        instance_type: Such as `ml.g5.xlarge`.

    Raises:
        RunsError: If AWS cannot be asked.
    """
    filters = {"regionCode": region, "productFamily": "ML Instance", "instanceName": instance_type}
    asked = [{"Type": "TERM_MATCH", "Field": field, "Value": value} for field, value in filters.items()]
    with plain_errors():
        pages = client.get_paginator("get_products").paginate(
            ServiceCode="AmazonSageMaker", Filters=asked, FormatVersion="aws_v1"
        )
        products = [json.loads(text) for page in pages for text in page["PriceList"]]
    usage = re.compile(_TRAINING.format(re.escape(instance_type)))
    found = [
        price
        for product in products
        if usage.fullmatch(str(product.get("product", {}).get("attributes", {}).get("usagetype", "")))
        for price in _prices(product)
    ]
    # of several, none should be told too low
    return max(found, key=lambda price: price.dollars_per_hour, default=None)


def _prices(product: Mapping[str, Any]) -> Iterator[Price]:
    """Yield what an hour costs on-demand: a product has terms, and a term dimensions."""
    as_of = str(product.get("publicationDate", ""))[:10]
    for term in product.get("terms", {}).get("OnDemand", {}).values():
        for dimension in term.get("priceDimensions", {}).values():
            text = str(dimension.get("pricePerUnit", {}).get("USD", "0"))
            try:
                dollars = float(text)
            except ValueError as error:
                raise RunsError(f"the price list has a price that is no number: {text!r}") from error
            if dimension.get("unit") == "Hrs" and dollars > 0:
                yield Price(dollars_per_hour=dollars, as_of=as_of)

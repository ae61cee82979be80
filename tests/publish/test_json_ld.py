"""JSON-LD on the hosted page: the same prices as in the JSON, in schema.org's words."""

import json
import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.publish import samples
from tests.publish.samples import NOW, location, one_rate, public, rate, resource
from widget_server.model import ResourceData
from widget_server.publish.compose import Document, compose, filtered
from widget_server.publish.page import PageFiles, Pages
from widget_server.publish.query import Kind, Wanted

PAGES = Pages("https://prices.example.com", PageFiles("/static/widget.css", "/static/widget-page.js"))


def extracted(document: Document, wanted: Wanted = Wanted(Kind.PAGE)) -> Any:  # noqa: B008 (frozen)
    """The page's JSON-LD, found as a crawler finds it."""
    page = PAGES.render(document, wanted)
    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    return json.loads(block)


def offers(found: Any) -> list[Any]:
    return [offer for business in found["@graph"] for offer in business["makesOffer"]]


def only_price(data: Any) -> Any:
    (offer,) = offers(extracted(compose(data, now=NOW)))
    return offer["priceSpecification"]


@pytest.mark.parametrize(
    "wanted",
    [
        Wanted(Kind.PAGE),
        Wanted(Kind.PAGE, "1301"),
        Wanted(Kind.PAGE, "1198", ("office", "floor")),
        Wanted(Kind.PAGE, period="month"),
        Wanted(Kind.PAGE, locale="ar"),
    ],
)
def test_every_price_of_the_json_is_there_to_the_character(wanted: Wanted) -> None:
    document = compose(samples.demo(), now=NOW)
    shown = filtered(document, location=wanted.location, types=wanted.types, period=wanted.period)
    rates = [rate for each in shown["locations"] for room in each["resources"] for rate in room["rates"]]
    in_json = [(rate["id"], rate["amount"], rate["currency"]) for rate in rates if "amount" in rate]
    said = [
        (each["identifier"], each["priceSpecification"]["price"], each["priceSpecification"]["priceCurrency"])
        for each in offers(extracted(document, wanted))
    ]
    assert said == in_json
    assert said


def test_a_location_is_a_business_that_makes_offers() -> None:
    found = extracted(compose(samples.demo(), now=NOW))
    assert found["@context"] == "https://schema.org"
    berlin, london = found["@graph"]
    assert {key: value for key, value in london.items() if key != "makesOffer"} == {
        "@type": "LocalBusiness", "identifier": "1198", "name": "Demo Workspace – London",
        "description": "Four floors above the canal, five minutes from King's Cross.",
        "address": "12 Canal Street, London N1 9AG", "url": "https://prices.example.com/widget",
    }  # fmt: skip
    board = samples.meeting_rooms()[0].data
    assert board is not None
    assert london["makesOffer"][0] == {
        "@type": "Offer", "identifier": "r1", "name": "Boardroom – Hourly", "url": "https://demo.example/book/r1",
        "itemOffered": {
            "@type": "Service", "identifier": "7843", "name": "Boardroom", "serviceType": "meeting-room",
            "description": board.description,
        },
        "availability": "https://schema.org/InStock",
        "priceSpecification": {
            "@type": "UnitPriceSpecification", "price": "45.00", "priceCurrency": "GBP", "unitCode": "HUR",
            "valueAddedTaxIncluded": False,
        },
    }  # fmt: skip
    assert berlin["makesOffer"][0]["priceSpecification"]["price"] == "0.00"


@pytest.mark.parametrize(
    ("unit", "count", "said"),
    [
        ("month", 1, {"unitCode": "MON"}),
        ("year", 1, {"unitCode": "ANN"}),
        ("half_day", 1, {"unitText": "half day"}),
        ("per lunar cycle", 1, {"unitText": "per lunar cycle"}),
        ("day", 10, {"unitCode": "DAY", "referenceQuantity": {"value": 10, "unitCode": "DAY"}}),
        ("four_weeks", 1, {"unitCode": "WEE", "referenceQuantity": {"value": 4, "unitCode": "WEE"}}),
        (None, 1, {}),
    ],
)
def test_units_are_the_codes_of_un_cefact_where_it_has_one(unit: str | None, count: int, said: Any) -> None:
    price = only_price(one_rate(rate("r", unit=unit, unit_count=count)))
    found = {key: value for key, value in price.items() if key in ("unitCode", "unitText", "referenceQuantity")}
    if "referenceQuantity" in found:
        assert found["referenceQuantity"].pop("@type") == "QuantitativeValue"
    assert found == said


def test_tax_validity_and_least_prices_are_said_when_they_are_known() -> None:
    price = only_price(
        one_rate(rate("r", "180.00", price_type="from", tax_mode="inclusive", tax_rate=Decimal(20),
                      valid_from=date(2026, 1, 1), valid_to=date(2026, 12, 31)))
    )  # fmt: skip
    assert (price["minPrice"], price["valueAddedTaxIncluded"]) == ("180.00", True)
    assert (price["validFrom"], price["validThrough"]) == ("2026-01-01", "2026-12-31")
    assert not {"minPrice", "valueAddedTaxIncluded", "validFrom"} & set(only_price(one_rate(rate("r"))))


def test_what_comes_later_is_a_pre_order_and_what_cannot_be_booked_says_nothing() -> None:
    later = resource("2", "A", "office", rate("r"), data=ResourceData(available_from=date(2026, 4, 1)))
    closed = resource("3", "B", "office", rate("s"), data=ResourceData(bookable=False))
    first, second = offers(extracted(compose(public(location("1", "L", later, closed)), now=NOW)))
    assert (first["availability"], first["availabilityStarts"]) == ("https://schema.org/PreOrder", "2026-04-01")
    assert "availability" not in second


def test_a_price_on_application_is_no_offer() -> None:
    data = one_rate(rate("r", None, price_type="on_application"))
    assert "makesOffer" not in extracted(compose(data, now=NOW))["@graph"][0]


def test_markup_in_names_cannot_end_the_block() -> None:
    hostile = "</script><script>alert(1)</script><!--\u2028&amp;"
    found = extracted(compose(public(location("1", hostile, resource("2", hostile, "office", rate("r")))), now=NOW))
    assert found["@graph"][0]["name"] == hostile


def test_what_a_price_by_time_is_for_is_said_in_words_since_no_code_says_both() -> None:
    room = resource("1", "Desks", "hot-desk", rate("r", "300.00", "month", per="desk"))
    document = compose(public(location("1198", "Demo", room)), now=NOW)
    assert document["locations"][0]["resources"][0]["rates"][0]["per"] == "desk"
    (offer,) = offers(extracted(document))
    assert offer["priceSpecification"]["unitText"] == "desk and month"
    assert "unitCode" not in offer["priceSpecification"]

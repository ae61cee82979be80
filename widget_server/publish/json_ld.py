"""What a page shows → schema.org's words for it, which search engines read. Pure.

Every price in here is a price of the document, to the character: a search result must not promise another one.
`LocalBusiness` → `Offer` → `UnitPriceSpecification`; units are codes of UN/CEFACT's Recommendation 20 where it has one.
"""

from typing import Any

from widget_server.publish.compose import Document

UNIT_CODES = {
    "minute": "MIN", "hour": "HUR", "day": "DAY", "week": "WEE", "four_weeks": "WEE", "month": "MON", "quarter": "QAN",
    "year": "ANN",
}  # fmt: skip
UNIT_TEXTS = {"half_day": "half day", "use": "use", "one_off": "one-off"}
"""For what the recommendation has no code; a source's own unit is said in its own words."""
WEEKS_IN_FOUR_WEEKS = 4
_SCHEMA = "https://schema.org"


def structured(locations: list[Document], page_url: str) -> dict[str, Any]:
    """JSON-LD of the document's `locations`, which are shown at `page_url` (absolute). Rates without an amount aren't
    in it: an offer without a price says nothing."""
    return {"@context": _SCHEMA, "@graph": [_business(each, page_url) for each in locations]}


def _business(location: Document, page_url: str) -> dict[str, Any]:
    offers = [
        _offer(rate, resource, page_url)
        for resource in location["resources"]
        for rate in resource["rates"]
        if "amount" in rate
    ]
    return _known(
        {"@type": "LocalBusiness", "identifier": location["id"], "name": location["name"]},
        description=location.get("description"),
        address=", ".join(location.get("address", ())),
        url=location.get("url", page_url),
        makesOffer=offers,
    )


def _offer(rate: Document, resource: Document, page_url: str) -> dict[str, Any]:
    from_day = resource.get("availableFrom")
    return _known(
        {
            "@type": "Offer",
            "identifier": rate["id"],
            "name": " – ".join(filter(None, (resource["name"], rate.get("name")))),
        },
        url=rate.get("bookingUrl") or resource.get("url") or page_url,
        itemOffered=_service(resource),
        availability=None
        if resource.get("bookable") is False
        else f"{_SCHEMA}/{'PreOrder' if from_day else 'InStock'}",
        availabilityStarts=from_day,
        priceSpecification=_price(rate),
    )


def _service(resource: Document) -> dict[str, Any]:
    return _known(
        {"@type": "Service", "identifier": resource["id"], "name": resource["name"]},
        serviceType=resource.get("type"),
        description=resource.get("description"),
    )


def _price(rate: Document) -> dict[str, Any]:
    tax = rate.get("taxMode")
    return _known(
        {"@type": "UnitPriceSpecification", "price": rate["amount"], "priceCurrency": rate["currency"]},
        minPrice=rate["amount"] if rate["priceType"] == "from" else None,
        **_unit(rate),
        valueAddedTaxIncluded=None if tax is None else tax == "inclusive",
        validFrom=rate.get("validFrom"),
        validThrough=rate.get("validTo"),
    )


def _unit(rate: Document) -> dict[str, Any]:
    """What the price is for: "HUR", or two of it as a reference quantity. A code can't say "per desk", so words do."""
    unit, count = rate.get("unit"), rate.get("unitCount", 1)
    if unit is None:
        return {}
    code = UNIT_CODES.get(unit)
    named = {"unitCode": code} if code else {"unitText": UNIT_TEXTS.get(unit, unit)}
    if "per" in rate:
        named = {"unitText": f"{rate['per']} and {UNIT_TEXTS.get(unit, unit.replace('_', ' '))}"}
    many = count * WEEKS_IN_FOUR_WEEKS if unit == "four_weeks" else count
    if many == 1:
        return named
    return named | {"referenceQuantity": {"@type": "QuantitativeValue", "value": many} | named}


def _known(always: dict[str, Any], **more: Any) -> dict[str, Any]:
    return always | {key: value for key, value in more.items() if value not in (None, "", [])}

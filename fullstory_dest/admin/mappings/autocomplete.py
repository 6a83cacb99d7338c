"""Autocomplete suggestions of the mapping editor: fields of sample events and of Segment's spec."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, TypedDict

from fullstory_dest.catalog.sample_events import SAMPLE_EVENTS

TYPES = ("track", "page", "identify", "group", "screen", "alias")

# https://segment.com/docs/connections/spec/ecommerce/v2/ and related pages of the spec
EVENTS = (
    "Products Searched",
    "Product List Viewed",
    "Product Clicked",
    "Product Viewed",
    "Product Added",
    "Product Removed",
    "Cart Viewed",
    "Checkout Started",
    "Payment Info Entered",
    "Order Completed",
    "Order Refunded",
    "Signed Up",
    "Signed In",
    "Trial Started",
)
PROPERTIES = (
    *(
        "category",
        "currency",
        "coupon",
        "discount",
        "email",
        "name",
        "order_id",
        "path",
        "price",
        "product_id",
    ),
    *(
        "products",
        "quantity",
        "referrer",
        "revenue",
        "search",
        "sku",
        "tax",
        "title",
        "total",
        "url",
        "value",
    ),
)
TRAITS = (
    *("age", "avatar", "birthday", "company", "createdAt", "email", "firstName", "gender", "id", "lastName"),
    *("name", "phone", "title", "username"),
)
CONTEXT = (
    *(
        "campaign.content",
        "campaign.medium",
        "campaign.name",
        "campaign.source",
        "campaign.term",
        "ip",
        "locale",
    ),
    *("page.path", "page.referrer", "page.search", "page.title", "page.url", "timezone", "userAgent"),
)
OTHER_PATHS = ("userId", "anonymousId", "groupId", "name", "category", "messageId", "timestamp")


class Suggestions(TypedDict):
    """Names by kind of field, without their prefix, and full paths for directives, such as ``$.properties.price``."""

    types: list[str]
    events: list[str]
    names: dict[str, list[str]]
    paths: list[str]


def suggestions(events: Iterable[dict[str, Any]] = tuple(SAMPLE_EVENTS.values())) -> Suggestions:
    """The fields of these events and of Segment's spec."""
    found = [path for event in events for path in _paths(event)]
    names = {
        kind: _sorted_union(
            (path.removeprefix(f"{kind}.") for path in found if path.startswith(f"{kind}.")), known
        )
        for kind, known in (("properties", PROPERTIES), ("traits", TRAITS), ("context", CONTEXT))
    }
    seen = (str(event["event"]) for event in events if isinstance(event.get("event"), str))
    whole = ["type", "event", "properties", "traits", "context", *OTHER_PATHS]
    inner = [f"{kind}.{name}" for kind, known in names.items() for name in known]
    return {
        "types": list(TYPES),
        "events": _sorted_union(seen, EVENTS),
        "names": {**names, "other": list(OTHER_PATHS)},
        "paths": [f"$.{path}" for path in (*whole, *inner)],
    }


def _paths(value: dict[str, Any], before: str = "") -> Iterator[str]:
    for key, part in value.items():
        yield f"{before}{key}"
        if isinstance(part, dict):
            yield from _paths(part, f"{before}{key}.")


def _sorted_union(found: Iterable[str], known: Iterable[str]) -> list[str]:
    return sorted({*found, *known})

"""Sample events to test mappings with: one of each type, as analytics.js creates them."""

from __future__ import annotations

from typing import Any

_CONTEXT: dict[str, Any] = {
    "page": {
        "path": "/pricing",
        "url": "https://www.example.com/pricing",
        "title": "Pricing",
        "search": "",
        "referrer": "",
    },
    "locale": "en-US",
}


def _event(kind: str, **rest: Any) -> dict[str, Any]:
    return {
        "type": kind,
        **rest,
        "userId": "user-42",
        "anonymousId": "507f191e-810c-4197-9de8-60ea00000000",
        "context": _CONTEXT,
    }


SAMPLE_EVENTS: dict[str, dict[str, Any]] = {
    "identify": _event(
        "identify", traits={"name": "Ada Lovelace", "email": "ada@example.com", "plan": "pro", "logins": 7}
    ),
    "track": _event(
        "track",
        event="Order Completed",
        properties={"orderId": "A-1001", "revenue": 129.5, "currency": "EUR"},
    ),
    "page": _event(
        "page", name="Pricing", category="Marketing", properties={"title": "Pricing", "path": "/pricing"}
    ),
    "screen": _event("screen", name="Pricing", properties={"variant": "B"}),
    "group": _event("group", groupId="group-7", traits={"name": "Analytical Engines", "seats": 12}),
    "alias": _event("alias", previousId="507f191e-810c-4197-9de8-60ea00000000"),
}

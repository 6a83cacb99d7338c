"""Routes of events through mappings, and mappings that match the same events."""

import pytest

from fullstory_dest.services.previews import event_routes as service
from fullstory_dest.services.previews.engine import PreviewError
from fullstory_dest.services.previews.event_routes import event_routes, find_overlaps
from tests.factories import destination_spec, mapping_spec, source_spec

ORDERS = 'type = "track" and event = "Order"'


def route_of(mapping, **destination):
    (route,) = event_routes(source_spec(destination_spec(mapping, **destination)))
    return route


def overlapping(*destinations):
    return [[each["id"] for each in route.overlapping] for route in event_routes(source_spec(*destinations))]


@pytest.mark.parametrize(
    ("mapping", "destination", "reason"),
    [
        ({}, {}, None),
        ({"enabled": False}, {}, "disabled"),
        ({}, {"enabled": False}, "destination"),
        ({"enabled": False}, {"enabled": False}, "destination"),
        ({"trigger": "type = "}, {}, "trigger"),
        ({"trigger": 'type = "track" and type = "page"', "enabled": False}, {}, "contradiction"),
        ({"trigger": 'type = "trak"'}, {}, "type"),
    ],
)
def test_it_finds_why_a_mapping_never_runs(mapping, destination, reason):
    assert route_of(mapping_spec(**mapping), **destination).inactive_reason == reason


def test_it_leads_events_to_the_calls_of_an_action():
    route = route_of(mapping_spec(trigger=ORDERS))
    assert [(each.type, each.names) for each in route.events] == [("track", ("Order",))]
    assert route.calls == ("FS('trackEvent')",)


@pytest.mark.parametrize(
    ("action", "calls"),
    [
        ("identifyUserV2", ("FS('setIdentity')", "FS('setProperties')")),
        ("trackEventV2", ("FS('trackEvent')",)),
        ("viewedPageV2", ("FS('setProperties')",)),
        ("identifyUser", ("FS.identify", "FS.setUserVars")),
        ("trackEvent", ("FS.event",)),
        ("viewedPage", ("FS.setVars",)),
    ],
)
def test_it_names_the_calls_of_each_action(action, calls):
    assert route_of(mapping_spec(action=action)).calls == calls


def test_it_finds_mappings_that_match_the_same_events():
    first = destination_spec(
        mapping_spec(id=1),
        mapping_spec(id=2, trigger=ORDERS),
        mapping_spec(id=3, trigger=ORDERS.replace("Order", "Cart")),
        mapping_spec(id=4, enabled=False),
        mapping_spec(id=5, action="viewedPageV2", fields={}),
    )
    other = destination_spec(mapping_spec(id=6), id=2)
    assert overlapping(first, other) == [[2, 3], [1], [1], [], [], []]


def test_it_finds_an_event_that_only_both_triggers_describe():
    one, other = 'type = "track" and properties.a = 1', 'type = "track" and properties.b = 2'
    assert find_overlaps((one, other), (1, 1)) == ((0, 1),)


def test_it_compares_a_limited_number_of_mappings(monkeypatch):
    triggers, groups = ('type = "track"', ORDERS, 'event = "Order"'), (0, 0, 0)
    find_overlaps.cache_clear()
    monkeypatch.setattr(service, "MAXIMUM_PAIRS", 2)
    assert find_overlaps(triggers, groups) == ((0, 1), (0, 2))
    find_overlaps.cache_clear()


def test_it_returns_routes_without_overlaps_if_busy(monkeypatch):
    def refuse(*_):
        raise PreviewError("Busy")

    monkeypatch.setattr(service, "find_overlaps", refuse)
    assert overlapping(destination_spec(mapping_spec(id=1), mapping_spec(id=2))) == [[], []]

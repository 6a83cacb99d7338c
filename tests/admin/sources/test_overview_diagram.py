"""The diagram of events, mappings and calls."""

from itertools import pairwise

from fullstory_dest.models import Mapping
from fullstory_dest.services.previews.event_routes import event_routes
from fullstory_dest.services.spec import source_spec
from tests.admin.pages import text, url
from tests.factories import a_destination, a_mapping, a_set_up_source, a_source


def routes(source):
    return {route.mapping["name"]: route for route in event_routes(source_spec(source))}


def test_it_shows_events_mappings_and_calls(owner):
    source = a_set_up_source()
    a_mapping(source.destinations.get(), name="Orders", trigger='type = "track" and event = "Order"')
    diagram = owner.get(url("source", "overview", source.pk)).context["diagram"]
    assert [(node.label, node.detail) for node in diagram.events] == [
        ("identify", ""),
        ("track", ""),
        ("page", ""),
        ("track", "Order"),
    ]
    assert diagram.rows[0].label == "FullStory"
    assert {node.label for node in diagram.calls} == {
        "FS('setIdentity') or FS('setProperties')",
        "FS('trackEvent')",
        "FS('setProperties')",
    }
    assert [row.route for row in diagram.rows][-1] == "track Order → FS('trackEvent')"
    assert len(diagram.left) == len(diagram.right) == 4
    for column in (diagram.events, diagram.calls):
        heights = [node.row for node in column]
        assert all(later - earlier >= 1 for earlier, later in pairwise(heights))
        assert max(heights) <= diagram.height - 1


def test_it_marks_mappings_that_never_run_or_overlap(owner):
    source = a_source()
    destination = a_destination(source)
    add = {
        "Any": {"trigger": 'type = "track"'},
        "Orders": {"trigger": 'type = "track" and event = "Order"'},
        "Carts": {"trigger": 'type = "track" and event = "Cart"'},
        "Both": {"trigger": 'type = "track" and type = "page"'},
        "Typo": {"trigger": 'type = "trak"'},
        "Off": {"trigger": 'type = "track"', "enabled": False},
        "Page": {"trigger": 'type = "track"', "action": "viewedPageV2", "fields": {}},
    }
    for name, values in add.items():
        a_mapping(destination, name=name, **values)
    found = routes(source)
    assert {name: route.inactive_reason for name, route in found.items() if route.inactive_reason} == {
        "Both": "contradiction",
        "Typo": "type",
        "Off": "disabled",
    }
    also = {
        name: {each["name"] for each in route.overlapping}
        for name, route in found.items()
        if route.overlapping
    }
    assert also == {"Any": {"Orders", "Carts"}, "Orders": {"Any"}, "Carts": {"Any"}}
    page = text(owner.get(url("source", "overview", source.pk)))
    assert "Never runs: its conditions contradict each other" in page
    assert "Can run on the same events as Orders, Carts" in page
    destination.enabled = False
    destination.save()
    assert routes(source)["Any"].inactive_reason == "destination"
    Mapping.objects.filter(name="Any").update(trigger="type = ")
    assert routes(source)["Any"].inactive_reason == "trigger"
    assert owner.get(url("source", "overview", source.pk)).status_code == 200

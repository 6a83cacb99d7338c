"""The tabs of a source's page."""

import time
from itertools import pairwise

import pytest

from fullstory_dest.models import Mapping, ScriptRequestCount
from fullstory_dest.services.previews.event_routes import event_routes
from fullstory_dest.services.publishing.publish import publish
from fullstory_dest.services.sources.script_requests import RequestCount, save_script_requests
from fullstory_dest.services.spec import source_spec
from tests.admin.pages import text, url
from tests.factories import a_destination, a_mapping, a_set_up_source, a_source

TABS = ["overview", "destinations", "mappings", "test", "releases", "install", "change"]
NASTY = "<script>alert(1)</script>"


@pytest.mark.parametrize("tab", TABS)
@pytest.mark.parametrize("person", ["owner", "viewer"])
def test_it_opens_every_tab_with_few_queries(request, person, tab, django_assert_max_num_queries):
    client = request.getfixturevalue(person)
    source = a_set_up_source(name=NASTY)
    publish(source, note=NASTY)
    for number in range(30):
        a_mapping(source.destinations.get(), name=f"{NASTY} {number}", trigger=f'event = "{number}"')
    with django_assert_max_num_queries(15):
        response = client.get(url("source", tab, source.pk))
    page = text(response)
    assert page.count('aria-current="page"') == 1
    assert "Unpublished changes" in page
    assert NASTY not in page


@pytest.mark.parametrize("tab", [*TABS[:-1], "last_request"])
def test_it_requires_a_source_and_permission_on_every_tab(owner, sign_in, tab):
    source = a_source()
    assert sign_in("sam").get(url("source", tab, source.pk)).status_code == 403
    for key in ("999", "9" * 30):
        assert owner.get(url("source", tab, key)).status_code == 404


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
    assert "Never fires: its conditions contradict each other" in page
    assert "Can fire together with Orders, Carts" in page
    destination.enabled = False
    destination.save()
    assert routes(source)["Any"].inactive_reason == "destination"
    Mapping.objects.filter(name="Any").update(trigger="type = ")
    assert routes(source)["Any"].inactive_reason == "trigger"
    assert owner.get(url("source", "overview", source.pk)).status_code == 200


def test_it_shows_consent_debugging_and_requests_on_install(owner, django_assert_max_num_queries):
    source = a_set_up_source(write_key="KEY")
    destination = source.destinations.get()
    page = url("source", "install", source.pk)
    assert "push([&quot;consent&quot;" not in text(owner.get(page))
    destination.consent_categories = ["C0002", "odd\"'<"]
    destination.save()
    shown = text(owner.get(page))
    assert "push([&quot;consent&quot;, {&quot;C0002&quot;: true" in shown
    assert "?fs_debug=1" in shown
    assert "Not installed yet" in shown
    save_script_requests({("KEY", "https://shop.example"): RequestCount(3, time.time())})
    with django_assert_max_num_queries(15):
        seen = text(owner.get(url("source", "last_request", source.pk)))
    assert "Last request: just now" in seen
    assert "3 requests today" in seen
    assert "https://shop.example" in seen
    assert "<html" not in seen
    assert ScriptRequestCount.objects.count() == 1


@pytest.mark.parametrize(("who", "said"), [("owner", "Review and publish"), ("viewer", "Review changes")])
def test_it_offers_review_to_users_who_cannot_publish(request, who, said):
    client, made = request.getfixturevalue(who), a_set_up_source().destinations.get()
    for page in (url("destination", "change", made.pk), url("mapping", "change", made.mappings.first().pk)):
        shown = text(client.get(page))
        assert said in shown
        assert ("Review changes" in shown) == (who == "viewer")


def test_it_has_no_link_from_install_to_itself(owner):
    source = a_set_up_source()
    publish(source)
    assert "Install on your site" in text(owner.get(url("source", "overview", source.pk)))
    assert "Install on your site" not in text(owner.get(url("source", "install", source.pk)))

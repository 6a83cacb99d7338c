"""Home: next steps, the list of sources, and recent changes."""

import time
from datetime import timedelta

from django.contrib.auth.models import User
from django.urls import reverse
from django.utils import timezone

from fullstory_dest.models import Destination, Mapping, Source
from fullstory_dest.services.drafts.reorder_mappings import reorder_mappings
from fullstory_dest.services.drafts.restore_drafts import restore_drafts
from fullstory_dest.services.drafts.toggle import toggle
from fullstory_dest.services.publishing.publish import publish
from fullstory_dest.services.publishing.roll_back import roll_back
from fullstory_dest.services.sources.rotate_key import rotate_key
from fullstory_dest.services.sources.script_requests import RequestCount, save_script_requests
from tests.admin.conftest import may
from tests.admin.pages import reviewed, text, url
from tests.factories import a_mapping, a_set_up_source, a_source


def current(response) -> list[str]:
    return [step["key"] for step in response.context["steps"] if step["current"]]


def names(response) -> set[str]:
    return {state.source.name for state in response.context["states"]}


FILTERS = ("live", "changed", "ahead", "problems", "idle", "never_published", "disabled")


def by_label(client) -> dict[str, str]:
    return {state.source.name: state.code for state in client.get("/admin/").context["states"]}


def by_filter(client) -> dict[str, str]:
    return {name: kind for kind in FILTERS for name in names(client.get("/admin/", {"state": kind}))}


def test_it_starts_with_a_source(owner):
    response = owner.get("/admin/")
    assert current(response) == ["source"]
    assert reverse("admin:fullstory_dest_setup_source") in text(response)
    assert url("classicdestination", "add") in text(response)


def test_it_continues_with_a_destination(owner):
    source = a_source()
    response = owner.get("/admin/")
    assert current(response) == ["destination"]
    assert url("setup", "settings", source.pk) in text(response)


def test_it_continues_with_the_first_publish(owner):
    source = a_set_up_source()
    response = owner.get("/admin/")
    assert current(response) == ["publish"]
    assert url("source", "publish", source.pk) in text(response)


def test_it_lists_sources_and_next_steps_after_the_first_release(owner):
    live = a_set_up_source(name="Live")
    publish(live.production, note="Hello")
    changed = a_set_up_source(name="Changed")
    publish(changed.production)
    a_mapping(changed.destinations.get(), name="More")
    empty = a_source(name="Empty")
    response = owner.get("/admin/")
    assert response.context["steps"] == []
    assert {state.source.name: state.step for state in response.context["states"]} == {
        "Live": "install",
        "Changed": "publish",
        "Empty": "destination",
    }
    page = text(response)
    assert url("source", "install", live.pk) in page
    assert url("source", "publish", changed.pk) in page
    assert url("setup", "settings", empty.pk) in page
    assert "published release" in page


def test_it_takes_few_queries_and_pages_sources(owner, django_assert_max_num_queries):
    for number in range(25):
        publish(a_set_up_source(name=f"Shop {number}").production)
    with django_assert_max_num_queries(15):
        response = owner.get("/admin/")
    assert len(response.context["states"]) == 20
    with django_assert_max_num_queries(15):
        assert len(owner.get("/admin/", {"page": 2}).context["states"]) == 5
    assert owner.get("/admin/", {"page": "x"}).status_code == 200


def test_it_searches_and_filters_sources_by_state(owner, django_assert_max_num_queries):
    live, changed, undone, taken, rolled = (
        a_set_up_source(name=name) for name in ("Live", "Changed", "Undone", "Taken away", "Rolled back")
    )
    for source in (live, changed, undone, taken, rolled):
        publish(source.production)
    a_mapping(changed.destinations.get(), name="More")
    mapping = undone.destinations.get().mappings.first()
    mapping.name += "!"
    mapping.save()
    mapping.name = mapping.name[:-1]
    mapping.save()
    taken.destinations.get().mappings.first().delete()
    a_mapping(rolled.destinations.get(), name="More")
    publish(rolled.production)
    roll_back(rolled.production.deployments.earliest("id"))
    a_source(name="Never")
    a_source(name="Off", enabled=False)

    def found(**query):
        with django_assert_max_num_queries(15):
            return names(owner.get("/admin/", query))

    # Random write keys must not contain these texts.
    assert found(q="ken a") == {"Taken away"}
    assert found(q=live.write_key) == {"Live"}
    old = live.write_key
    rotate_key(live.production, grace_days=0)
    assert found(q=old) == {"Live"}
    publish(live.production)
    assert found(q="nothing like it") == set()
    assert found(state="changed") == {"Changed", "Taken away"}
    assert found(state="ahead") == {"Rolled back"}
    assert found(state="live") == {"Live", "Undone"}
    assert found(state="never_published") == {"Never"}
    assert found(state="disabled") == {"Off"}
    assert found(state="never_published", q="taken away") == set()
    assert len(found(state="rubbish")) == 7


def test_it_filters_sources_by_the_state_it_shows(owner):
    source = a_set_up_source(name="Shop")
    destination = source.destinations.get()
    other = a_set_up_source(name="Other")
    publish(other.production)
    mapping = destination.mappings.get(action="trackEventV2")
    before = mapping.trigger
    steps = [
        ("never_published", lambda: None),
        ("live", lambda: publish(source.production)),
        ("changed", lambda: reorder_mappings(destination, [mapping.pk])),
        ("live", lambda: restore_drafts(source.releases.get(number=1))),
        ("problems", lambda: Mapping.objects.filter(pk=mapping.pk).update(trigger="type = ")),
        ("live", lambda: Mapping.objects.filter(pk=mapping.pk).update(trigger=before)),
        ("changed", lambda: toggle(Mapping, [mapping.pk], enabled=False)),
        ("live", lambda: toggle(Mapping, [mapping.pk], enabled=True)),
        ("changed", lambda: rotate_key(source.production)),
        ("live", lambda: publish(source.production)),
        ("changed", lambda: Mapping.objects.filter(pk=mapping.pk).delete()),
        ("live", lambda: publish(source.production)),
        ("ahead", lambda: roll_back(source.production.deployments.earliest("id"))),
        ("disabled", lambda: Source.objects.filter(pk=source.pk).update(enabled=False)),
        ("ahead", lambda: toggle(Source, [source.pk], enabled=True)),
        ("changed", lambda: Destination.objects.filter(pk=destination.pk).delete()),
    ]
    for number, (kind, change) in enumerate(steps):
        change()
        assert by_label(owner)["Shop"] == kind, number
        assert by_filter(owner) == by_label(owner), number


def test_it_reports_drafts_that_cannot_be_published(owner):
    source = a_set_up_source()
    Mapping.objects.filter(action="trackEventV2").update(trigger="type = ")
    response = owner.get("/admin/")
    assert [(state.code, state.step) for state in response.context["states"]] == [("problems", "fix")]
    assert "View problems" in text(response)
    assert url("source", "publish", source.pk) in text(response)


def test_it_takes_few_queries_during_a_setup(viewer, django_assert_max_num_queries):
    may(User.objects.get(username="vera"), "add_destination", "change_destination")
    for number in range(3):
        publish(a_set_up_source(name=f"Shop {number}").production)
    source = a_set_up_source(name="Begun")
    a_mapping(source.destinations.get(), name="Old").delete()
    sent = {"name": "More", "setting_orgId": "o-1", "setting_namespace": "FS2"}
    assert viewer.post(url("setup", "settings", source.pk), sent).status_code == 302
    viewer.get("/admin/")
    for state in ("", *FILTERS):
        with django_assert_max_num_queries(15):
            response = viewer.get("/admin/", {"state": state})
        assert response.context["resumed"] == (None if state else source)


def test_it_hides_buttons_that_a_viewer_cannot_use(viewer):
    a_set_up_source()
    page = text(viewer.get("/admin/"))
    assert url("source", "add") not in page
    assert "Review changes" in page
    assert "/admin/auth/user/" not in page


def test_it_suggests_to_ask_for_a_role(sign_in):
    a_set_up_source(name="Secret")
    page = text(sign_in("sam").get("/admin/"))
    assert "Ask an owner for one." in page
    assert "Secret" not in page


def test_it_marks_a_published_source_that_sends_no_events(owner):
    source = a_set_up_source()
    Mapping.objects.update(enabled=False)
    assert [state.step for state in owner.get("/admin/").context["states"]] == ["enable_mapping"]
    publish(source.production)
    response = owner.get("/admin/")
    [state] = response.context["states"]
    assert (state.code, state.step) == ("idle", "enable_mapping")
    assert "Sends no events" in text(response)
    assert "Enable mapping" in text(response)
    assert "Enable mapping" in text(owner.get(url("source", "overview", source.pk)))
    assert names(owner.get("/admin/", {"state": "idle"})) == {"Shop"}
    assert names(owner.get("/admin/", {"state": "live"})) == set()


def test_it_offers_no_install_for_a_site_in_use(owner):
    source = a_set_up_source()
    publish(source.production)
    assert url("source", "install", source.pk) in text(owner.get("/admin/"))
    save_script_requests({(source.write_key, "https://shop.test"): RequestCount(1, time.time())})
    home = text(owner.get("/admin/"))
    assert url("source", "install", source.pk) not in home
    assert "Last request: " in home
    assert "Install on your site" not in text(owner.get(url("source", "overview", source.pk)))


def later(client, source, at=None, **typed):
    at = at or (timezone.now() + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M")
    page = url("source", "publish", source.pk)
    return client.post(page, {"later": "1", "at": at, **reviewed(source), **typed})


def test_it_shows_a_scheduled_publish_on_home(owner):
    source = a_set_up_source()
    assert "Scheduled publish" not in text(owner.get("/admin/"))
    later(owner, source)
    assert "Scheduled publish" in text(owner.get("/admin/"))

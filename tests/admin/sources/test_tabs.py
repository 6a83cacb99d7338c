"""The tabs of a source's page."""

import time

import pytest
from django.utils.html import escape

from fullstory_dest.models import ScriptRequestCount
from fullstory_dest.services.publishing.publish import publish
from fullstory_dest.services.sources.install import install_instructions
from fullstory_dest.services.sources.script_requests import RequestCount, save_script_requests
from tests.admin.pages import text, url
from tests.factories import a_mapping, a_set_up_source, a_source

TABS = ["overview", "destinations", "mappings", "test", "releases", "install", "change"]
NASTY = "<script>alert(1)</script>"


@pytest.mark.parametrize("tab", TABS)
@pytest.mark.parametrize("person", ["owner", "viewer"])
def test_it_opens_every_tab_with_few_queries(request, person, tab, django_assert_max_num_queries):
    client = request.getfixturevalue(person)
    source = a_set_up_source(name=NASTY)
    publish(source.production, note=NASTY)
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
    publish(source.production)
    assert "Install on your site" in text(owner.get(url("source", "overview", source.pk)))
    assert "Install on your site" not in text(owner.get(url("source", "install", source.pk)))


def test_it_shows_every_way_to_install_escaped(owner):
    source = a_source(write_key="the-key")
    page = text(owner.get(url("source", "install", source.pk)))
    for way in install_instructions(source.production)["methods"]:
        assert escape(way["title"]) in page
        for code in way["codes"]:
            assert f">{escape(code['code'])}</pre>" in page
    assert page.count('name="install"') == page.count('<details id="install-') == 6
    assert "No releases yet" in page

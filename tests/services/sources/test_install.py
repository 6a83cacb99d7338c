"""The ways to install a source, with any write key and URL escaped."""

import base64
import hashlib
import re
from html.parser import HTMLParser

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from fullstory_dest.models import Environment, Source
from fullstory_dest.services.publishing.publish import publish
from fullstory_dest.services.sources.install import install_instructions
from fullstory_dest.services.sources.install_tags import InstallMethod
from tests.factories import a_destination, a_set_up_source

pytestmark = pytest.mark.django_db
HOST = "https://dest.test"
LANGUAGES = {"html", "header", "javascript", "shell"}


@pytest.fixture(autouse=True)
def _public(settings):
    settings.PUBLIC_URL = HOST


def ways(source: Source) -> dict[str, InstallMethod]:
    """The ways by key, with the values of the database."""
    environment = Environment.objects.select_related("source", "live__release").get(source=source)
    return {way["key"]: way for way in install_instructions(environment)["methods"]}


def codes(way: InstallMethod) -> list[str]:
    return [code["code"] for code in way["codes"]]


def test_it_describes_every_way_to_install():
    source = a_set_up_source(write_key="key")
    publish(source.production)
    found = ways(source)
    assert list(found) == ["tag", "pinned", "segment", "npm", "tag-manager", "csp"]
    for way in found.values():
        assert way["title"]
        assert way["use_case"].endswith(".")
        assert all(note.endswith((".", "].")) for note in way["notes"])
        assert all(code["title"] and code["code"] for code in way["codes"])
    assert {code["language"] for way in found.values() for code in way["codes"]} == LANGUAGES


def test_it_sends_the_page_view_with_each_first_code():
    source = a_set_up_source(write_key="key")
    publish(source.production)
    found = ways(source)
    for key in ("tag", "pinned", "tag-manager", "csp"):
        assert 'push(["page"]);' in codes(found[key])[0], key
    assert "analytics.page();" in codes(found["npm"])[1]
    assert codes(found["csp"])[0].count('nonce="') == 2


def test_it_writes_the_tag_in_one_line():
    queued, tag = codes(ways(a_set_up_source(write_key="key"))["tag"])
    assert tag == f'<script async src="{HOST}/analytics.js/v1/key/analytics.min.js"></script>'
    assert 'window.analytics.push(["page"]);' in queued
    assert queued.endswith(tag)


def test_it_pins_the_bytes_of_the_live_release():
    source = a_set_up_source(write_key="key")
    assert codes(ways(source)["pinned"]) == []
    deployment = publish(source.production).deployment
    [tag] = codes(ways(source)["pinned"])
    integrity = base64.b64encode(hashlib.sha256(bytes(deployment.snippet.body)).digest()).decode()
    assert tag.endswith(
        f'<script async src="{HOST}/v1/sources/key/releases/{deployment.digest}.js" '
        f'integrity="sha256-{integrity}" crossorigin="anonymous"></script>'
    )


def test_it_allows_hosts_of_the_live_release_and_the_drafts():
    source = a_set_up_source()
    publish(source.production)
    destination = source.destinations.get()
    destination.settings = {"orgId": "o-1ABCD-eu1"}
    destination.save()
    a_destination(source, enabled=False, settings={"orgId": "o-1", "host": "relay.shop.test"})
    header = codes(ways(source)["csp"])[1]
    assert "https://rs.fullstory.com" in header
    assert "https://rs.eu1.fullstory.com" in header
    assert "relay.shop.test" not in header
    publish(source.production)
    assert "https://rs.fullstory.com" not in codes(ways(source)["csp"])[1]


def test_it_takes_few_queries():
    source = a_set_up_source()
    for number in range(5):
        a_destination(source, settings={"orgId": "o-1", "namespace": f"FS{number}"})
    publish(source.production)
    environment = Environment.objects.select_related("source", "live__release").get()
    with CaptureQueriesContext(connection) as queries:
        install_instructions(environment)
    assert len(queries) <= 2


class Elements(HTMLParser):
    """The elements of an HTML text, and the content of its scripts."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.script = ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.found.append(tag)

    def handle_data(self, data):
        self.script += data


@pytest.mark.parametrize(
    "hostile",
    ['"><img src=x onerror=alert(1)>', "</script><b>", "'\"`${alert(1)}\\", "<!--<script>", "\u2028\n"],
)
def test_it_escapes_hostile_write_keys_and_urls(settings, hostile):
    source = a_set_up_source()
    publish(source.production)
    Environment.objects.update(write_key=hostile)
    settings.PUBLIC_URL = f"https://dest.test/{hostile}"
    for way in ways(source).values():
        for code in way["codes"]:
            if code["language"] == "html":
                assert set(Elements(code["code"]).found) == {"script"}, code["code"]
                assert code["code"].lower().count("</script") == code["code"].count("<script")
            if code["language"] == "javascript":
                assert not re.search(r"[<\u2028]", code["code"]), code["code"]

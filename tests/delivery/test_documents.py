"""Responses of delivery: bytes and headers."""

import gzip
import json

import brotli
import pytest
from django.test import Client

from fullstory_dest.delivery import document_cache
from fullstory_dest.models import Mapping, Source
from fullstory_dest.services.publishing.publish import publish
from fullstory_dest.services.publishing.roll_back import roll_back
from fullstory_dest.services.sources.rotate_key import rotate_key
from tests.factories import a_mapping, a_set_up_source, a_source

pytestmark = pytest.mark.django_db

SCRIPT = "text/javascript; charset=utf-8"
JSON = "application/json; charset=utf-8"


@pytest.fixture
def deployment():
    return publish(a_set_up_source(write_key="KEY").production).deployment


@pytest.fixture
def client():
    return Client(enforce_csrf_checks=True)


def addresses(deployment):
    return {
        "/analytics.js/v1/KEY/analytics.min.js": (deployment.snippet, SCRIPT, False),
        "/v1/projects/KEY/settings": (deployment.settings_document, JSON, False),
        "/v1/sources/KEY/config": (deployment.config_document, JSON, False),
        f"/v1/sources/KEY/releases/{deployment.digest}.js": (deployment.snippet, SCRIPT, True),
        f"/next-integrations/actions/fullstory/{deployment.plugin_id}.js": (deployment.plugin, SCRIPT, True),
    }


def test_it_serves_every_document_with_its_headers(client, deployment):
    for path, (document, content_type, immutable) in addresses(deployment).items():
        response = client.get(path)
        assert response.status_code == 200, path
        assert response.content == bytes(document.body), path
        headers = response.headers
        assert headers["Content-Type"] == content_type
        assert headers["Content-Length"] == str(len(response.content))
        assert headers["ETag"].startswith('"')
        assert headers["Vary"] == "Accept-Encoding"
        assert headers["Access-Control-Allow-Origin"] == "*"
        assert headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert headers["Timing-Allow-Origin"] == "*"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "Set-Cookie" not in headers
        if immutable:
            assert headers["Cache-Control"] == "public, max-age=31536000, immutable"
        else:
            assert "max-age=300" in headers["Cache-Control"]
            assert "stale-while-revalidate" in headers["Cache-Control"]
            assert "stale-if-error" in headers["Cache-Control"]


def test_it_lists_destinations_for_consent_tools(client, deployment, django_assert_max_num_queries):
    path = "/v1/projects/KEY/integrations"
    with django_assert_max_num_queries(1):
        response = client.get(path)
    [listed] = response.json()
    assert set(listed) == {"name", "creationName", "description", "website", "category"}
    assert (listed["name"], listed["creationName"]) == ("Fullstory (Actions)", "Fullstory")
    same = client.get("/v1/projects/KEY/settings").headers
    for name in ("Content-Type", "Cache-Control", "Vary", "Access-Control-Allow-Origin"):
        assert response.headers[name] == same[name]
    for accept, decode in {"br": brotli.decompress, "gzip": gzip.decompress}.items():
        encoded = client.get(path, headers={"accept-encoding": accept})
        assert encoded.headers["Content-Encoding"] == accept
        assert decode(encoded.content) == response.content
    assert client.get(path, headers={"if-none-match": response.headers["ETag"]}).status_code == 304
    assert client.head(path).content == b""
    assert client.options(path).status_code == 204
    assert client.post(path).status_code == 405


def test_it_lists_names_of_the_live_release(client, monkeypatch):
    source = a_set_up_source(write_key="KEY")
    monkeypatch.setattr("fullstory_dest.compiler.settings_document.CREATION_NAME", "Older")
    publish(source.production)
    monkeypatch.undo()
    assert [each["creationName"] for each in client.get("/v1/projects/KEY/integrations").json()] == ["Older"]


def test_it_lists_destinations_of_one_name_once(client):
    source = a_set_up_source(write_key="KEY")
    settings = {"orgId": "o-2CDEF-na1", "namespace": "FS2"}
    source.destinations.create(name="Second", settings=settings)
    publish(source.production)
    assert len(client.get("/v1/projects/KEY/integrations").json()) == 1


def test_it_answers_404_for_an_unknown_source(client):
    assert client.get("/v1/projects/NONE/integrations").status_code == 404


def test_it_serves_the_debug_script_without_the_database(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = client.get("/analytics.js/debug.min.js", headers={"accept-encoding": "br"})
    assert response.status_code == 200
    assert response.headers["Content-Type"] == SCRIPT
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "max-age=300" in response.headers["Cache-Control"]
    assert len(response.content) < 15_000
    script = brotli.decompress(response.content)
    assert b"fullstoryDebug" in script
    assert script.isascii()
    again = client.get(
        "/analytics.js/debug.min.js",
        headers={"accept-encoding": "br", "if-none-match": response.headers["ETag"]},
    )
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    ("accept", "encoding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip", "gzip"),
        ("br;q=0, gzip;q=0.5", "gzip"),
        ("*", "br"),
        ("BR", "br"),
        ("gzip;q=1, br;q=0.5", "gzip"),
        ("identity, gzip;q=0.5", None),
        ("br;q=1.0;foo=bar, gzip;q=0.9", "br"),
        ("identity", None),
        ("", None),
        ("br;q=0, *;q=0", None),
        ("garbage;;q=x, , gzip;q=", None),
    ],
)
def test_it_chooses_the_best_encoding(client, deployment, accept, encoding):
    response = client.get("/analytics.js/v1/KEY/analytics.min.js", headers={"accept-encoding": accept})
    assert response.headers.get("Content-Encoding") == encoding
    decode = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}[encoding]
    assert decode(response.content) == bytes(deployment.snippet.body)
    assert response.headers["Content-Length"] == str(len(response.content))


def test_it_gives_each_encoding_its_etag(client, deployment):
    etags = {
        client.get("/v1/sources/KEY/config", headers={"accept-encoding": accept}).headers["ETag"]
        for accept in ("br", "gzip", "identity")
    }
    assert len(etags) == 3


@pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}', "*"])
def test_it_answers_304_to_a_matching_etag(client, deployment, form):
    path = "/analytics.js/v1/KEY/analytics.min.js"
    first = client.get(path, headers={"accept-encoding": "br"})
    again = client.get(
        path, headers={"accept-encoding": "br", "if-none-match": form.format(first.headers["ETag"])}
    )
    assert (again.status_code, again.content) == (304, b"")
    for name in ("ETag", "Cache-Control", "Vary", "Access-Control-Allow-Origin", "Content-Length"):
        assert again.headers[name] == first.headers[name]
    assert "Content-Encoding" not in again.headers


def test_it_answers_in_full_to_another_etag(client, deployment):
    response = client.get("/v1/sources/KEY/config", headers={"if-none-match": '"other"'})
    assert response.status_code == 200


def test_it_answers_head_without_the_body(client, deployment):
    for path in addresses(deployment):
        get, head = client.get(path), client.head(path)
        assert (head.status_code, head.content) == (200, b"")
        assert dict(head.headers) == dict(get.headers)


def test_it_allows_any_origin_on_options(client, deployment):
    for path in [*addresses(deployment), "/v1/t"]:
        response = client.options(path, headers={"origin": "https://shop.example", "x": "y"})
        assert (response.status_code, response.content) == (204, b"")
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        assert ("POST" if path == "/v1/t" else "GET") in response.headers["Access-Control-Allow-Methods"]
        assert response.headers["Access-Control-Allow-Headers"] == "*"
        assert response.headers["Access-Control-Max-Age"] == "86400"


def test_it_refuses_other_methods(client, deployment):
    for path in addresses(deployment):
        response = client.post(path, {})
        assert response.status_code == 405
        assert response.headers["Allow"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize("path", ["/v1/t", "/v1/p", "/v1/i", "/v1/g", "/v1/a", "/v1/m", "/v1/b", "/v1/batch"])
def test_it_accepts_and_drops_events(client, path):
    response = client.post(path, b"not even json", content_type="text/plain")
    assert (response.status_code, response.json()) == (200, {"success": True})
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert client.get(path).status_code == 405


@pytest.mark.parametrize(
    "path",
    [
        "/analytics.js/v1/NOKEY/analytics.min.js",
        "/v1/projects/NOKEY/settings",
        "/v1/sources/NOKEY/config",
        "/v1/sources/KEY/releases/" + "0" * 64 + ".js",
        "/v1/sources/NOKEY/releases/" + "0" * 64 + ".js",
        "/next-integrations/actions/fullstory/" + "0" * 64 + ".js",
    ],
)
def test_it_caches_404_briefly_for_unknown_documents(client, deployment, path, django_assert_num_queries):
    response = client.get(path)
    assert response.status_code == 404
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert response.headers["Cache-Control"] == "public, max-age=10"
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    with django_assert_num_queries(0):
        assert client.get(path).status_code == 404
    # Browsers would report a failed preflight instead of the 404.
    assert client.options(path).status_code == 204


def test_it_serves_a_cached_document_without_queries(client, deployment, django_assert_num_queries):
    client.get("/v1/sources/KEY/config")
    with django_assert_num_queries(0):
        client.get("/v1/sources/KEY/config")


def test_it_serves_an_uncached_document_with_one_query(client, deployment, django_assert_num_queries):
    for path in addresses(deployment):
        with django_assert_num_queries(1):
            client.get(path)


def test_it_refuses_the_digest_of_another_sources_release(client, deployment):
    other = publish(a_set_up_source(write_key="OTHER", name="Other").production).deployment
    assert client.get(f"/v1/sources/KEY/releases/{other.digest}.js").status_code == 404


def test_it_serves_changes_only_after_publishing(client, deployment):
    before = client.get("/v1/sources/KEY/config").content
    Mapping.objects.update(name="Changed")
    document_cache._cache.clear()
    assert client.get("/v1/sources/KEY/config").content == before
    publish(Source.objects.get().production)
    document_cache._cache.clear()
    assert (
        json.loads(client.get("/v1/sources/KEY/config").content)["destinations"][0]["mappings"][0]["name"]
        == "Changed"
    )


def test_it_serves_documents_by_a_previous_write_key(client, deployment):
    current = rotate_key(Source.objects.get().production).write_key
    for path in addresses(deployment):
        assert client.get(path).content == client.get(path.replace("KEY", current)).content, path


def test_it_serves_old_releases_by_digest(client, deployment):
    source = Source.objects.get()
    a_mapping(source.destinations.get(), name="Another")
    publish(source.production)
    response = client.get(f"/v1/sources/KEY/releases/{deployment.digest}.js")
    assert response.content == bytes(deployment.snippet.body)


def test_it_serves_the_old_bytes_after_a_rollback(client, deployment):
    source = Source.objects.get()
    a_mapping(source.destinations.get(), name="Another")
    publish(source.production)
    roll_back(deployment)
    assert client.get("/analytics.js/v1/KEY/analytics.min.js").content == bytes(deployment.snippet.body)


@pytest.mark.parametrize("state", ["disabled", "never published"])
def test_it_serves_an_inert_config_for_a_disabled_source(client, state):
    source = a_set_up_source(write_key="KEY") if state == "disabled" else a_source(write_key="KEY")
    if state == "disabled":
        publish(source.production)
        source.enabled = False
        source.save()
    config = client.get("/v1/sources/KEY/config")
    assert (config.status_code, config.json()) == (
        200,
        {"apiHost": "", "destinations": [], "writeKey": "KEY"},
    )
    settings = client.get("/v1/projects/KEY/settings").json()
    assert settings["remotePlugins"] == []
    assert list(settings["integrations"]) == ["Segment.io"]
    assert client.get("/v1/projects/KEY/integrations").json() == []
    snippet = client.get("/analytics.js/v1/KEY/analytics.min.js", headers={"accept-encoding": "br"})
    assert snippet.status_code == 200
    assert b"destinations:[]" in brotli.decompress(snippet.content)


def test_it_serves_the_settings_that_analytics_js_expects(client, deployment):
    settings = client.get("/v1/projects/KEY/settings").json()
    segment = settings["integrations"]["Segment.io"]
    assert (segment["apiKey"], segment["protocol"], segment["apiHost"]) == (
        "KEY",
        "http",
        "127.0.0.1:8000/v1",
    )
    assert settings["metrics"] == {"sampleRate": 0}
    [plugin] = settings["remotePlugins"]
    assert (plugin["name"], plugin["creationName"]) == ("Fullstory (Actions)", "Fullstory")
    assert plugin["libraryName"] == "fullstoryDestination"
    assert plugin["url"] == (
        f"https://cdn.segment.com/next-integrations/actions/fullstory/{deployment.plugin_id}.js"
    )
    assert plugin["settings"]["orgId"] == "o-1ABCD-na1"
    first = plugin["settings"]["subscriptions"][0]
    assert {key: first[key] for key in ("enabled", "partnerAction", "subscribe", "mapping")} == {
        "enabled": True,
        "partnerAction": "identifyUserV2",
        "subscribe": 'type = "identify"',
        "mapping": deployment.release.spec["destinations"][0]["mappings"][0]["fields"],
    }


def test_it_sends_events_to_the_api_host_of_the_source(client):
    publish(a_source(write_key="KEY", api_host="api.segment.io/v1").production)
    segment = client.get("/v1/projects/KEY/settings").json()["integrations"]["Segment.io"]
    assert (segment["protocol"], segment["apiHost"]) == ("https", "api.segment.io/v1")

"""The settings document for analytics.js."""

import pytest

from fullstory_dest.compiler.check import check_source
from fullstory_dest.compiler.compile import compile_checked
from fullstory_dest.compiler.settings_document import build_settings_document
from tests.factories import destination_spec, mapping_spec, source_spec


def document(spec, public_url="https://fs.example.com"):
    return build_settings_document(spec, compile_checked(check_source(spec)), "DIGEST", public_url)


@pytest.mark.parametrize(
    ("api_host", "public_url", "expected"),
    [
        ("", "http://127.0.0.1:8000/", ("127.0.0.1:8000/v1", "http", False)),
        ("", "https://example.com/fs", ("example.com/fs/v1", "https", False)),
        ("api.segment.io/v1", "http://127.0.0.1:8000", ("api.segment.io/v1", "https", True)),
    ],
)
def test_it_posts_to_the_api_host_or_to_this_server(api_host, public_url, expected):
    found = document(source_spec(api_host=api_host), public_url)["integrations"]["Segment.io"]
    assert (found["apiHost"], found["protocol"], found["retryQueue"]) == expected
    assert found["apiKey"] == "key"


def test_it_lists_only_enabled_mappings():
    mappings = [mapping_spec(id=1), mapping_spec(id=2, name="Off", enabled=False)]
    [plugin] = document(source_spec(destination_spec(*mappings)))["remotePlugins"]
    assert [each["id"] for each in plugin["settings"]["subscriptions"]] == ["1"]
    assert len(plugin["settings"]["compiled"]["mappings"]) == 1


def test_it_lists_only_enabled_destinations():
    second = {"orgId": "o-2", "namespace": "FS2"}
    spec = source_spec(
        destination_spec(), destination_spec(id=2, settings=second), destination_spec(id=3, enabled=False)
    )
    plugins = document(spec)["remotePlugins"]
    assert [plugin["settings"]["orgId"] for plugin in plugins] == ["o-1ABCD-na1", "o-2"]
    assert [plugin["settings"]["compiled"]["settings"]["namespace"] for plugin in plugins] == ["FS", "FS2"]
    assert all("DIGEST" in plugin["url"] for plugin in plugins)


def test_it_has_the_shape_that_analytics_js_reads():
    found = document(source_spec(destination_spec(mapping_spec())))
    [plugin] = found.pop("remotePlugins")
    del plugin["settings"]["compiled"]
    assert found == {
        "integrations": {
            "Segment.io": {
                "apiKey": "key",
                "apiHost": "fs.example.com/v1",
                "protocol": "https",
                "retryQueue": False,
                "unbundledIntegrations": [],
                "addBundledMetadata": False,
                "versionSettings": {"version": "4.4.7", "componentTypes": ["browser"]},
            },
            "Fullstory": {"consentSettings": {"categories": []}},
            "Fullstory (Actions)": {"consentSettings": {"categories": []}},
        },
        "plan": {},
        "edgeFunction": {},
        "analyticsNextEnabled": True,
        "middlewareSettings": {"routingRules": []},
        "enabledMiddleware": {},
        "metrics": {"sampleRate": 0},
        "legacyVideoPluginsEnabled": False,
    }
    assert {key: plugin[key] for key in ("name", "creationName", "settings")} == {
        "name": "Fullstory (Actions)",
        "creationName": "Fullstory",
        "settings": {
            "orgId": "o-1ABCD-na1",
            "versionSettings": {"componentTypes": []},
            "subscriptions": [
                {
                    "id": "1",
                    "name": "Track",
                    "enabled": True,
                    "partnerAction": "trackEventV2",
                    "subscribe": 'type = "track"',
                    "mapping": {"name": {"@path": "$.event"}},
                }
            ],
        },
    }

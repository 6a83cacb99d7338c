"""``/api/v1/schema/`` and ``/api/v1/docs/``"""

import json

import yaml
from django.contrib.staticfiles import finders
from django.core.management import call_command

from fullstory_dest.catalog import SETTINGS

#: The fields of each resource that clients can set.
WRITABLE = {
    "ClassicDestination": {"source", "settings", "enabled"},
    "Destination": {"source", "name", "enabled", "settings", "consent_categories"},
    "Mapping": {"destination", "name", "enabled", "action", "trigger", "fields", "position"},
    "Migration": set(),
    "Release": set(),
    "ReleaseSummary": set(),
    "Source": {"name", "slug", "write_key", "enabled", "api_host", "honor_gpc", "honor_dnt"},
    "TestCase": {"source", "name", "event", "expected"},
}
#: A test case's calls.
EXPECTED_SCHEMA = {
    "type": ["array", "null"],
    "items": {
        "type": "object",
        "properties": {"method": {"type": "string"}, "args": {"type": "array", "items": {}}},
        "required": ["method", "args"],
        "additionalProperties": False,
    },
    "default": None,
}


def test_it_passes_validation_without_warnings(tmp_path):
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(tmp_path / "schema.yaml"))


def test_it_is_json_unless_yaml_is_requested(anonymous, db):
    response = anonymous.get("/api/v1/schema/")
    assert response["Content-Type"].startswith("application/json")
    schema = json.loads(response.content)
    assert schema["openapi"].startswith("3.1")
    response = anonymous.get("/api/v1/schema/", HTTP_ACCEPT="application/yaml")
    assert response["Content-Type"].startswith("application/yaml")
    assert yaml.safe_load(response.content) == schema


def test_it_describes_every_url_and_problems(anonymous, db):
    schema = anonymous.get("/api/v1/schema/").json()
    assert set(schema["paths"]) == {
        "/api/v1/activity/",
        "/api/v1/catalog/",
        "/api/v1/classic-destinations/",
        "/api/v1/classic-destinations/{id}/",
        "/api/v1/classic-destinations/{id}/migrate/",
        "/api/v1/classic-destinations/{id}/plan/",
        "/api/v1/deployments/",
        "/api/v1/deployments/{id}/",
        "/api/v1/destinations/",
        "/api/v1/destinations/{id}/",
        "/api/v1/environments/",
        "/api/v1/environments/{id}/",
        "/api/v1/environments/{id}/preview-link/",
        "/api/v1/environments/{id}/promote/",
        "/api/v1/environments/{id}/redeploy/",
        "/api/v1/environments/{id}/rollback/",
        "/api/v1/environments/{id}/rotate-key/",
        "/api/v1/mappings/",
        "/api/v1/mappings/{id}/",
        "/api/v1/mappings/validate/",
        "/api/v1/releases/",
        "/api/v1/releases/{id}/",
        "/api/v1/preview-links/",
        "/api/v1/preview-links/{id}/",
        "/api/v1/preview-links/{id}/revoke/",
        "/api/v1/reviews/",
        "/api/v1/reviews/{id}/",
        "/api/v1/reviews/{id}/approve/",
        "/api/v1/reviews/{id}/decline/",
        "/api/v1/reviews/{id}/deploy/",
        "/api/v1/reviews/{id}/withdraw/",
        "/api/v1/scheduled-deployments/",
        "/api/v1/scheduled-deployments/{id}/",
        "/api/v1/scheduled-deployments/{id}/cancel/",
        "/api/v1/test-cases/",
        "/api/v1/test-cases/{id}/",
        "/api/v1/sources/",
        "/api/v1/sources/{id}/",
        "/api/v1/sources/{id}/diff/",
        "/api/v1/sources/{id}/install/",
        "/api/v1/sources/{id}/preview/",
        "/api/v1/sources/{id}/publish/",
        "/api/v1/sources/{id}/spec/",
    }
    for operations in schema["paths"].values():
        for operation in operations.values():
            assert "application/problem+json" in operation["responses"]["default"]["content"]


def test_it_describes_which_fields_are_read_only(anonymous, db):
    schemas = anonymous.get("/api/v1/schema/").json()["components"]["schemas"]
    for name, writable in WRITABLE.items():
        fields = schemas[name]["properties"].items()
        assert {field for field, schema in fields if not schema.get("readOnly")} == writable, name


def test_it_describes_every_setting(anonymous, db):
    schemas = anonymous.get("/api/v1/schema/").json()["components"]["schemas"]
    assert schemas["TestCase"]["properties"]["expected"].items() >= EXPECTED_SCHEMA.items()
    classic = schemas["ClassicDestination"]["properties"]["settings"]
    assert classic["description"].startswith("Missing settings have their defaults.")
    assert classic["properties"]["debug"] == {"type": "boolean", "default": False}
    assert classic["properties"]["org"] == {"type": "string", "default": ""}
    categories = schemas["Destination"]["properties"]["consent_categories"]
    assert (categories["maxItems"], categories["items"]["maxLength"], categories["default"]) == (20, 100, [])
    settings = schemas["Destination"]["properties"]["settings"]
    assert settings["description"].startswith("Settings with default values are left out.")
    assert settings["required"] == ["orgId"]
    assert settings["additionalProperties"] is False
    assert {
        key: (setting["type"], setting["title"], setting["description"], setting.get("default"))
        for key, setting in settings["properties"].items()
    } == {
        setting.key: (
            setting.type,
            setting.label,
            setting.description,
            None if setting.required else setting.default,
        )
        for setting in SETTINGS
    }


def test_it_survives_an_invalid_language_or_version(anonymous, db):
    for query in ("lang=%00", "lang=../../x", "version=%00", "format=json", "format=yaml"):
        assert anonymous.get(f"/api/v1/schema/?{query}").status_code == 200, query


def test_it_loads_the_docs_without_other_hosts(anonymous, db):
    page = anonymous.get("/api/v1/docs/", HTTP_ACCEPT="text/html").content.decode()
    assert "/api/v1/schema/" in page
    assert "http://" not in page
    assert "https://" not in page
    assert finders.find("drf_spectacular_sidecar/swagger-ui-dist/swagger-ui-bundle.js")


def test_it_redirects_the_root_to_the_docs(anonymous, db):
    assert anonymous.get("/api/v1/")["Location"] == "/api/v1/docs/"

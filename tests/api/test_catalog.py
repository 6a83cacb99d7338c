"""``GET /api/v1/catalog/``"""

from fullstory_dest.catalog import ACTIONS, PRESETS, SETTINGS


def test_it_returns_settings_actions_fields_and_presets(nobody):
    catalog = nobody.get("/api/v1/catalog/").json()
    assert catalog["name"] == "FullStory Device Mode (Actions)"
    assert [setting["key"] for setting in catalog["settings"]] == [setting.key for setting in SETTINGS]
    assert [action["key"] for action in catalog["actions"]] == [action.key for action in ACTIONS]
    assert [preset["name"] for preset in catalog["presets"]] == [preset.name for preset in PRESETS]
    assert {kind: event["type"] for kind, event in catalog["sample_events"].items()} == {
        kind: kind for kind in ("identify", "track", "page", "screen", "group", "alias")
    }
    identify = catalog["actions"][0]
    assert identify["default_trigger"] == 'type = "identify"'
    assert [field["key"] for field in identify["fields"]] == [
        "userId",
        "anonymousId",
        "displayName",
        "email",
        "traits",
    ]
    assert identify["fields"][0]["default"] == {"@path": "$.userId"}


def test_it_returns_all_attributes(nobody):
    catalog = nobody.get("/api/v1/catalog/").json()
    assert catalog["settings"] == [
        {
            "key": each.key,
            "label": each.label,
            "description": each.description,
            "type": each.type,
            "default": each.default,
            "required": each.required,
            "advanced": each.advanced,
            "placeholder": each.placeholder,
            "pattern": each.pattern.pattern if each.pattern else None,
            "hint": each.hint,
        }
        for each in SETTINGS
    ]
    assert catalog["presets"] == [
        {
            "name": each.name,
            "action": each.action.key,
            "recommended": each.recommended,
            "trigger": each.trigger,
            "fields": each.fields,
        }
        for each in PRESETS
    ]


def test_it_requires_a_token(anonymous, refused):
    refused(anonymous.get("/api/v1/catalog/"), 401)


def test_it_is_read_only(owner, refused):
    refused(owner.post("/api/v1/catalog/", {}), 405)

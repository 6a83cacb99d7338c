"""``catalog/``: the definition of the destination. It's the same for all users."""

from __future__ import annotations

from typing import Any, Literal, TypedDict

from drf_spectacular.utils import extend_schema
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from fullstory_dest.api.base.schema import schema_of
from fullstory_dest.catalog import (
    ACTIONS,
    CREATION_NAME,
    MAXIMUM_MAPPINGS,
    NAME,
    PLUGIN_NAME,
    PRESETS,
    SETTINGS,
    SLUG,
    Action,
    Preset,
    Setting,
)
from fullstory_dest.catalog.sample_events import SAMPLE_EVENTS
from fullstory_dest.catalog.types import FieldType, SettingType


class SettingEntry(TypedDict):
    """A setting. A string must match all of `pattern`, if given, which `hint` describes in words."""

    key: str
    label: str
    description: str
    type: SettingType
    default: str | bool
    required: bool
    advanced: bool
    placeholder: str
    pattern: str | None
    hint: str


class FieldEntry(TypedDict):
    """A field of an action. `default` is a template."""

    key: str
    label: str
    description: str
    type: FieldType
    required: bool
    default: Any


class ActionEntry(TypedDict):
    """An action, which calls FullStory. `api` is the version of FullStory's Browser API that it uses."""

    key: str
    title: str
    description: str
    api: Literal[1, 2]
    default_trigger: str
    fields: list[FieldEntry]


class PresetEntry(TypedDict):
    """A ready-made mapping. `action` is the key of its action."""

    name: str
    action: str
    recommended: bool
    trigger: str
    fields: dict[str, Any]


class Catalog(TypedDict):
    """The definition of the destination."""

    name: str
    slug: str
    integration_name: str
    creation_name: str
    maximum_mappings: int
    settings: list[SettingEntry]
    actions: list[ActionEntry]
    presets: list[PresetEntry]
    sample_events: dict[str, dict[str, Any]]


class CatalogView(APIView):
    permission_classes = [IsAuthenticated]

    @extend_schema(responses={200: schema_of(Catalog)})
    def get(self, request: Request) -> Response:
        """Return the settings, the actions with their fields, the presets, and a sample event of each type."""
        return Response(catalog())


def catalog() -> Catalog:
    """Return the catalog as JSON."""
    return {
        "name": NAME,
        "slug": SLUG,
        "integration_name": PLUGIN_NAME,
        "creation_name": CREATION_NAME,
        "maximum_mappings": MAXIMUM_MAPPINGS,
        "settings": [_setting(setting) for setting in SETTINGS],
        "actions": [_action(action) for action in ACTIONS],
        "presets": [_preset(preset) for preset in PRESETS],
        "sample_events": SAMPLE_EVENTS,
    }


def _setting(setting: Setting) -> SettingEntry:
    return {
        "key": setting.key,
        "label": setting.label,
        "description": setting.description,
        "type": setting.type,
        "default": setting.default,
        "required": setting.required,
        "advanced": setting.advanced,
        "placeholder": setting.placeholder,
        "pattern": setting.pattern.pattern if setting.pattern else None,
        "hint": setting.hint,
    }


def _action(action: Action) -> ActionEntry:
    return {
        "key": action.key,
        "title": action.title,
        "description": action.description,
        "api": action.api,
        "default_trigger": action.default_trigger,
        "fields": [
            {
                "key": field.key,
                "label": field.label,
                "description": field.description,
                "type": field.type,
                "required": field.required,
                "default": field.default,
            }
            for field in action.fields
        ],
    }


def _preset(preset: Preset) -> PresetEntry:
    return {
        "name": preset.name,
        "action": preset.action.key,
        "recommended": preset.recommended,
        "trigger": preset.trigger,
        "fields": preset.fields,
    }
